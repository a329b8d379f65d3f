/**
 * Renders an App at a revision and remembers what the render read (S1). Nothing here writes to a cluster.
 */
import { type App, targetOf } from '../../api/index.ts';
import { type Ask } from '../../core/ask/index.ts';
import { type ObjectRef, formatRef, refKey, refOf } from '../../core/object/index.ts';
import { digestOf } from '../../core/plan/digest/index.ts';
import type { WantedObject } from '../../core/plan/index.ts';
import { type Problem, isError } from '../../core/problem/index.ts';
import type { GitError } from '../../ports/index.ts';
import { type TraceEntry, type Tree, answer, answerDigest, composeAnswerer } from '../../runtime/index.ts';
import type { Head } from '../source/heads.ts';
import { type BuildInput, type Builders, type RenderedObject, build } from './build.ts';

/** One finished render. With an error among the problems, `objects` must not be applied. */
export interface Render {
  readonly commit: string;
  /** What people read. */
  readonly revision: string;
  readonly objects: readonly WantedObject[];
  readonly problems: readonly Problem[];
  /** Digest of the manifests. */
  readonly digest: string;
  /** Digest of what was read: equal keys mean that a new render cannot differ (S1). */
  readonly renderKey: string;
  readonly trace: readonly TraceEntry[];
  /** Where it goes: a render for another target is another one. */
  readonly placement: string;
}

/** Whether a kind is namespaced; undefined when nobody knows. */
export type ScopeOf = (object: RenderedObject['object']) => boolean | undefined;

export interface RenderOptions {
  readonly builders: Builders;
  readonly ignore: string;
  /** Milliseconds since the epoch: the revision's own time, so that a restart renders the same (S12). */
  readonly now: number;
}

const treeOf = (head: Head): Tree<GitError> => ({
  readMany: (paths) => head.mirror.readMany(head.revision.commit, paths),
  list: (path, options) => head.mirror.list(head.revision.commit, path, options),
});

/** Everything a render depends on besides files: a change of it is a reason to render. */
export function inputOf(app: App, ignore: string): BuildInput {
  const { source, build: spec } = app.spec;
  return {
    name: app.metadata.name,
    namespace: targetOf(app).namespace,
    path: (source.path ?? '').replace(/^\.?\/+|\/+$/g, '').replace(/^\.$/, ''),
    include: source.include ?? [],
    exclude: source.exclude ?? [],
    ignore,
    build: spec,
  };
}

export const placementOf = (app: App): string => `${app.spec.target.namespaceMode} ${targetOf(app).namespace}`;

/** Runs the builder over one revision. Errors of Git are returned as the problem they are. */
export async function render(app: App, head: Head, options: RenderOptions): Promise<Render | GitError> {
  const input = inputOf(app, options.ignore);
  const answerer = composeAnswerer<GitError>({ tree: (name) => (name === '' ? treeOf(head) : undefined), now: options.now });
  const answered = await answer((ask: Ask) => build(ask, input, options.builders), answerer);
  if (!answered.ok) return answered.error;
  const { value, trace } = answered.value;
  const objects = value.value.map(wanted);
  return {
    commit: head.revision.commit,
    revision: head.revision.name,
    objects,
    problems: value.problems,
    placement: placementOf(app),
    digest: digestOf([placementOf(app), objects.map(({ digest }) => digest)]),
    renderKey: digestOf([
      digestOf(input as never),
      trace.map(({ request, digest }) => [request.kind, 'path' in request ? request.path : '', digest]),
    ]),
    trace,
  };
}

const wanted = ({ object, file, line }: RenderedObject): WantedObject => ({
  object,
  digest: digestOf(object),
  ...(file === undefined ? {} : { file }),
  ...(line === undefined ? {} : { line }),
});

export const isRender = (result: Render | GitError): result is Render => 'trace' in result;

export const failed = (rendered: Render): boolean => rendered.problems.some(isError);

/** Whether the last render would read the same at another revision: the trace is asked again, nothing is rendered. */
export async function readsTheSame(trace: readonly TraceEntry[], head: Head): Promise<boolean> {
  const answerer = composeAnswerer<GitError>({ tree: (name) => (name === '' ? treeOf(head) : undefined) });
  const repeatable = trace.filter(({ request }) => request.kind === 'file' || request.kind === 'list');
  const answers = await answerer.answer(repeatable.map(({ request }) => request));
  if (!answers.ok) return false;
  return repeatable.every(({ request, digest }, index) => {
    const fact = answers.value[index];
    return fact !== undefined && answerDigest(request, fact) === digest;
  });
}

/** Puts namespaced objects where they belong and reports what cannot stand: duplicates, unknown scope is left to the plan. */
export function place(
  app: App,
  rendered: Render,
  scopeOf: ScopeOf,
): { readonly objects: readonly WantedObject[]; readonly problems: readonly Problem[] } {
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
  return { objects: [...seen.values()], problems };
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
  const at = (item: WantedObject): string => `${item.file ?? 'the manifests'}${item.line === undefined ? '' : `:${item.line}`}`;
  return {
    code: 'DuplicateObject',
    message: `described twice: in ${at(first)} and in ${at(second)}`,
    object: formatRef(ref),
    ...(second.file === undefined ? {} : { file: second.file }),
    ...(second.line === undefined ? {} : { line: second.line }),
  };
}
