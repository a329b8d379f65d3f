/** A rehearsal: the whole system of one revision built from nothing on a clock of its own, and what became of it. */
import { type App, environmentOf, targetOf } from '../../api/index.ts';
import { SYSTEM_NAMESPACE } from '../../api/install/index.ts';
import type { KubeObject } from '../../core/object/index.ts';
import { buildGraph, criticalPath } from '../../core/graph/index.ts';
import type { ScenarioFile } from '../../core/kube/scenario/index.ts';
import { type AppReport, type Report, verdictOf } from '../../core/rehearsal/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import { applyRoot } from '../install.ts';
import type { Built } from './against.ts';
import { absences, madeUp } from './absent.ts';
import { doubts } from './doubts.ts';
import { drive, patience, type Patience } from './drive.ts';
import { appReports, assumptions, delivered } from './examine.ts';
import { type Layout, type NamespacedName, readLayout } from './layout.ts';
import { type Manifests, manifestsOf } from './manifests.ts';
import type { Origin } from './origin.ts';
import { ownMirrors } from './own-mirrors.ts';
import { Recorder } from './recorder.ts';
import { Stage, type StagePorts } from './stage.ts';
import { troubleOf } from './trouble.ts';

export interface RehearsalOptions {
  /** Folder of the root App; absent: found by looking. */
  readonly path?: string;
  /** Only Apps of this environment, those of none, and what they depend on. */
  readonly environment?: string;
  readonly scenario?: { readonly name: string; readonly file: ScenarioFile };
  readonly kubeVersion?: string;
  /** What is there before Git is: credentials, keys, identities. */
  readonly kit?: readonly KubeObject[];
  /** Kinds whose health may be assumed: `Kind.group`. */
  readonly assume?: readonly string[];
  /** False: Apps do not wait for what they depend on. */
  readonly ordered?: boolean;
  readonly patience?: Patience;
}

export interface Rehearsed {
  readonly report: Report;
  /** What was to be delivered; never printed as it is. */
  readonly manifests: Manifests;
  /** What came of it in the rehearsed cluster; never printed as it is. */
  readonly built: readonly Built[];
}

/** The error is a sentence for a person. */
export async function rehearse(origin: Origin, ports: StagePorts, options: RehearsalOptions = {}): Promise<Result<Rehearsed, string>> {
  const layout = await readLayout(origin.mirror, origin.revision.tree, options.path === undefined ? {} : { path: options.path });
  if (!layout.ok) return layout;
  const chosen = chooseApps(layout.value.apps, options.environment);
  if (!chosen.ok) return chosen;
  const stage = await openStage(origin, ports, { ...options, include: chosen.value.include });
  try {
    return ok(await run(stage, { origin, layout: layout.value, options, leftOut: chosen.value.leftOut }));
  } finally {
    await stage.close();
  }
}

interface Chosen {
  readonly include: (app: App) => boolean;
  readonly leftOut: readonly App[];
}

const keyOf = ({ metadata }: App): string => `${metadata.namespace}/${metadata.name}`;

/** Apps of an environment and of none, and whatever those depend on. */
function chooseApps(apps: readonly App[], environment: string | undefined): Result<Chosen, string> {
  if (environment === undefined) return ok({ include: () => true, leftOut: [] });
  const known = [...new Set(apps.map((app) => environmentOf(app)))].filter((name) => name !== '').toSorted();
  if (!known.includes(environment)) return err(`no App belongs to environment ${environment}; there are: ${known.join(', ') || 'none'}`);
  const byKey = new Map(apps.map((app) => [keyOf(app), app]));
  const wanted = new Set<string>();
  const open = apps.filter((app) => ['', environment].includes(environmentOf(app)));
  for (let app = open.pop(); app !== undefined; app = open.pop()) {
    if (wanted.has(keyOf(app))) continue;
    wanted.add(keyOf(app));
    for (const { name, namespace = app.metadata.namespace } of app.spec.dependsOn ?? []) {
      const found = byKey.get(`${namespace}/${name}`);
      if (found !== undefined) open.push(found);
    }
  }
  const include = (app: App): boolean => wanted.has(keyOf(app)) || ['', environment].includes(environmentOf(app));
  return ok({ include, leftOut: apps.filter((app) => !include(app)) });
}

async function openStage(
  origin: Origin,
  ports: StagePorts,
  { scenario, kubeVersion, ordered = true, include }: RehearsalOptions & Pick<Chosen, 'include'>,
): Promise<Stage> {
  const commit = await origin.mirror.commit(origin.revision.commit);
  return Stage.open(
    { ...ports, mirrors: ownMirrors(origin, ports.mirrors) },
    {
      start: commit.ok ? commit.value.committer.at : 0,
      ordered,
      include,
      events: 'trouble',
      // Of what happens on the way only states are told, and those are looked at at once.
      progressEvery: 10_000,
      ...(kubeVersion === undefined ? {} : { kubeVersion }),
      ...(scenario === undefined ? {} : { scenario: scenario.file }),
    },
  );
}

interface Play {
  readonly origin: Origin;
  readonly layout: Layout;
  readonly options: RehearsalOptions;
  readonly leftOut: readonly App[];
}

async function run(stage: Stage, play: Play): Promise<Rehearsed> {
  const { clock, admin } = stage;
  for (const object of play.options.kit ?? []) await stage.put(object);
  const recorder = new Recorder(admin, clock);
  try {
    await stage.finish(stage.controllers.start());
    const began = clock.monotonic();
    const root = await bootstrap(stage, play);
    const concerns = concernsOf(recorder, play);
    const converged = await drive(stage, recorder, concerns, play.options.patience ?? patience);
    return await reportOn(stage, recorder, { ...play, began, root, concerns, converged });
  } finally {
    await recorder.stop();
  }
}

/** Apps that the environment leaves out are there, and nobody looks at them. */
function concernsOf(recorder: Recorder, { options, layout }: Play): (key: string) => boolean {
  const chosen = chooseApps(layout.apps, options.environment);
  if (!chosen.ok || options.environment === undefined) return () => true;
  return (key) => {
    const [namespace = '', name = ''] = key.split('/');
    const app = recorder.apps.get(namespace, name);
    return app === undefined || chosen.value.include(app as unknown as App);
  };
}

/** The Sources that stand for the repository, and the root App. Returns the root's key. */
async function bootstrap(stage: Stage, { origin, layout }: Play): Promise<string> {
  const url = origin.urls[0] ?? '';
  const own = layout.missing.find(({ namespace }) => namespace === SYSTEM_NAMESPACE)?.name;
  const taken = new Set(layout.apps.filter(({ metadata }) => metadata.namespace === SYSTEM_NAMESPACE).map(({ metadata }) => metadata.name));
  const app = ['root', 'rehearsal-root'].find((name) => !taken.has(name)) ?? 'rehearsal';
  const names = { source: own ?? 'rehearsal', app };
  // Objects without a namespace land in `default`, as kubectl would have it, unless the folder holds Apps.
  const namespace = layout.apps.length === 0 ? { namespace: 'default' } : {};
  const others = layout.missing.filter(({ namespace: at, name }) => at !== SYSTEM_NAMESPACE || name !== names.source);
  await ensureNamespaces(stage, others);
  for (const { namespace: at, name } of others) await stage.put(sourceObject(at, name, url));
  const applied = await stage.finish(applyRoot(stage.admin, { url, path: layout.root, ref: { branch: 'main' }, names, ...namespace }));
  if (!applied.ok) throw new Error(`the root App cannot be applied: ${applied.error.message}`);
  return `${SYSTEM_NAMESPACE}/${app}`;
}

/** A bootstrap Source lives beside the Apps that name it, and their namespace may come from Git only later. */
async function ensureNamespaces(stage: Stage, sources: readonly NamespacedName[]): Promise<void> {
  for (const name of new Set(sources.map(({ namespace }) => namespace)))
    await stage.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
}

const sourceObject = (namespace: string, name: string, url: string): KubeObject => ({
  apiVersion: 'lockstep.dev/v1',
  kind: 'Source',
  metadata: { namespace, name },
  spec: { git: { url, ref: { branch: 'main' } } },
});

interface Outcome extends Play {
  readonly began: number;
  readonly root: string;
  readonly concerns: (key: string) => boolean;
  readonly converged: boolean;
}

async function reportOn(stage: Stage, recorder: Recorder, outcome: Outcome): Promise<Rehearsed> {
  const { origin, layout, options, began, converged } = outcome;
  const { clock, admin } = stage;
  const all = await stage.finish(delivered(admin, recorder, outcome.concerns));
  const apps = appReports(all, recorder, clock.monotonic()).map((app) => since(app, began));
  const assumed = assumptions(all, options.assume ?? [], clock.now());
  const version = await stage.finish(admin.version());
  // Where an App could not be delivered, whatever others refer to may be missing because of that.
  const warnings = converged ? await stage.finish(doubts(admin, all, new Set(outcome.leftOut.map((app) => targetOf(app).namespace)))) : [];
  const ends = apps.map(({ readyAt }) => readyAt).filter((at) => at !== undefined);
  const { kit = [], environment, scenario, ordered = true } = options;
  const report: Report = {
    subject: {
      name: origin.name,
      revision: origin.label,
      kubernetes: version.ok ? version.value : 'unknown',
      ...(environment === undefined ? {} : { environment }),
      ...(scenario === undefined ? {} : { scenario: scenario.name }),
      ordered,
      leftOut: outcome.leftOut.length,
    },
    passed: verdictOf(converged, assumed),
    converged,
    duration: converged ? Math.max(0, ...ends) : clock.monotonic() - began,
    objects: all.reduce((sum, { objects }) => sum + objects.length, 0),
    apps,
    critical: criticalOf(apps, ordered),
    trouble: troubleOf(all),
    warnings,
    assumed,
    absent: absences(all, layout.sources, { sources: layout.missing, root: outcome.root, kit, madeUp: await stage.finish(madeUp(admin)) }),
  };
  const built = all.flatMap(({ app, key, objects }) => {
    const secrets = stage.controllers.wanted(app.metadata)?.secrets ?? [];
    return objects.flatMap(({ live }) => (live === undefined ? [] : [{ app: key, object: live, secrets }]));
  });
  return { report, manifests: manifestsOf(stage, all), built };
}

const since = (app: AppReport, began: number): AppReport => ({
  ...app,
  ...(app.startedAt === undefined ? {} : { startedAt: app.startedAt - began }),
  ...(app.readyAt === undefined ? {} : { readyAt: app.readyAt - began }),
});

/** Where nothing waits for anything, the longest is alone. */
function criticalOf(apps: readonly AppReport[], ordered: boolean): Report['critical'] {
  const times = new Map(apps.map(({ app, limbo }) => [app, limbo]));
  return criticalPath(
    buildGraph(apps.map(({ app, dependsOn }) => ({ key: app, dependsOn: ordered ? dependsOn : [] }))),
    (key) => times.get(key) ?? 0,
  );
}
