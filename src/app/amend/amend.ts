/** Finds where an App is written, lets the change be made there, and commits it. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { createGitMirrors } from '../../adapters/git/index.ts';
import { silentLog } from '../../adapters/log/index.ts';
import { systemClock } from '../../adapters/system/index.ts';
import { type App, parseSource, type Source } from '../../api/index.ts';
import { authOf } from '../../controllers/index.ts';
import { Draft, type FileChange, type Subject } from '../../core/amend/index.ts';
import type { JsonObject } from '../../core/object/index.ts';
import { provenOwner } from '../../core/plan/owner/index.ts';
import type { ApiResource, GitMirrors, KubeClient } from '../../ports/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import { openClone } from './clone.ts';
import { openRemote } from './remote.ts';
import type { Committed, CommitWish, Repository } from './repository.ts';
import { appsNamed, labelOf, type WrittenApp, writtenApps } from './written.ts';

export interface AmendChoice {
  /** As a person names it: `web`, `shop/web`. */
  readonly app: string;
  /** The repository to find it in; absent: `live` is asked which one. */
  readonly repo?: string;
  /** The App in the cluster, and the way to its Source; as the person who asks. */
  readonly live?: { readonly app: App; readonly kube: KubeClient };
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface Amending {
  readonly subject: Subject;
  /** What is different now, with the repository in front where there is more than one. */
  changes(): readonly FileChange[];
  commit(wish: CommitWish): Promise<Result<readonly Committed[], AmendFailure>>;
}

export interface AmendFailure {
  readonly message: string;
  readonly hint?: string;
}

/** Opens what the App is made from, runs `body`, and clears up. */
export async function amend<T>(choice: AmendChoice, body: (amending: Amending) => Promise<T>): Promise<Result<T, AmendFailure>> {
  const scratch = await mkdtemp(join(tmpdir(), 'lockstep-set-'));
  // A cluster must not name repositories on this machine; the person who asks may.
  const mirrors = createGitMirrors({
    root: join(scratch, 'mirrors'),
    clock: systemClock(),
    log: silentLog(),
    environment: choice.env,
    allowLocal: choice.repo !== undefined,
  });
  try {
    const opened = choice.repo === undefined ? await fromCluster(choice, mirrors) : await fromRepository(choice, choice.repo, mirrors);
    return opened.ok ? ok(await body(amending(opened.value))) : opened;
  } finally {
    await mirrors.close();
    await rm(scratch, { recursive: true, force: true });
  }
}

/** The App, and every repository that may be changed for it. */
interface Opened {
  readonly subject: Subject;
  readonly parts: readonly { readonly repository: Repository; readonly draft: Draft }[];
}

function amending({ subject, parts }: Opened): Amending {
  return {
    subject,
    changes: () => parts.flatMap(({ draft }) => draft.changes()),
    commit: async (wish) => {
      const done: Committed[] = [];
      for (const { repository, draft } of parts) {
        const changes = draft.changes();
        if (changes.length === 0) continue;
        const made = await repository.commit(changes, wish);
        if (!made.ok) return err({ message: `${repository.name}: ${made.error}`, ...stands(done) });
        done.push(made.value);
      }
      return ok(done);
    },
  };
}

/** Of several repositories some may have their commit already. */
const stands = (done: readonly Committed[]): { readonly hint?: string } =>
  done.length === 0
    ? {}
    : {
        hint: `made already, and it stays: ${done.map(({ commit, branch }) => `${commit} on ${branch}`).join(', ')}; the same command goes on`,
      };

const isUrl = (target: string): boolean => /^[a-z][a-z0-9+.-]*:\/\//i.test(target) || /^[^/\\\s]+@[^/\\\s]+:/.test(target);

async function fromRepository(choice: AmendChoice, repo: string, mirrors: GitMirrors): Promise<Result<Opened, AmendFailure>> {
  const repository = isUrl(repo)
    ? await openRemote(mirrors, { repository: { url: repo }, ref: {}, author: await authorOf(choice) })
    : await openClone(resolve(choice.cwd, repo), choice.env);
  if (!repository.ok) return err({ message: repository.error });
  const apps = writtenApps(repository.value.files);
  const found = appsNamed(apps, choice.app);
  const [app] = found;
  if (app === undefined && choice.live !== undefined) return ok(openedIn(repository.value, { live: choice.live.app, apps }));
  if (app === undefined || found.length > 1)
    return err({
      message:
        app === undefined
          ? `no file of ${repo} holds an App ${choice.app}`
          : `${repo} holds ${found.length} Apps ${choice.app}: ${found.map(({ file }) => file).join(', ')}`,
      hint:
        apps.length === 0
          ? 'without --repo the cluster is asked where it comes from'
          : `it has: ${apps.map(labelOf).slice(0, 20).join(', ')}`,
    });
  return ok(openedIn(repository.value, { written: app, apps }));
}

interface Named {
  readonly written?: WrittenApp;
  readonly live?: App;
  readonly apps: readonly WrittenApp[];
}

/** Everything in one repository. */
function openedIn(repository: Repository, { written, live, apps }: Named): Opened {
  const draft = new Draft(repository.files);
  const home = written === undefined ? {} : { home: { draft, place: { file: written.file, document: written.document, at: [] } } };
  const name = written === undefined ? `${live?.metadata.namespace ?? ''}/${live?.metadata.name ?? ''}` : labelOf(written);
  const spec = written?.spec ?? (live?.spec as unknown as JsonObject);
  const others = apps.filter((app) => app !== written && labelOf(app) !== name).map((app) => ({ name: labelOf(app), spec: app.spec }));
  return { subject: { name, spec, source: draft, others, ...home }, parts: [{ repository, draft }] };
}

const resource = (kind: string, plural: string): ApiResource => ({
  group: 'lockstep.dev',
  version: 'v1',
  kind,
  resource: plural,
  namespaced: true,
  verbs: [],
});
const SOURCES = resource('Source', 'sources');
const APPS = resource('App', 'apps');

async function fromCluster(choice: AmendChoice, mirrors: GitMirrors): Promise<Result<Opened, AmendFailure>> {
  if (choice.live === undefined) return err({ message: 'neither a repository nor a cluster is named' });
  const { app, kube } = choice.live;
  const author = await authorOf(choice);
  const own = await repositoryOf(app, { kube, mirrors, author });
  if (!own.ok) return own;
  const parent = provenOwner(app);
  const above = parent === undefined ? undefined : await kube.get(APPS, parent.namespace, parent.name);
  const upper = above?.ok === true ? await repositoryOf(above.value as unknown as App, { kube, mirrors, author }) : undefined;
  if (upper !== undefined && !upper.ok) return upper;
  const place = upper?.value ?? own.value;
  if (place === undefined)
    return err({
      message: `neither ${app.metadata.name} nor what delivers it comes from a Git repository`,
      hint: 'name a clone with --repo DIR',
    });
  const apps = writtenApps(place.repository.files);
  const [written] = appsNamed(apps, `${app.metadata.namespace}/${app.metadata.name}`);
  const one = openedIn(place.repository, { live: app, apps, ...(written === undefined ? {} : { written }) });
  if (own.value === undefined) return ok({ ...one, subject: withoutSource(one.subject) });
  if (own.value.key === place.key) return ok(one);
  const draft = new Draft(own.value.repository.files);
  return ok({ subject: { ...one.subject, source: draft }, parts: [{ repository: own.value.repository, draft }, ...one.parts] });
}

function withoutSource({ source: _source, ...rest }: Subject): Subject {
  return rest;
}

interface Access {
  readonly kube: KubeClient;
  readonly mirrors: GitMirrors;
  readonly author: { readonly name: string; readonly email: string };
}

interface Placed {
  readonly key: string;
  readonly repository: Repository;
}

/** The branch that an App follows, opened with the Source's credentials if the person may read them; undefined: it is no Git repository. */
async function repositoryOf(app: App, { kube, mirrors, author }: Access): Promise<Result<Placed | undefined, AmendFailure>> {
  const { namespace } = app.metadata;
  const { name, ref } = app.spec.source;
  const found = await kube.get(SOURCES, namespace, name);
  const source: Source | null = found.ok ? parseSource(found.value).value : null;
  if (source === null)
    return err({
      message: found.ok ? `Source ${namespace}/${name} cannot be read` : `Source ${namespace}/${name}: ${found.error.message}`,
    });
  const { git } = source.spec;
  if (git === undefined) return ok(undefined);
  const auth = await authOf(source, kube, []);
  const wanted = ref ?? git.ref ?? {};
  const repository = { url: git.url, ...(auth.ok && auth.value !== undefined ? { auth: auth.value } : {}) };
  const opened = await openRemote(mirrors, { repository, ref: wanted, author });
  const why = auth.ok ? '' : ` (${auth.error.message})`;
  if (!opened.ok) return err({ message: `${opened.error}${why}`, hint: 'name a clone with --repo DIR: there your own credentials count' });
  return ok({ key: `${git.url} ${JSON.stringify(wanted)}`, repository: opened.value });
}

/** As Git knows the person; nobody's address is made up. */
async function authorOf({ cwd, env }: AmendChoice): Promise<Access['author']> {
  const read = (key: string): Promise<string> =>
    promisify(execFile)('git', ['config', '--get', key], { cwd, env }).then(
      ({ stdout }) => stdout.trim(),
      () => '',
    );
  return { name: (await read('user.name')) || 'lockstep set', email: await read('user.email') };
}
