/** Where a commit is for one App: running, on its way, without effect there, or taken back. Told from what the Sources it reads hold; asks no network. */
import { type App, type Input, parseSource } from '../../api/index.ts';
import type { KubeObject } from '../../core/object/index.ts';
import { isError } from '../../core/problem/index.ts';
import { appKey } from '../../core/plan/owner/index.ts';
import type { GitMirror, GitMirrors } from '../../ports/index.ts';
import type { AppRecord, Registry } from '../app/registry.ts';
import type { Heads } from '../source/heads.ts';
import { commitIn, revertIn } from './message.ts';

export type WhereState =
  /** What it runs contains the commit. */
  | 'live'
  /** It follows a head with the commit, and nothing that it reads was changed by it. */
  | 'unaffected'
  /** It is about to be applied, or waits for something. */
  | 'waiting'
  /** It was tried, failed, and is held back. */
  | 'rejected'
  /** A later commit of Lockstep's took it back. */
  | 'reverted'
  /** The branch that it follows does not hold the commit, as far as is fetched. */
  | 'unknown';

export interface Whereabouts {
  readonly state: WhereState;
  /** The commit that took it back. */
  readonly by?: string;
  /** The commit was looked at: what the App says now, it says about it. */
  readonly attempted: boolean;
}

export interface WherePorts {
  readonly mirrors: GitMirrors;
  readonly registry: Registry;
  readonly heads: Heads;
  readonly source: (namespace: string, name: string) => KubeObject | undefined;
}

/** Commits that are looked through for one that takes it back. */
const mostLooked = 200;

const unknown: Whereabouts = { state: 'unknown', attempted: false };

/** Undefined: nothing that the App reads comes from a Git repository. A commit of another Source that it reads values from is judged by that Source. */
export async function whereabouts(app: App, commit: string, ports: WherePorts): Promise<Whereabouts | undefined> {
  const own = app.spec.source.chart === undefined ? [app.spec.source.name] : [];
  const record = ports.registry.get(appKey(app.metadata));
  let found: Whereabouts | undefined;
  for (const source of [...own, ...(record?.others.keys() ?? [])]) {
    const object = ports.source(app.metadata.namespace, source);
    const git = object === undefined ? undefined : parseSource(object).value?.spec.git;
    if (git === undefined) continue;
    const here = await inSource(app, { commit, source, url: git.url }, ports);
    if (here.state !== 'unknown') return here;
    found ??= here;
  }
  return found;
}

interface Sought {
  readonly commit: string;
  readonly source: string;
  readonly url: string;
}

async function inSource(app: App, { commit, source, url }: Sought, ports: WherePorts): Promise<Whereabouts> {
  const mirror = await ports.mirrors.open({ url });
  const found = mirror.ok ? await mirror.value.resolve({ commit }) : undefined;
  if (!mirror.ok || found?.ok !== true) return unknown;
  const id = found.value.commit;
  const within = async (revision: string | undefined): Promise<boolean> => {
    const other = commitIn(revision);
    const inside = other === undefined ? undefined : await mirror.value.isAncestor(id, other);
    return inside?.ok === true && inside.value;
  };
  return locate(app, { id, source, within, mirror: mirror.value, registry: ports.registry, heads: ports.heads });
}

interface Search extends Pick<WherePorts, 'registry' | 'heads'> {
  readonly id: string;
  /** The Source that holds the commit. */
  readonly source: string;
  readonly mirror: GitMirror;
  /** Whether a revision contains the commit. */
  readonly within: (revision: string | undefined) => Promise<boolean>;
}

const revisionIn = (made: { readonly inputs: readonly Input[] } | undefined, source: string): string | undefined =>
  made?.inputs.find((input) => input.source === source)?.revision;

/** What is held back is named by the revision of the App's own Source; of others, by what was tried with it. */
async function isRejected({ spec, status }: App, { source, within }: Search): Promise<boolean> {
  const { pinned, attempted } = status ?? {};
  if (pinned === undefined) return false;
  if (source === spec.source.name) return within(pinned.rejected);
  return attempted?.digest === pinned.digest && within(revisionIn(attempted, source));
}

async function locate(app: App, search: Search): Promise<Whereabouts> {
  const { source, within, registry, heads } = search;
  const isOwn = source === app.spec.source.name;
  const { applied, attempted: tried } = app.status ?? {};
  const attempted = await within(revisionIn(tried, source));
  const ran = await within(revisionIn(applied, source));
  if (!ran && (await isRejected(app, search))) return { state: 'rejected', attempted: true };
  const record = registry.get(appKey(app.metadata));
  const head = record === undefined ? undefined : heads.get(isOwn ? record.head : (record.others.get(source) ?? ''));
  const followed = head !== undefined && (await within(head.revision.commit));
  if (!ran && !followed) return { state: 'unknown', attempted };
  const by = isOwn ? await takenBack(app, search, followed ? head.revision.commit : revisionIn(applied, source)) : undefined;
  if (by !== undefined) return { state: 'reverted', by, attempted };
  if (ran) return { state: 'live', attempted };
  if (record !== undefined && isApplied(app, record)) return { state: 'unaffected', attempted };
  // What cannot even be rendered is no attempt of the status.
  return { state: 'waiting', attempted: attempted || record?.dirty === false };
}

/** What it renders now is what it runs: nothing is left to be done. */
function isApplied({ status }: App, { dirty, unsettled, render }: AppRecord): boolean {
  if (dirty || unsettled || render === undefined || render.problems.some(isError)) return false;
  return render.digest === status?.applied?.digest;
}

/** The revert behind the commit that took it back: from a revision that has it to one that has not. */
async function takenBack(app: App, { id, mirror, within }: Search, newest: string | undefined): Promise<string | undefined> {
  const log = await mirror.log(commitIn(newest) ?? '', { limit: mostLooked });
  if (!log.ok) return undefined;
  const end = log.value.findIndex((commit) => commit.id === id);
  for (const commit of end < 0 ? log.value : log.value.slice(0, end)) {
    const revert = revertIn(commit.message, app);
    if (revert !== undefined && (await within(revert.from)) && !(await resolvesWithin(revert.to, { mirror, within }))) return commit.id;
  }
  return undefined;
}

async function resolvesWithin(short: string, { mirror, within }: Pick<Search, 'mirror' | 'within'>): Promise<boolean> {
  const found = await mirror.resolve({ commit: short });
  return found.ok && (await within(found.value.commit));
}
