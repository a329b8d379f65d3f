/** What every kind of Git mirror keeps, over real repositories and over those in memory. */
import { describe, expect, test } from 'vitest';
import type { GitError, GitMirror, GitMirrors, GitRef } from '../../ports/index.ts';
import type { Result } from '../../std/index.ts';

export interface GitUnderTest {
  readonly mirrors: GitMirrors;
  readonly url: string;
  /** Commits exactly these files on `main`. Returns the commit id. */
  commit(files: Readonly<Record<string, string>>): string;
  tag(name: string, commit: string): void;
  /** From now on the remote does not answer. */
  cut(): void;
  close(): Promise<void>;
}

function must<T>(result: Result<T, GitError>): T {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result.value;
}

const codeOf = (result: Result<unknown, GitError>): string => (result.ok ? 'ok' : result.error.code);

/** `open` gives an empty repository. */
export function gitSuite(name: string, open: () => Promise<GitUnderTest>): void {
  const story = (title: string, tell: (under: GitUnderTest, mirror: GitMirror) => Promise<void>): void => {
    test(title, async () => {
      const under = await open();
      try {
        await tell(under, must(await under.mirrors.open({ url: under.url })));
      } finally {
        await under.close();
      }
    });
  };

  describe(`git: ${name}`, () => {
    story('files, folders, misses; listings in byte order', async (under, mirror) => {
      under.commit({ 'apps/shop/web.yaml': 'kind: Web\n', 'apps/a.yaml': 'a', 'Z.yaml': 'z', 'é.yaml': 'e', 'apps-x': 'x' });
      const { commit } = must(await mirror.fetch({ branch: 'main' }));
      const answers = must(
        await mirror.readMany(commit, ['apps/shop/web.yaml', 'apps', '', 'none', '../x', 'apps/a.yaml/x', 'apps/a.yaml']),
      );
      expect(answers.map((answer) => (answer.found === 'file' ? answer.text : answer.found))).toEqual([
        'kind: Web\n',
        'directory',
        'directory',
        'nothing',
        'outside',
        'nothing',
        'a',
      ]);
      const paths = async (path: string, recursive: boolean) =>
        must(await mirror.list(commit, path, { recursive }))?.entries.map((entry) => `${entry.type} ${entry.path}`);
      expect(await paths('', false)).toEqual(['file Z.yaml', 'directory apps', 'file apps-x', 'file é.yaml']);
      expect(await paths('apps', true)).toEqual(['file a.yaml', 'directory shop', 'file shop/web.yaml']);
      expect(await paths('none', true)).toBeUndefined();
    });

    story('S1 ids are those of the content: what did not change keeps its id', async (under, mirror) => {
      under.commit({ 'a/x': '1', 'b/y': '1' });
      const first = must(await mirror.fetch({ branch: 'main' }));
      under.commit({ 'a/x': '2', 'b/y': '1' });
      const second = must(await mirror.fetch({ branch: 'main' }));
      const idsAt = async (revision: string) => {
        const files = must(await mirror.readMany(revision, ['a/x', 'b/y'])).map((answer) => ('id' in answer ? answer.id : ''));
        const folders = await Promise.all(
          ['a', 'b'].map(async (path) => must(await mirror.list(revision, path, { recursive: false }))?.id ?? ''),
        );
        return [...files, ...folders];
      };
      const [before, after] = [await idsAt(first.commit), await idsAt(second.tree)];
      expect(before.map((id, index) => id === after[index])).toEqual([false, true, false, true]);
      expect(first.tree).not.toBe(second.tree);
    });

    story('refs and their names', async (under, mirror) => {
      const first = under.commit({ a: '1' });
      under.tag('v1.0.0', first);
      const second = under.commit({ a: '2' });
      under.tag('v1.1.0', second);
      const rows: [GitRef, string, string, string][] = [
        [{}, second, 'main', 'refs/heads/main'],
        [{ branch: 'main' }, second, 'main', 'refs/heads/main'],
        [{ tag: 'v1.0.0' }, first, 'v1.0.0', 'refs/tags/v1.0.0'],
        [{ semver: '~1.0' }, first, 'v1.0.0', 'refs/tags/v1.0.0'],
        [{ semver: '1.x' }, second, 'v1.1.0', 'refs/tags/v1.1.0'],
        [{ commit: first }, first, '', first],
      ];
      for (const [ref, commit, label, found] of rows) {
        const name_ = label === '' ? `sha1:${commit}` : `${label}@sha1:${commit}`;
        expect(must(await mirror.fetch(ref))).toMatchObject({ commit, name: name_, ref: found });
        expect(must(await mirror.resolve(ref))).toMatchObject({ commit });
      }
      for (const ref of [{ branch: 'none' }, { tag: 'v9' }, { semver: '^9' }]) expect(codeOf(await mirror.fetch(ref))).toBe('RefNotFound');
    });

    story('an empty repository', async (_under, mirror) => {
      expect(codeOf(await mirror.fetch({ branch: 'main' }))).toBe('EmptyRepository');
      expect(codeOf(await mirror.resolve({ branch: 'main' }))).toBe('RefNotFound');
    });

    story('S17 a remote that is away: what is here stays readable', async (under, mirror) => {
      const commit = under.commit({ a: '1' });
      must(await mirror.fetch({ branch: 'main' }));
      must(await mirror.keep('team/shop', commit));
      under.cut();
      expect(['Unreachable', 'RepositoryNotFound']).toContain(codeOf(await mirror.fetch({ branch: 'main' })));
      expect(must(await mirror.resolve({ branch: 'main' })).commit).toBe(commit);
      expect(must(await mirror.readMany(commit, ['a']))[0]).toMatchObject({ found: 'file', text: '1' });
      must(await mirror.release('team/shop'));
    });

    story('history', async (under, mirror) => {
      const [first, second] = [under.commit({ a: '1' }), under.commit({ a: '2' })];
      must(await mirror.fetch({ branch: 'main' }));
      expect(must(await mirror.commit(second))).toMatchObject({ id: second, parents: [first], author: { name: 'Ada' } });
      expect(must(await mirror.log(second, { limit: 5 })).map((commit) => commit.id)).toEqual([second, first]);
      expect([must(await mirror.isAncestor(first, second)), must(await mirror.isAncestor(second, first))]).toEqual([true, false]);
      expect(codeOf(await mirror.commit('0'.repeat(40)))).toBe('RefNotFound');
    });

    story('nothing is signed', async (under, mirror) => {
      const commit = under.commit({ a: '1' });
      must(await mirror.fetch({ branch: 'main' }));
      expect(codeOf(await mirror.verify({ commit }, { ssh: [], pgp: [] }))).toBe('VerificationFailed');
    });

    story('a change is one commit on top of the branch, and nothing at all when nothing differs', async (under, mirror) => {
      const first = under.commit({ 'a.yaml': 'a', 'b/c.yaml': 'c' });
      const author = { name: 'Lockstep', email: 'lockstep@example.org', at: Date.UTC(2026, 0, 2) };
      const change = { branch: 'main', message: 'set a\n\nand drop c', author };
      const files = new Map<string, string | null>([
        ['a.yaml', 'A'],
        ['b/c.yaml', null],
        ['d/e.yaml', 'e'],
      ]);
      const written = must(await mirror.write({ ...change, files }));
      expect(written.changed).toBe(true);
      const { commit } = must(await mirror.fetch({ branch: 'main' }));
      expect(commit).toBe(written.commit);
      const { parents } = must(await mirror.commit(commit));
      expect(parents).toEqual([first]);
      const answers = must(await mirror.readMany(commit, ['a.yaml', 'b/c.yaml', 'd/e.yaml']));
      expect(answers.map((answer) => (answer.found === 'file' ? answer.text : answer.found))).toEqual(['A', 'nothing', 'e']);
      expect(must(await mirror.write({ ...change, files }))).toEqual({ commit, changed: false });
      expect(codeOf(await mirror.write({ ...change, branch: 'none', files }))).toBe('RefNotFound');
    });

    story('content of the past comes back by its entry, only where the branch holds what is expected', async (under, mirror) => {
      const good = under.commit({ 'a.yaml': 'good', 'b.yaml': 'b', 'gone.yaml': 'gone' });
      const bad = under.commit({ 'a.yaml': 'bad', 'b.yaml': 'b', 'new.yaml': 'new' });
      must(await mirror.fetch({ branch: 'main' }));
      const entries = async (commit: string) => must(await mirror.list(commit, '', { recursive: true }))?.entries ?? [];
      const [old, now] = [await entries(good), await entries(bad)];
      const entryOf = (list: typeof old, path: string) => list.find((entry) => entry.path === path) ?? null;
      const paths = ['a.yaml', 'gone.yaml', 'new.yaml'];
      const author = { name: 'Lockstep', email: 'lockstep@example.org', at: Date.UTC(2026, 0, 2) };
      const change = {
        branch: 'main',
        message: 'Revert',
        author,
        files: new Map(paths.map((path) => [path, entryOf(old, path)])),
        expected: new Map(paths.map((path) => [path, entryOf(now, path)?.id ?? null])),
      };
      const beside = must(await mirror.write({ ...change, branch: 'proposed', from: 'main' }));
      expect(must(await mirror.commit(beside.commit)).parents).toEqual([bad]);
      expect(must(await mirror.fetch({ branch: 'main' })).commit).toBe(bad);
      const other = under.commit({ 'a.yaml': 'bad', 'b.yaml': 'other', 'new.yaml': 'new' });
      const { commit } = must(await mirror.write(change));
      expect(must(await mirror.commit(commit)).parents).toEqual([other]);
      const answers = must(await mirror.readMany(commit, [...paths, 'b.yaml']));
      expect(answers.map((answer) => (answer.found === 'file' ? answer.text : answer.found))).toEqual(['good', 'gone', 'nothing', 'other']);
      must(await mirror.fetch({ branch: 'main' }));
      expect(must(await mirror.write(change))).toEqual({ commit, changed: false });
      under.commit({ 'a.yaml': 'mended', 'b.yaml': 'b' });
      expect(codeOf(await mirror.write(change))).toBe('ContentMoved');
    });
  });
}
