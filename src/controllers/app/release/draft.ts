/** From what an App renders to the record of the revision that is to be. Pure. */
import { type App, parseDuration, targetOf } from '../../../api/index.ts';
import { hookMarkOf, type HookRecord, joinManifests, objectText, type Release } from '../../../core/release/index.ts';
import { selectsTest, timeoutIn } from '../../../core/release/tests/index.ts';
import type { WantedObject } from '../../../core/plan/index.ts';
import { rfc3339 } from '../../time.ts';
import { digestOf } from '../../../core/plan/digest/index.ts';
import type { ReleaseDraft } from '../build.ts';
import type { Target } from '../targets.ts';
import type { ReleasePlace } from './records.ts';

/** Where the records of a Helm release are. */
export const placeOf = (app: App, name: string): ReleasePlace => {
  const { namespace } = targetOf(app);
  return { kind: 'helm', name, namespace, storage: app.spec.build.helm?.storageNamespace ?? namespace };
};

const longestName = 53;

/** Where those of any other App are: beside what it delivers, named after the App. */
export const deliveryPlaceOf = (app: App): ReleasePlace => {
  const { namespace } = targetOf(app);
  const whole = `${app.metadata.namespace}.${app.metadata.name}`;
  const name = whole.length <= longestName ? whole : `${whole.slice(0, longestName - 9)}.${digestOf(whole).slice(7, 15)}`;
  return { kind: 'delivery', name, namespace, storage: namespace };
};

export const placeFor = (app: App, draft: ReleaseDraft): ReleasePlace =>
  draft.kind === 'helm' ? placeOf(app, draft.name) : deliveryPlaceOf(app);

/** Tests that run by themselves after a deployment. */
export const automaticOf = ({ spec: { tests } }: App): ((hook: HookRecord) => boolean) =>
  tests.after === 'deploy' ? (hook) => selectsTest(hook, tests.only ?? []) : () => false;

const fiveMinutes = 300_000;

/** Milliseconds one hook of a release may take, and after which a foreign lock counts as given up. */
export const timeoutOf = (app: App): number => parseDuration(app.spec.build.helm?.timeout ?? '5m') ?? fiveMinutes;

/** Milliseconds for one hook or test: what its object says, else what the App says of its tests, else of its hooks. */
export function hookTimeoutOf(app: App, hook: HookRecord): number {
  const own = timeoutIn(hook);
  const given = own ?? (hook.events.includes('test') ? app.spec.tests.timeout : undefined);
  return (given === undefined ? undefined : parseDuration(given)) ?? timeoutOf(app);
}

export interface DraftScene {
  /** Of the release. */
  readonly name: string;
  readonly version: number;
  readonly action: 'install' | 'upgrade';
  /** RFC 3339; of the first revision. */
  readonly firstDeployed: string | undefined;
  readonly now: number;
  /** Labels that a person or a tool put on the release. */
  readonly labels: Release['labels'];
  readonly method: Release['applyMethod'];
}

export function releaseOf(app: App, target: Target, draft: ReleaseDraft, scene: DraftScene): Release {
  const at = rfc3339(scene.now);
  return {
    name: scene.name,
    namespace: targetOf(app).namespace,
    version: scene.version,
    status: scene.action === 'install' ? 'pending-install' : 'pending-upgrade',
    description: scene.action === 'install' ? 'Initial install underway' : 'Preparing upgrade',
    firstDeployed: scene.firstDeployed === undefined || scene.firstDeployed === '' ? at : scene.firstDeployed,
    lastDeployed: at,
    deleted: '',
    notes: draft.kind === 'helm' ? draft.notes : '',
    chart: draft.kind === 'helm' ? draft.chart : null,
    config: draft.kind === 'helm' ? draft.config : undefined,
    manifest: joinManifests(target.objects.filter(({ origin }) => origin !== 'crds').map(partOf)),
    hooks: target.hooks.map(hookRecordOf),
    applyMethod: scene.method,
    labels: scene.labels,
  };
}

const partOf = ({ object, file }: WantedObject): Parameters<typeof joinManifests>[0][number] => ({ path: file ?? '', object });

/** A hook of any App as Helm records it. */
export function hookRecordOf({ object, file }: WantedObject): HookRecord {
  const mark = hookMarkOf(object) ?? { events: [], weight: 0, deletePolicies: [], outputLogPolicies: [] };
  return {
    ...mark,
    name: object.metadata.name ?? '',
    kind: object.kind,
    path: file ?? '',
    manifest: objectText(object),
    lastRun: { phase: '' },
  };
}
