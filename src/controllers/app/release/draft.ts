/** From what an App renders to the record of the revision that is to be. Pure. */
import { type App, parseDuration, targetOf } from '../../../api/index.ts';
import {
  chartRecord,
  hookMarkOf,
  type HookRecord,
  joinManifests,
  objectText,
  type Release,
  selectsTest,
  valuesJson,
} from '../../../core/release/index.ts';
import type { WantedObject } from '../../../core/plan/index.ts';
import { rfc3339 } from '../../time.ts';
import type { ReleaseDraft } from '../build.ts';
import type { Target } from '../targets.ts';
import type { ReleasePlace } from './records.ts';

export const placeOf = (app: App, name: string): ReleasePlace => {
  const { namespace } = targetOf(app);
  return { name, namespace, storage: app.spec.build.helm?.storageNamespace ?? namespace };
};

/** Tests that run by themselves after a deployment. */
export const automaticOf = ({ spec: { tests } }: App): ((hook: HookRecord) => boolean) =>
  tests.after === 'deploy' ? (hook) => selectsTest(hook, tests.only ?? []) : () => false;

/** Milliseconds one hook or test may take. */
export const timeoutOf = (app: App): number => parseDuration(app.spec.build.helm?.timeout ?? '5m') ?? 300_000;

export interface DraftScene {
  readonly version: number;
  readonly action: 'install' | 'upgrade';
  /** RFC 3339; of the first revision. */
  readonly firstDeployed: string | undefined;
  readonly now: number;
  /** Labels that a person or a tool put on the release. */
  readonly labels: Release['labels'];
}

export function releaseOf(app: App, target: Target, draft: ReleaseDraft, scene: DraftScene): Release {
  const at = rfc3339(scene.now);
  return {
    name: draft.name,
    namespace: targetOf(app).namespace,
    version: scene.version,
    status: scene.action === 'install' ? 'pending-install' : 'pending-upgrade',
    description: scene.action === 'install' ? 'Initial install underway' : 'Preparing upgrade',
    firstDeployed: scene.firstDeployed === undefined || scene.firstDeployed === '' ? at : scene.firstDeployed,
    lastDeployed: at,
    deleted: '',
    notes: draft.notes,
    chart: chartRecord(draft.chart),
    config: valuesJson(draft.config),
    manifest: joinManifests(target.objects.filter(({ origin }) => origin !== 'crds').map(partOf)),
    hooks: target.hooks.map(hookRecordOf),
    applyMethod: 'ssa',
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
