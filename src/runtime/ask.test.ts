/** Rounds, traces and the two bugs the driver must notice. */
import { describe, expect, test } from 'vitest';
import type { Ask, Request } from '../core/ask/index.ts';
import { err, ok } from '../std/index.ts';
import { answer, answerDigest } from './ask.ts';
import { composeAnswerer, type Tree } from './answerer.ts';

const encoder = new TextEncoder();
const tree = (files: Record<string, string>): Tree<string> & { reads: string[][] } => {
  const reads: string[][] = [];
  return {
    reads,
    readMany: (paths) => {
      reads.push([...paths]);
      const found = paths.map((path) => {
        const text = files[path];
        return text === undefined
          ? { found: 'nothing' as const }
          : { found: 'file' as const, id: `id:${text}`, bytes: encoder.encode(text), text };
      });
      return Promise.resolve(ok(found));
    },
    list: (_path, { recursive }) =>
      Promise.resolve(
        ok({
          id: 'tree',
          entries: Object.keys(files)
            .filter((path) => recursive || !path.includes('/'))
            .map((path) => ({ path, type: 'file' as const, id: path })),
        }),
      ),
  };
};
const file = (path: string): Extract<Request, { kind: 'file' }> => ({ kind: 'file', source: '', path });
const read = (ask: Ask, path: string): string => {
  const found = ask(file(path));
  return found.found === 'file' ? found.text : '';
};

describe('answer', () => {
  test('collects many requests in one round and traces what was used', async () => {
    const own = tree({ a: 'b', b: '1', c: '2' });
    const result = await answer(
      (ask) => read(ask, read(ask, 'a') || 'none') + read(ask, 'c') + read(ask, 'missing'),
      composeAnswerer({ tree: () => own }),
    );
    expect(result).toMatchObject({ ok: true, value: { value: '12', rounds: 3 } });
    expect(own.reads[0]).toEqual(['a', 'none', 'c', 'missing']);
    expect(result.ok && result.value.trace.map((entry) => `${(entry.request as { path: string }).path} ${entry.digest}`)).toEqual([
      'a id:b',
      'b id:1',
      'c id:2',
      'missing nothing',
    ]);
  });

  test('what is at hand takes no round, and is traced all the same', async () => {
    const own = tree({ b: '1' });
    const atHand = (request: Request) =>
      request.kind === 'file' && request.path === 'a'
        ? { found: 'file' as const, id: 'id:b', bytes: encoder.encode('b'), text: 'b' }
        : undefined;
    const result = await answer((ask) => read(ask, read(ask, 'a')), composeAnswerer({ tree: () => own }), { atHand });
    expect(result).toMatchObject({ ok: true, value: { value: '1', rounds: 2 } });
    expect(own.reads).toEqual([['b']]);
    expect(result.ok && result.value.trace.map((entry) => entry.digest)).toEqual(['id:b', 'id:1']);
  });

  test('returns the error of the answerer', async () => {
    const failing: Tree<string> = { ...tree({}), readMany: () => Promise.resolve(err('broken')) };
    expect(await answer((ask) => read(ask, 'a'), composeAnswerer({ tree: () => failing }))).toEqual({ ok: false, error: 'broken' });
  });

  test('an engine that never stops asking is a bug', async () => {
    let round = 0;
    await expect(answer((ask) => read(ask, `f${round++}`), composeAnswerer({ tree: () => tree({}) }))).rejects.toThrow('after 32 rounds');
  });

  test('a round without new facts is a bug', async () => {
    await expect(
      answer((ask) => read(ask, 'a'), { answer: (requests) => Promise.resolve(ok(requests.map(() => undefined as never))) }),
    ).rejects.toThrow('no new fact');
  });

  test('all kinds of facts', async () => {
    const answerer = composeAnswerer<string>({
      tree: (name) => (name === '' ? tree({ a: '' }) : undefined),
      now: 7,
      lookup: () => Promise.resolve(ok([])),
      randomBytes: ({ length }) => new Uint8Array(length).fill(9),
      privateKey: () => Promise.resolve('key'),
    });
    const result = await answer((ask) => {
      const listed = ask({ kind: 'list', source: '', path: '', recursive: true });
      const lookup = ask({ kind: 'lookup', apiVersion: 'v1', kindName: 'Pod', namespace: 'a', name: '' });
      const random = ask({ kind: 'randomBytes', sequence: 0, length: 2 });
      const key = ask({ kind: 'privateKey', sequence: 1, algorithm: 'rsa', bits: 2048 });
      return [
        listed?.entries.length,
        lookup,
        [...random],
        key,
        ask({ kind: 'now' }),
        ask({ kind: 'webFile', url: 'https://x' }),
        ask({ kind: 'list', source: 'other', path: '', recursive: false }),
      ];
    }, answerer);
    expect(result.ok && result.value.value).toEqual([1, [], [9, 9], 'key', 7, { refused: 'nothing is fetched here' }, null]);
    expect(result.ok && result.value.trace[0]?.treeId).toBe('tree');
  });
});

test('a listing is digested by what it showed, not by the contents of its files', () => {
  const request: Request = { kind: 'list', source: '', path: '', recursive: true };
  const listing = (id: string, path: string) => answerDigest(request, { id, entries: [{ path, type: 'file', id }] });
  expect(listing('1', 'a')).toBe(listing('2', 'a'));
  expect(listing('1', 'a')).not.toBe(listing('1', 'b'));
  expect(answerDigest(request, null)).toBe('nothing');
});
