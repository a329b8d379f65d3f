/**
 * From an App's spec to the engine that renders it. Engines are pure functions of an `Ask`; they plug in here and nowhere else.
 */
import type { AppSpec } from '../../api/index.ts';
import type { Ask } from '../../core/ask/index.ts';
import type { Contracts } from '../../core/contract/index.ts';
import type { JsonObject, KubeObject, ObjectRef } from '../../core/object/index.ts';
import { type Builder as BuilderName, detectBuilder as detect, renderPlain } from '../../core/plain/index.ts';
import { isError, type Outcome, type Problem } from '../../core/problem/index.ts';
import { afterBuild } from './after-build.ts';

export interface RenderedObject {
  readonly object: KubeObject;
  /** Where it was written, for messages. */
  readonly file?: string;
  readonly line?: number;
  /** Of a chart's `crds/`: no part of its release, and never deleted (S3d). */
  readonly origin?: 'crds';
  /** The rendered object that it is made from and controlled by. */
  readonly controller?: ObjectRef;
  /** Of the object, where it was worked out already. */
  readonly digest?: string;
}

/** What is recorded revision by revision: a Helm release, or the deliveries of another App, so that its hooks and tests run once and it can go back. */
export type ReleaseDraft = HelmDraft | { readonly kind: 'delivery' };

/** What a chart's render says about the release it makes. */
export interface HelmDraft {
  readonly kind: 'helm';
  readonly name: string;
  /** As records keep it. */
  readonly chart: JsonObject;
  /** What the user gave. */
  readonly config: JsonObject;
  readonly notes: string;
}

/** A chart that went into a render: for history, and for the contracts it declares. */
export interface ChartMark {
  readonly name: string;
  readonly version: string;
  readonly appVersion?: string;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface Built extends Outcome<readonly RenderedObject[]> {
  readonly charts?: readonly ChartMark[];
  readonly release?: HelmDraft;
  /** What the chart itself says it provides and requires. */
  readonly contracts?: Contracts;
}

/** What every builder is told; plain values only, so that equal inputs mean equal renders. */
export interface BuildInput {
  readonly name: string;
  /** The App's own namespace: where the ConfigMaps and Secrets it names are. */
  readonly home: string;
  /** Name of the chart when it comes from a repository; `path` is its archive then. */
  readonly chart?: string;
  /** Where objects without a namespace go. */
  readonly namespace: string;
  readonly path: string;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** The Source's own ignore rules, .gitignore syntax. */
  readonly ignore: string;
  readonly build: AppSpec['build'];
}

export type Builder = (ask: Ask, input: BuildInput) => Built;
export type Builders = Readonly<Partial<Record<BuilderName, Builder>>>;

/** The builder a spec names, or the one its files tell; the files looked for are part of the trace. */
export function detectBuilder(ask: Ask, input: BuildInput): BuilderName {
  if (input.chart !== undefined) return 'helm';
  const named = (['helm', 'kustomize', 'helmfile', 'plain'] as const).find((name) => input.build[name] !== undefined);
  return named ?? detect(ask, '', input.path);
}

const limits = { files: 20_000, objects: 10_000 };

/** The builder that needs no engine of its own. */
export const plainBuilder: Builder = (ask, input) =>
  renderPlain(ask, {
    source: '',
    path: input.path,
    recurse: input.build.plain?.recurse ?? true,
    ignore: input.ignore,
    include: input.include,
    exclude: input.exclude,
    limits,
  });

/** Renders with the builder that fits; a builder or option nobody plugged in is a problem that names itself. */
export function build(ask: Ask, input: BuildInput, builders: Builders): Built {
  const name = detectBuilder(ask, input);
  const builder = builders[name];
  if (builder === undefined) {
    const message = `this version of Lockstep cannot build with ${name}`;
    return {
      value: [],
      problems: [{ code: 'Unsupported', message, field: `spec.build.${name}`, ...(input.path === '' ? {} : { file: input.path }) }],
    };
  }
  const built = builder(ask, input);
  if (built.problems.some(isError)) return built;
  const after = afterBuild(ask, built.value, input);
  const problems = [...built.problems, ...after.problems];
  if (built.value.length === 0) problems.push(nothingRendered(name, input));
  return { ...built, value: after.value, problems };
}

const whatToCheck: Readonly<Record<BuilderName, string>> = {
  plain: 'check path, include and exclude',
  kustomize: 'check its resources',
  helm: 'check the values',
  helmfile: 'check which releases are installed',
};

/** Nothing is a legal result, and nearly always a mistake. */
const nothingRendered = (name: BuilderName, { path, chart }: BuildInput): Problem => ({
  code: 'NothingRendered',
  severity: 'warning',
  message: `no object came out of ${chart ?? (path === '' ? 'the root of the source' : path)}, built with ${name}`,
  hint: whatToCheck[name],
});
