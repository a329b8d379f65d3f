/** Prepares and makes commits for Apps: with the Source's own credentials, on the branch the App follows, or beside it for a review. */
import { type App, type AppStatus, type Source, parseSource } from '../../api/index.ts';
import type { KubeObject } from '../../core/object/index.ts';
import { appKey } from '../../core/plan/owner/index.ts';
import type { Clock, GitChange, GitError, GitMirror, GitMirrors, GitRef, KubeClient } from '../../ports/index.ts';
import type { TraceEntry } from '../../runtime/index.ts';
import { type Result, decodeUtf8, err, ok } from '../../std/index.ts';
import type { Registry } from '../app/registry.ts';
import type { Pin } from '../app/pin.ts';
import { type CatalogueEntry, authOf, hasCredentials } from '../source/credentials.ts';
import { commitIn, type Telling, editMessage, isRevertFor, messageOf, short } from './message.ts';
import {
  type Author,
  type EditTelling,
  filesOf,
  type Prepared,
  type Rollback,
  type SourceFile,
  type WriteError,
  type Written,
} from './prepared.ts';
import { Reads } from './reads.ts';
import { restorationOf } from './restore.ts';

export interface DeskPorts {
  readonly kube: KubeClient;
  readonly mirrors: GitMirrors;
  readonly clock: Clock;
  readonly registry: Registry;
  readonly source: (namespace: string, name: string) => KubeObject | undefined;
  readonly catalogue: () => readonly CatalogueEntry[];
  /** What the App read at another revision; undefined: that cannot be told. */
  readonly readsAt: (app: App, at: { readonly commit: string; readonly name: string }) => Promise<readonly TraceEntry[] | undefined>;
  /** The App's page on the dashboard. */
  readonly pageOf: (app: App) => string | undefined;
}

/** In whose name reverts are that nobody asked for. */
const LOCKSTEP: Author = { name: 'Lockstep', email: 'noreply@lockstep.dev' };
/** Commits to the same files that are looked through for an earlier revert. */
const mostLooked = 100;

interface Place {
  readonly mirror: GitMirror;
  readonly branch: string;
}

interface Repository {
  readonly source: Source;
  readonly url: string;
  readonly wanted: GitRef;
}

/** Another text for a file that has to be as it was read. */
interface Replacement {
  readonly path: string;
  readonly id: string;
  readonly text: string;
}

type Made<T> = Result<T, WriteError>;

/** Commits are made in the App's own repository only: other Sources belong to others. */
function nothingDiffers(goal: string, others: readonly string[]): WriteError {
  const message = `nothing that this App reads differs from ${short(goal)}`;
  if (others.length === 0) return { message, hint: 'choose another revision with --to' };
  const names = others.map((name) => `Source ${name}`).join(', ');
  return { message: `${message} in its own repository; it also reads ${names}`, hint: 'go back there, where the change was made' };
}

export class CommitDesk {
  readonly #ports: DeskPorts;

  constructor(ports: DeskPorts) {
    this.#ports = ports;
  }

  /** Why no commit can ever be made for this App as it is set up; undefined: one can be tried. Asks nobody. */
  refusal(app: App): string | undefined {
    const place = this.#place(app);
    return place.ok ? undefined : place.error.message;
  }

  /** The answer to a failure: from the rejected revision back to the good one. Once made it finds itself made; a revert is never reverted. */
  async revert(app: App, { revision, rejected, reason }: Pick<Pin, 'revision' | 'rejected' | 'reason'>): Promise<Made<Written>> {
    const prepared = await this.#prepare(app, revision, rejected);
    if (!prepared.ok) return prepared;
    const { mirror, restoration, branch, toCommit } = prepared.value;
    const head = await mirror.resolve({ branch });
    const log = head.ok ? await mirror.log(head.value.commit, { limit: mostLooked, paths: [...restoration.files.keys()] }) : head;
    if (!log.ok) return err(errorOf(log.error));
    const end = log.value.findIndex(({ id }) => id === toCommit);
    const since = end < 0 ? log.value : log.value.slice(0, end);
    if (since.some(({ message }) => isRevertFor(message, app)))
      return err({ message: `what failed is a revert of Lockstep's own; a failing revert is never reverted` });
    return this.#write(prepared.value, LOCKSTEP, { reason, automatic: true });
  }

  /** For a person: what it would be, and then, if they want it, the commit. */
  async rollback(app: App, to: string | undefined): Promise<Made<Rollback>> {
    const prepared = await this.#prepare(app, to);
    if (!prepared.ok) return prepared;
    const { from, to: goal, branch, shared } = prepared.value;
    const write: Rollback['write'] = (author, reason) => this.#write(prepared.value, author, { reason, automatic: false });
    return ok({ from, to: goal, branch, shared, files: filesOf(prepared.value), write });
  }

  /** What going back to `to` (a revision it ran, or a commit of the branch; absent: the last good one) takes, from `rejected`; absent: from what the branch holds now. */
  async #prepare(app: App, to: string | undefined, rejected?: string): Promise<Made<Prepared>> {
    const place = await this.#placeOf(app);
    if (!place.ok) return place;
    const { mirror, branch } = place.value;
    const record = this.#ports.registry.get(appKey(app.metadata));
    if (record?.render === undefined)
      return err({ message: 'it is not rendered yet, so nobody knows what it reads', hint: 'try again once it is' });
    const head = await mirror.fetch({ branch });
    if (!head.ok) return err(errorOf(head.error));
    const goal = await this.#goalOf(app, to, { ...place.value, head: head.value.commit });
    if (!goal.ok) return goal;
    const before = await this.#ports.readsAt(app, goal.value);
    const reads = new Reads([record.render.trace, before ?? []], before === undefined ? folderOf(app) : undefined);
    const bad = commitIn(rejected) ?? head.value.commit;
    const found = await restorationOf(mirror, { good: goal.value.commit, bad }, reads);
    if (!found.ok) return err(errorOf(found.error));
    if (found.value === undefined)
      return err({ message: 'too much differs between the two revisions to restore only what this App reads' });
    if (found.value.files.size === 0) return err(nothingDiffers(goal.value.name, [...record.others.keys()]));
    const from = rejected ?? head.value.name;
    const shared = this.#sharedWith(app, found.value.changes);
    return ok({ app, mirror, branch, from, to: goal.value.name, toCommit: goal.value.commit, restoration: found.value, shared });
  }

  /** A file of its own repository as its newest render read it, and the way to commit another text in its place. */
  async file(app: App, path: string): Promise<Made<SourceFile>> {
    const repository = this.#repository(app);
    if (!repository.ok) return repository;
    const commit = this.#ports.registry.get(appKey(app.metadata))?.render?.commit;
    if (commit === undefined) return err({ message: 'it is not rendered yet, so nobody knows what it reads' });
    const mirror = await this.#open(repository.value);
    if (!mirror.ok) return mirror;
    const read = await mirror.value.readMany(commit, [path]);
    if (!read.ok) return err(errorOf(read.error));
    const [answer] = read.value;
    if (answer?.found !== 'file') return err({ message: `${path} is no file of its source` });
    const write: SourceFile['write'] = (text, telling) => this.#replace(app, { path, id: answer.id, text }, telling);
    return ok({ path, text: decodeUtf8(answer.bytes), write });
  }

  async #replace(app: App, { path, id, text }: Replacement, { author, message, reason }: EditTelling): Promise<Made<Written>> {
    const place = await this.#placeOf(app);
    if (!place.ok) return place;
    const change = {
      files: new Map([[path, text]]),
      expected: new Map([[path, id]]),
      message: editMessage(app, message, { reason, link: this.#ports.pageOf(app) }),
      author: this.#now(author),
    };
    const own = `lockstep/change-${app.metadata.namespace}-${app.metadata.name}-${id.slice(0, 7)}`;
    const written = await this.#commit(place.value, change, { own, shared: this.#sharedWith(app, [{ path, listed: false }]) });
    return written.ok ? written : err(errorOf(written.error));
  }

  /** Makes the commit. What others read too, and what the server refuses on the branch, is proposed on a branch of its own. */
  async #write(prepared: Prepared, author: Author, telling: Pick<Telling, 'reason' | 'automatic'>): Promise<Made<Written>> {
    const { app, restoration, shared } = prepared;
    const message = messageOf(prepared, { ...telling, link: this.#ports.pageOf(app) });
    const { files, expected } = restoration;
    const own = `lockstep/revert-${app.metadata.namespace}-${app.metadata.name}-${prepared.toCommit.slice(0, 7)}`;
    const written = await this.#commit(prepared, { files, expected, message, author: this.#now(author) }, { own, shared });
    return written.ok ? written : err(errorOf(written.error, prepared));
  }

  #now(author: Author): GitChange['author'] {
    return { ...author, at: Math.floor(this.#ports.clock.now() / 1000) * 1000 };
  }

  async #commit(
    { mirror, branch }: Place,
    change: Omit<GitChange, 'branch' | 'from'>,
    { own, shared }: { readonly own: string; readonly shared: Prepared['shared'] },
  ): Promise<Result<Written, GitError>> {
    const [first] = shared;
    const why = first === undefined ? undefined : `${first.path} is also read by ${first.apps.slice(0, 3).join(', ')}`;
    if (why === undefined) {
      const written = await mirror.write({ ...change, branch });
      if (written.ok) return ok({ ...written.value, branch });
      if (written.error.code !== 'PushRejected') return written;
    }
    const proposed = await mirror.write({ ...change, branch: own, from: branch });
    if (!proposed.ok) return proposed;
    return ok({ ...proposed.value, branch: own, proposed: why ?? `the server takes no push to ${branch}` });
  }

  async #placeOf(app: App): Promise<Made<Place>> {
    const place = this.#place(app);
    if (!place.ok) return place;
    const mirror = await this.#open(place.value);
    if (!mirror.ok) return mirror;
    const branch = place.value.branch ?? (await defaultBranch(mirror.value));
    return branch === undefined ? err({ message: 'the default branch is not known yet' }) : ok({ mirror: mirror.value, branch });
  }

  async #open({ source, url }: Repository): Promise<Made<GitMirror>> {
    const auth = await authOf(source, this.#ports.kube, this.#ports.catalogue());
    if (!auth.ok) return err({ message: auth.error.message });
    const mirror = await this.#ports.mirrors.open({ url, ...(auth.value === undefined ? {} : { auth: auth.value }) });
    return mirror.ok ? mirror : err(errorOf(mirror.error));
  }

  #repository(app: App): Made<Repository> {
    const { name, ref } = app.spec.source;
    const object = this.#ports.source(app.metadata.namespace, name);
    const source: Source | null = object === undefined ? null : parseSource(object).value;
    const git = source?.spec.git;
    if (source === null) return err({ message: `there is no Source ${name}` });
    if (git === undefined || app.spec.source.chart !== undefined)
      return err({ message: `Source ${name} is no Git repository, so there is nothing to commit to` });
    return ok({ source, url: git.url, wanted: ref ?? git.ref ?? {} });
  }

  /** Which repository and branch, and whether anything can be pushed there at all. */
  #place(app: App): Made<Repository & { readonly branch: string | undefined }> {
    const repository = this.#repository(app);
    if (!repository.ok) return repository;
    const { source, url, wanted } = repository.value;
    const { name } = app.spec.source;
    const needed = /^(?:https?|ssh):|^[^/:]+@/.test(url);
    if (needed && !hasCredentials(source, this.#ports.catalogue()))
      return err({
        message: `Source ${name} has no credentials, so nothing can be pushed`,
        hint: 'give it a Secret with the right to push (spec.auth.secretRef)',
      });
    if (wanted.tag !== undefined || wanted.semver !== undefined || wanted.commit !== undefined)
      return err({ message: `it follows a tag or a commit of ${name}, not a branch`, hint: 'move the tag, or follow a branch' });
    return ok({ ...repository.value, branch: wanted.branch });
  }

  /** Only what it ran, or what its branch holds: other branches are not reviewed. */
  async #goalOf(
    app: App,
    to: string | undefined,
    { mirror, branch, head }: Place & { readonly head: string },
  ): Promise<Made<{ readonly commit: string; readonly name: string }>> {
    const ran = (app.status?.history ?? []).flatMap(({ inputs }) => inputs[0]?.revision ?? []);
    const wanted = to ?? lastGood(app.status);
    if (wanted === undefined)
      return err({ message: 'it has run no other revision successfully that is still known', hint: 'name one with --to REVISION' });
    const id = commitIn(wanted);
    const found = await mirror.fetch(id === undefined ? { tag: wanted } : { commit: id });
    if (!found.ok)
      return err({
        message: `--to ${wanted}: ${found.error.message}`,
        hint: 'name a commit, a tag, or a revision as lockstep history shows it',
      });
    const { commit } = found.value;
    const known = ran.find((revision) => revision.endsWith(`:${commit}`));
    if (known !== undefined) return ok({ commit, name: known });
    const inside = await mirror.isAncestor(commit, head);
    if (inside.ok && inside.value) return ok({ commit, name: `${branch}@sha${commit.length === 64 ? '256' : '1'}:${commit}` });
    return err({
      message: `${wanted} is not in the history of ${branch}, and this App never ran it`,
      hint: 'only reviewed content is restored',
    });
  }

  #sharedWith(app: App, changes: Prepared['restoration']['changes']): Prepared['shared'] {
    const { registry } = this.#ports;
    const own = appKey(app.metadata);
    const url = this.#urlOf(app.metadata.namespace, app.spec.source.name);
    const others = [...registry.keys()].flatMap((key) => {
      const record = registry.get(key);
      if (key === own || record?.render === undefined) return [];
      const [namespace = '', rest = ''] = record.head.split('/');
      if (this.#urlOf(namespace, rest.slice(0, rest.indexOf('#'))) !== url) return [];
      return [{ key, reads: new Reads([record.render.trace]) }];
    });
    return changes.flatMap((change) => {
      const apps = others.filter(({ reads }) => reads.sees(change)).map(({ key }) => key);
      return apps.length === 0 ? [] : [{ path: change.path, apps }];
    });
  }

  #urlOf(namespace: string, name: string): string | undefined {
    const spec = this.#ports.source(namespace, name)?.['spec'] as { readonly git?: { readonly url?: string } } | undefined;
    return spec?.git?.url?.replace(/\/+$/, '').replace(/\.git$/, '');
  }
}

const folderOf = (app: App): string | undefined => {
  const path = (app.spec.source.path ?? '').replace(/^\.?\/+|\/+$/g, '').replace(/^\.$/, '');
  // The root of a monorepo is everybody's: there only what was read counts.
  return path === '' ? undefined : path;
};

/** The newest revision that succeeded and is not what runs or was tried last. */
function lastGood(status: AppStatus | undefined): string | undefined {
  const now = status?.attempted?.digest ?? status?.applied?.digest;
  return status?.history?.find(({ phase, digest }) => phase === 'Succeeded' && digest !== now)?.inputs[0]?.revision;
}

async function defaultBranch(mirror: GitMirror): Promise<string | undefined> {
  const head = await mirror.fetch({});
  return head.ok && head.value.ref.startsWith('refs/heads/') ? head.value.ref.slice('refs/heads/'.length) : undefined;
}

/** With the files at hand a person can make the same commit. */
function errorOf({ code, message, hint }: GitError, prepared?: Prepared): WriteError {
  if (code === 'ContentMoved') return { message: `${message}; nothing is written over newer work`, hint: 'look at the newer commit' };
  const paths = prepared === undefined ? [] : [...prepared.restoration.files].flatMap(([path, entry]) => (entry === null ? [] : [path]));
  const byHand =
    prepared === undefined || paths.length === 0
      ? undefined
      : `by hand: git checkout ${prepared.toCommit.slice(0, 12)} -- ${paths.slice(0, 5).join(' ')}`;
  const said = [hint, byHand].filter((text) => text !== undefined).join('; ');
  const transient = code === 'Unreachable' || code === 'Timeout' || code === 'DiskFull';
  return { message, ...(said === '' ? {} : { hint: said }), ...(transient ? { transient } : {}) };
}
