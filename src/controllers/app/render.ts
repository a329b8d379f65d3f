/**
 * Renders an App at a revision and remembers what the render read (S1). Nothing here writes to a cluster.
 */
import { type App, parseDuration, targetOf } from '../../api/index.ts';
import type { Contracts } from '../../core/contract/index.ts';
import { type Json, type JsonObject, type KubeObject, type ObjectRef, formatRef, getKey, refKey, refOf } from '../../core/object/index.ts';
import { digestOf, keyedDigestOf, objectDigest } from '../../core/plan/digest/index.ts';
import type { WantedObject } from '../../core/plan/index.ts';
import { annotationProblems } from '../../core/plan/vocabulary/index.ts';
import { hookMarkOf, isSkipped, isSyncRun } from '../../core/release/index.ts';
import { timeoutAnnotation } from '../../core/release/tests/index.ts';
import { type Problem, isError } from '../../core/problem/index.ts';
import type { GitError } from '../../ports/index.ts';
import { type TraceEntry, type Tree, TooManyRounds, answerDigest, composeAnswerer } from '../../runtime/index.ts';
import { type Result, err } from '../../std/index.ts';
import { type RemoteRequest, addressOf, isPinned, isRemote } from '../remotes/index.ts';
import { archivePath } from '../source/chart-tree.ts';
import type { Head } from '../source/heads.ts';
import { maskText, secretTexts, untold } from './secret-texts.ts';
import type { BuildInput, ChartMark, ReleaseDraft, RenderedObject } from './build.ts';
import { Decryption } from '../decrypt/decryption.ts';
import type { Engine } from './engine.ts';
import type { Facts, RenderError } from './facts.ts';
import { mapInTurns, type Turn } from './parallel.ts';

/** One finished render. With an error among the problems, `objects` must not be applied. */
export interface Render {
  readonly commit: string;
  /** What people read. */
  readonly revision: string;
  readonly objects: readonly WantedObject[];
  /** Objects that run at moments of their own: hooks and tests. */
  readonly hooks: readonly WantedObject[];
  /** Set when its revisions are recorded. */
  readonly release?: ReleaseDraft;
  /** What the chart itself says it provides and requires (S21). */
  readonly contracts?: Contracts;
  readonly problems: readonly Problem[];
  /** Digest of the manifests, the hooks, and what a release is made of. */
  readonly digest: string;
  /** Digest of what was read: equal keys mean that a new render cannot differ (S1). */
  readonly renderKey: string;
  readonly trace: readonly TraceEntry[];
  /** What it read by names that may stand for something else tomorrow, and the content they stood for (S16). */
  readonly floating: readonly Floating[];
  /** Other Sources that it read, and at which revision. */
  readonly others: readonly { readonly source: string; readonly revision: string }[];
  /** Values of Secrets that it read; masked wherever they come out again (S18). */
  readonly secrets: readonly string[];
  /** State of the platform's keys and rules for secrets; absent: the render does not depend on it. */
  readonly securedBy?: string;
  /** Charts it was made from. */
  readonly charts: readonly ChartMark[];
  /** Where it goes: a render for another target is another one. */
  readonly placement: string;
}

export interface Floating {
  /** As the files name it. */
  readonly name: string;
  /** A commit or digest. */
  readonly at: string;
}

/** Whether a kind is namespaced; undefined when nobody knows. */
export type ScopeOf = (object: RenderedObject['object']) => boolean | undefined;

export interface RenderOptions {
  readonly engine: Engine;
  readonly ignore: string;
  /** Milliseconds since the epoch: the revision's own time, so that a restart renders the same (S12). */
  readonly now: number;
  readonly facts: Facts;
  readonly turn?: Turn;
}

const treeOf = (head: Head): Tree<GitError> => ({
  readMany: (paths) => head.mirror.readMany(head.revision.commit, paths),
  list: (path, options) => head.mirror.list(head.revision.commit, path, options),
});

/** Everything a render depends on besides files: a change of it is a reason to render. */
export function inputOf(app: App, ignore: string): BuildInput {
  const { source, build: spec } = app.spec;
  const path = (source.path ?? '').replace(/^\.?\/+|\/+$/g, '').replace(/^\.$/, '');
  return {
    name: app.metadata.name,
    home: app.metadata.namespace,
    namespace: targetOf(app).namespace,
    ...(source.chart === undefined ? { path } : { path: archivePath(source.chart), chart: source.chart }),
    include: source.include ?? [],
    exclude: source.exclude ?? [],
    ignore,
    build: spec,
  };
}

export const placementOf = (app: App): string => `${app.spec.target.namespaceMode} ${targetOf(app).namespace}`;

/** The trees a render may read: its own, and those of other Sources by name. */
const treesOf =
  (head: Head, facts: Facts) =>
  (name: string): Tree<GitError> | undefined => {
    const remote = facts.remoteTree?.(name);
    if (remote !== undefined) return remote;
    const other = name === '' ? head : facts.headOf(name);
    return other === undefined ? undefined : treeOf(other);
  };

/** The same trees with their encrypted files in clear; git-secret may hide files in repositories of Sources. */
const clearTreesOf =
  (head: Head, facts: Facts, decryption: Decryption) =>
  (name: string): Tree<RenderError> | undefined => {
    const tree = treesOf(head, facts)(name);
    const hides = facts.remoteTree?.(name) === undefined;
    return tree === undefined ? undefined : decryption.tree(tree, name, { hides });
  };

/** Runs the builder over one revision. Errors of Git and of the cluster are returned as the problem they are. */
export async function render(app: App, head: Head, options: RenderOptions): Promise<Render | RenderError> {
  const input = inputOf(app, options.ignore);
  const secrets = new Set<string>();
  const facts = collecting(options.facts, secrets);
  const decryption = new Decryption(app, options.facts, secrets);
  const run = (now: number): ReturnType<typeof options.engine.run<RenderError>> =>
    bounded(options.engine.run(input, composeAnswerer<RenderError>({ ...facts, tree: clearTreesOf(head, facts, decryption), now })));
  let answered = await run(options.now);
  const now = answered.ok ? await timeOfReads(head, decryption.trace(answered.value.trace)) : undefined;
  if (now !== undefined && now !== options.now) answered = await run(now);
  if (!answered.ok) return answered.error;
  const { value } = answered.value;
  const placing = { namespace: targetOf(app).namespace, force: app.spec.target.namespaceMode === 'force' };
  const unsealed = await decryption.unsealed(value.value, placing, now ?? options.now);
  if (!unsealed.ok) return unsealed.error;
  const trace = decryption.trace(answered.value.trace);
  const { key } = options.facts;
  const all = await mapInTurns([...value.value, ...unsealed.value], options.turn, (rendered) => wanted(rendered, key));
  const hooks = all.filter(isHook);
  const marks = await mapInTurns(all, options.turn, markProblems);
  const problems = [...marks.flat(), ...hooks.flatMap(timeoutProblems), ...decryption.check(value.value, placing), ...value.problems];
  await options.turn?.();
  const applied = all.filter((item) => !isSkipped(item.object) && !isHook(item));
  const objects = withSyncRuns(applied, hooks, key);
  const release = value.release ?? deliveryOf(app, hooks);
  const hidden = untold(secrets, namesIn(app, all));
  return {
    commit: head.revision.commit,
    revision: head.revision.name,
    objects,
    hooks,
    ...(release === undefined ? {} : { release }),
    ...(value.contracts === undefined ? {} : { contracts: value.contracts }),
    problems: problems.map((problem) => ({ ...problem, message: maskText(problem.message, hidden) })),
    floating: floatingOf(trace),
    others: othersIn(trace, options.facts),
    secrets: hidden,
    charts: value.charts ?? [],
    placement: placementOf(app),
    digest: keyedDigestOf([placementOf(app), objects.map(({ digest }) => digest), ...partsOf(hooks, release)], key),
    renderKey: keyedDigestOf(
      [digestOf(input as never), trace.map(({ request, digest }) => [request.kind, 'path' in request ? request.path : '', digest])],
      key,
    ),
    trace,
    ...(decryption.securedBy === undefined ? {} : { securedBy: decryption.securedBy }),
  };
}

function othersIn(trace: Render['trace'], facts: Facts): Render['others'] {
  const names = trace.flatMap(({ request }) => (request.kind === 'file' || request.kind === 'list' ? [request.source] : []));
  return [...new Set(names)].flatMap((source) => {
    const head = source === '' || facts.remoteTree?.(source) !== undefined ? undefined : facts.headOf(source);
    return head === undefined ? [] : [{ source, revision: head.revision.name }];
  });
}

/** How the App, its objects and their files are called: no secret is part of it. */
const namesIn = ({ metadata, spec: { source } }: App, objects: readonly WantedObject[]): readonly string[] => [
  metadata.namespace,
  metadata.name,
  source.path ?? '',
  ...objects.flatMap(({ object: { apiVersion, kind, metadata: own }, file = '' }) => [
    apiVersion,
    kind,
    own.namespace ?? '',
    own.name ?? '',
    file,
  ]),
];

/** Input that nests deeper than anything is read is the input's fault. */
async function bounded<T>(answered: Promise<Result<T, RenderError>>): Promise<Result<T, RenderError>> {
  try {
    return await answered;
  } catch (error) {
    if (error instanceof TooManyRounds) return err({ code: 'BudgetExceeded', message: error.message });
    throw error;
  }
}

function floatingOf(trace: readonly TraceEntry[]): readonly Floating[] {
  return trace.flatMap(({ request }): Floating[] => {
    if (!isRemote(request) || isPinned(request)) return [];
    const found = trace.find(({ request: read }) => read.kind === 'file' && read.source.startsWith(`${addressOf(request)}#`));
    if (found?.request.kind !== 'file') return [];
    return [{ name: nameOf(request), at: found.request.source.slice(addressOf(request).length + 1) }];
  });
}

function nameOf(request: RemoteRequest): string {
  if (request.kind === 'gitDirectory') return request.ref === '' ? request.repository : `${request.repository}?ref=${request.ref}`;
  return request.kind === 'webFile' || request.version === '' ? addressOf(request) : `${addressOf(request)} ${request.version}`;
}

/** Remembers the values of the Secrets that are looked up. */
function collecting(facts: Facts, secrets: Set<string>): Facts {
  const { lookup } = facts;
  if (lookup === undefined) return facts;
  return {
    ...facts,
    lookup: async (request) => {
      const answered = await lookup(request);
      const found = answered.ok ? [answered.value].flat() : [];
      for (const object of found as readonly (KubeObject | null)[])
        if (object?.kind === 'Secret') for (const text of secretTexts(object)) secrets.add(text);
      return answered;
    },
  };
}

/**
 * What `now` is for a render that asks: the time of the newest commit that touches what it read, so that neither a restart nor somebody else's commit
 * changes it (S12). Undefined when nothing asked, or history does not tell.
 */
async function timeOfReads(head: Head, trace: readonly TraceEntry[]): Promise<number | undefined> {
  if (!trace.some(({ request }) => request.kind === 'now')) return undefined;
  const paths = trace.flatMap(({ request }) =>
    (request.kind === 'file' || request.kind === 'list') && request.source === '' && request.path !== '' ? [request.path] : [],
  );
  const covered = paths.filter((path) => !paths.some((other) => other !== path && path.startsWith(`${other}/`)));
  const found = await head.mirror.log(head.revision.commit, { limit: 1, paths: [...new Set(covered)].slice(0, 500) });
  return found.ok ? found.value[0]?.committer.at : undefined;
}

/** What runs with each revision carries which one that is: another revision is another manifest of it, and runs it again (S10). */
function withSyncRuns(objects: readonly WantedObject[], hooks: readonly WantedObject[], key: Uint8Array): readonly WantedObject[] {
  if (!objects.some(({ object }) => isSyncRun(object))) return objects;
  const revision = keyedDigestOf(
    [...objects, ...hooks].map(({ digest }) => digest),
    key,
  ).slice('sha256:'.length, 47);
  return objects.map((item) => {
    if (!isSyncRun(item.object)) return item;
    const { metadata } = item.object;
    const annotations = { ...metadata.annotations, [syncRunAnnotation]: revision };
    const object = { ...item.object, metadata: { ...metadata, annotations } };
    return { ...item, object, digest: objectDigest(object, key) };
  });
}

const syncRunAnnotation = 'lockstep.dev/sync-run';

const isHook = ({ object }: WantedObject): boolean => hookMarkOf(object) !== undefined;

/** A mistyped word of ours would do nothing: it is told, with the place it stands at. */
const markProblems = ({ object, file, line }: WantedObject): readonly Problem[] =>
  annotationProblems(object).map((problem) => ({
    ...problem,
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
  }));

/** How long a hook may take has to be readable before it runs. */
const timeoutProblems = ({ object, file }: WantedObject): readonly Problem[] => {
  const text = getKey(object.metadata.annotations ?? {}, timeoutAnnotation);
  if (text === undefined || parseDuration(text) !== undefined) return [];
  const message = `${timeoutAnnotation} must be a duration such as 90s; it is ${JSON.stringify(text)}`;
  return [{ code: 'InvalidAnnotation', message, object: formatRef(refOf(object)), ...(file === undefined ? {} : { file }) }];
};

/** Without a release, hooks, tests and going back need records of their own: how far a revision is, and what it was. */
const deliveryOf = ({ spec: { sync } }: App, hooks: readonly WantedObject[]): ReleaseDraft | undefined =>
  hooks.length > 0 || sync.onFailure !== 'retry' ? { kind: 'delivery' } : undefined;

/** What else than its objects makes a render another one. Nothing of it: the digest is that of the objects alone. */
const partsOf = (hooks: readonly WantedObject[], release: ReleaseDraft | undefined): readonly Json[] => {
  const made = hooks.map(({ digest }) => digest);
  if (release?.kind !== 'helm') return hooks.length === 0 ? [] : [made, [], null];
  const metadata = (release.chart['metadata'] ?? {}) as JsonObject;
  const named = (field: string): Json => metadata[field] ?? '';
  return [made, [release.name, named('name'), named('version'), named('appVersion')], release.config];
};

const wanted = ({ object, digest, file, line, controller, origin }: RenderedObject, key: Uint8Array): WantedObject => ({
  object,
  digest: objectDigest(object, key, digest),
  ...(controller === undefined ? {} : { controller }),
  ...(file === undefined ? {} : { file }),
  ...(line === undefined ? {} : { line }),
  ...(origin === undefined ? {} : { origin }),
});

export const isRender = (result: Render | RenderError): result is Render => 'trace' in result;

export const failed = (rendered: Render): boolean => rendered.problems.some(isError);

/** Whether the last render would read the same at another revision: the trace is asked again, nothing is rendered. */
export async function readsTheSame(trace: readonly TraceEntry[], head: Head, facts: Facts): Promise<boolean> {
  const answerer = composeAnswerer<RenderError>({ ...facts, tree: treesOf(head, facts) });
  const repeatable = trace.filter(({ request }) => request.kind === 'file' || request.kind === 'list' || readsOutside(request));
  const answers = await answerer.answer(repeatable.map(({ request }) => request));
  if (!answers.ok) return false;
  return repeatable.every(({ request, digest }, index) => {
    const fact = answers.value[index];
    return fact !== undefined && answerDigest(request, fact) === digest;
  });
}

/** Whether an answer may differ at the same revision. */
export const readsOutside = (request: TraceEntry['request']): boolean =>
  request.kind === 'lookup' ||
  request.kind === 'capabilities' ||
  isRemote(request) ||
  ((request.kind === 'file' || request.kind === 'list') && request.source !== '');

export interface Placed {
  readonly objects: readonly WantedObject[];
  readonly hooks: readonly WantedObject[];
  readonly problems: readonly Problem[];
}

/** Puts namespaced objects where they belong and reports what cannot stand: duplicates, unknown scope is left to the plan. */
export function place(app: App, rendered: Render, scopeOf: ScopeOf): Placed {
  const { namespace } = targetOf(app);
  const force = app.spec.target.namespaceMode === 'force';
  const seen = new Map<string, WantedObject>();
  const problems: Problem[] = [];
  for (const item of rendered.objects) {
    const placed = placeOne(item, { namespace, force, namespaced: scopeOf(item.object) });
    const ref = refOf(placed.object);
    const first = seen.get(refKey(ref));
    if (first === undefined) seen.set(refKey(ref), placed);
    else problems.push(duplicate(ref, first, placed));
  }
  const hooks = rendered.hooks.map((item) => placeOne(item, { namespace, force, namespaced: scopeOf(item.object) }));
  return { objects: [...seen.values()], hooks, problems };
}

function placeOne(
  item: WantedObject,
  where: { readonly namespace: string; readonly force: boolean; readonly namespaced: boolean | undefined },
): WantedObject {
  const { metadata } = item.object;
  const given = metadata.namespace ?? '';
  if (where.namespaced === false) {
    if (given === '') return item;
    const { namespace: _dropped, ...rest } = metadata;
    return { ...item, object: { ...item.object, metadata: rest } };
  }
  if (given !== '' && !(where.force && where.namespaced === true)) return item;
  return given === where.namespace ? item : { ...item, object: { ...item.object, metadata: { ...metadata, namespace: where.namespace } } };
}

function duplicate(ref: ObjectRef, first: WantedObject, second: WantedObject): Problem {
  return {
    code: 'DuplicateObject',
    message: `the same object stands in ${first.file ?? 'the manifests'}${first.line === undefined ? '' : `:${first.line}`}`,
    object: formatRef(ref),
    ...(second.file === undefined ? {} : { file: second.file }),
    ...(second.line === undefined ? {} : { line: second.line }),
    hint: 'remove one of them',
  };
}
