/** Decisions as a table through one `check`, the laws of a plan through another, and how it reads. */
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { type KubeObject, refKey, refOf } from '../object/index.ts';
import { digestOf } from './digest/index.ts';
import {
  type Claims,
  type Desired,
  type InventoryEntry,
  type Plan,
  type Policy,
  type Prediction,
  type Seen,
  decide,
  formatPlan,
  itemDigest,
  remaining,
  runAnnotation,
} from './index.ts';
import { applyPlan, invertPlan, parsePlan, serialisePlan } from './laws/index.ts';
import { ownerText, stampOwner } from './owner/owner.ts';

const app = { installation: 'prod', namespace: 'shop', name: 'web' };
const other = { installation: 'prod', namespace: 'shop', name: 'other' };

const object = (kind: string, name: string, extra: Partial<KubeObject['metadata']> = {}): KubeObject => ({
  apiVersion: groups[kind] ?? 'v1',
  kind,
  metadata: { name, ...(cluster.has(kind) ? {} : { namespace: 'shop' }), ...extra },
});
const groups: Readonly<Record<string, string>> = {
  Deployment: 'apps/v1',
  Job: 'batch/v1',
  Widget: 'example.com/v1',
  CustomResourceDefinition: 'apiextensions.k8s.io/v1',
  ValidatingWebhookConfiguration: 'admissionregistration.k8s.io/v1',
};
const cluster = new Set(['Namespace', 'CustomResourceDefinition', 'PersistentVolume', 'ValidatingWebhookConfiguration']);

const living = (from: KubeObject, extra: Partial<KubeObject['metadata']> = {}): KubeObject => ({
  ...from,
  metadata: { ...from.metadata, uid: `uid-${from.metadata.name ?? ''}`, resourceVersion: '7', ...extra },
});
const ours = (from: KubeObject, extra: Partial<KubeObject['metadata']> = {}): KubeObject => living(stampOwner(from, app), extra);
const theirs = (from: KubeObject): KubeObject => living(stampOwner(from, other));
const entry = (from: KubeObject, more: Partial<InventoryEntry> = {}): InventoryEntry => ({ ...refOf(from), version: 'v1', ...more });

const changes = [{ path: 'data.a', before: '1', after: '2' }];
const predictions: Readonly<Record<string, Prediction>> = {
  same: { kind: 'same', basis: 'local' },
  differs: { kind: 'differs', basis: 'server', changes },
  immutable: { kind: 'immutable', basis: 'server', message: 'field is immutable', changes },
};

interface Scene {
  readonly wanted?: readonly KubeObject[];
  /** By position: wanted objects first, then what is only in the inventory. */
  readonly live?: readonly (KubeObject | null)[];
  readonly seen?: Partial<Seen>;
  readonly predicts?: keyof typeof predictions;
  readonly gone?: readonly InventoryEntry[];
  readonly kept?: readonly InventoryEntry[];
  readonly claims?: Readonly<Record<string, readonly string[]>>;
  readonly pending?: readonly string[];
  readonly otherCurrent?: boolean;
  readonly desired?: Partial<Desired>;
  readonly policy?: Partial<Policy>;
  readonly protectedKeys?: readonly string[];
}

function planOf(scene: Scene): Plan {
  const wanted = scene.wanted ?? [];
  const gone = scene.gone ?? [];
  const refs = [...wanted.map(refOf), ...gone];
  const prediction = scene.predicts === undefined ? undefined : predictions[scene.predicts];
  const seen = refs.map((ref, index): readonly [string, Seen] => {
    const live = scene.live?.[index] ?? null;
    return [
      refKey(ref),
      { served: 'yes', live, ...(prediction === undefined || index >= wanted.length ? {} : { prediction }), ...scene.seen },
    ];
  });
  const claims: Claims = {
    app: (key) => (key === 'shop/other' ? { revision: 'main@sha1:0', current: scene.otherCurrent ?? true, createdAt: 1 } : undefined),
    claimants: (key) => scene.claims?.[key] ?? [],
    pending: () => scene.pending ?? [],
  };
  const desired: Desired = {
    app,
    uid: 'app-uid',
    createdAt: 5,
    revision: 'main@sha1:1',
    cause: 'revision',
    objects: wanted.map((each) => ({ object: each, digest: digestOf(each) })),
    incomplete: false,
    ...scene.desired,
  };
  const policy: Policy = {
    approve: 'never',
    engine: 'approve',
    prune: true,
    adopt: 'unowned',
    recreate: false,
    heal: 'auto',
    approved: new Set(),
    ...scene.policy,
  };
  const inventory = [...gone, ...(scene.kept ?? [])];
  return decide(desired, { objects: new Map(seen), inventory, claims, protectedKeys: new Set(scene.protectedKeys) }, policy);
}

/** `create`, `prune waits PruneNeedsApproval`, `refuse OwnedByOther` */
const told = (plan: Plan): readonly string[] =>
  plan.items.map((item) =>
    [item.operation, item.waits ? 'waits' : '', item.owned ? '' : 'leaves', ...item.reasons.map(({ code }) => code)]
      .filter((part) => part !== '')
      .join(' '),
  );

const config = object('ConfigMap', 'c');
const claimedByOther = { [refKey(refOf(config))]: ['shop/other', 'shop/web'] };
const some = Array.from({ length: 8 }, (_, index) => object('ConfigMap', `m${index}`));

const table: readonly (readonly [string, Scene, readonly string[]])[] = [
  ['S2 not there', { wanted: [config], predicts: 'differs' }, ['create']],
  ['S2 as wanted', { wanted: [config], live: [ours(config)], predicts: 'same' }, ['keep']],
  ['S2 differs', { wanted: [config], live: [ours(config)], predicts: 'differs' }, ['change']],
  ['S2 manual sync', { wanted: [config], policy: { approve: 'always' } }, ['create waits ApprovalNeeded']],
  ['S2 manual sync heals', { wanted: [config], desired: { cause: 'drift' }, policy: { approve: 'always' } }, ['create']],
  [
    'S12 only the engine changed',
    { wanted: [config], live: [ours(config)], predicts: 'differs', desired: { cause: 'engine' } },
    ['change waits ApprovalNeeded'],
  ],
  ['S3a nothing rendered', { gone: [entry(config)], live: [ours(config)] }, ['prune waits leaves PruneNeedsApproval']],
  [
    'S3a one of nine',
    {
      wanted: [config],
      live: [ours(config), ours(some[0] as KubeObject)],
      predicts: 'same',
      gone: [entry(some[0] as KubeObject)],
      kept: [entry(config)],
    },
    ['keep', 'prune leaves'],
  ],
  [
    'S3a six of seven',
    {
      wanted: [config],
      live: [ours(config), ...some.slice(0, 6).map((each) => ours(each))],
      predicts: 'same',
      gone: some.slice(0, 6).map((each) => entry(each)),
      kept: [entry(config)],
    },
    ['keep', ...Array.from({ length: 6 }, () => 'prune waits leaves PruneNeedsApproval')],
  ],
  ...['Namespace', 'PersistentVolumeClaim', 'PersistentVolume', 'CustomResourceDefinition'].map(
    (kind): readonly [string, Scene, readonly string[]] => [
      `S3b ${kind}`,
      { wanted: [config], live: [ours(config), ours(object(kind, 'x'))], predicts: 'same', gone: [entry(object(kind, 'x'))] },
      ['keep', 'prune waits leaves PruneNeedsApproval'],
    ],
  ),
  [
    'S3b holds others',
    {
      wanted: [config],
      live: [ours(config), ours(object('Namespace', 'n'))],
      predicts: 'same',
      gone: [entry(object('Namespace', 'n'))],
      seen: { holds: [refOf(config)] },
    },
    ['keep', 'refuse PruneRefused'],
  ],
  [
    'S3c protected',
    {
      wanted: [config],
      live: [ours(config), ours(some[0] as KubeObject)],
      predicts: 'same',
      gone: [entry(some[0] as KubeObject)],
      protectedKeys: [refKey(refOf(some[0] as KubeObject))],
    },
    ['keep', 'refuse PruneRefused'],
  ],
  [
    'S3d made along the way',
    {
      wanted: [config],
      live: [ours(config), ours(object('Namespace', 'n'))],
      predicts: 'same',
      gone: [entry(object('Namespace', 'n'), { origin: 'createNamespace' })],
    },
    ['keep', 'skip leaves NeverDeleted'],
  ],
  [
    'S3e something failed',
    {
      wanted: [config],
      live: [ours(config), ours(some[0] as KubeObject)],
      predicts: 'same',
      gone: [entry(some[0] as KubeObject)],
      desired: { incomplete: true },
    },
    ['keep', 'skip PassIncomplete'],
  ],
  ['S3g unknown', { gone: [entry(config)], seen: { served: 'unknown' } }, ['skip DiscoveryFailed']],
  [
    'S3 kept by annotation',
    { gone: [entry(config)], live: [ours(object('ConfigMap', 'c', { annotations: { 'helm.sh/resource-policy': 'keep' } }))] },
    ['skip leaves PruneDisabled'],
  ],
  ['S3 prune off', { gone: [entry(config)], live: [ours(config)], policy: { prune: false } }, ['skip PruneOff']],
  ['S4 taken over', { gone: [entry(config)], live: [ours(config)], claims: claimedByOther }, ['transfer HandedOver']],
  ['S4 not known yet', { gone: [entry(config)], live: [ours(config)], pending: ['shop/other'] }, ['skip WaitingForApps']],
  ['S4 moved already', { gone: [entry(config)], live: [theirs(config)] }, ['transfer leaves Moved']],
  [
    'S4 comes from another App',
    { wanted: [config], live: [theirs(config)], predicts: 'differs', claims: { [refKey(refOf(config))]: ['shop/web'] } },
    ['transfer'],
  ],
  [
    'S4 owner not rendered yet',
    { wanted: [config], live: [theirs(config)], predicts: 'differs', otherCurrent: false },
    ['refuse leaves WaitingForOwner'],
  ],
  [
    'S4 replaces',
    { wanted: [config], live: [theirs(config)], predicts: 'differs', claims: claimedByOther, policy: { replaces: 'shop/other' } },
    ['transfer'],
  ],
  ['S5 no proof', { gone: [entry(config)], live: [living(config)] }, ['skip leaves NotOwned']],
  [
    'S5 proof of another object',
    {
      gone: [entry(config)],
      live: [living(object('ConfigMap', 'c', { annotations: { 'lockstep.dev/owner': ownerText(app, refOf(some[0] as KubeObject)) } }))],
    },
    ['skip leaves NotOwned'],
  ],
  ['S6 gone', { gone: [entry(config)] }, ['skip leaves Gone']],
  [
    'S8 controlled',
    {
      wanted: [config],
      live: [living(config, { ownerReferences: [{ apiVersion: 'v1', kind: 'X', name: 'x', uid: 'u', controller: true }] })],
    },
    ['refuse leaves AdoptionRefused'],
  ],
  [
    'S8 healing off',
    { wanted: [config], live: [ours(config)], predicts: 'differs', desired: { cause: 'drift' }, policy: { heal: 'report' } },
    ['skip HealOff'],
  ],
  ['S9 nobody’s', { wanted: [config], live: [living(config)], predicts: 'differs' }, ['adopt']],
  ['S9 never', { wanted: [config], live: [living(config)], policy: { adopt: 'never' } }, ['refuse leaves AdoptionRefused']],
  [
    'S9 Argo CD’s',
    { wanted: [config], live: [living(object('ConfigMap', 'c', { annotations: { 'argocd.argoproj.io/tracking-id': 'app:x' } }))] },
    ['refuse leaves AdoptionRefused'],
  ],
  [
    'S9 Helm’s, any',
    {
      wanted: [config],
      live: [
        living(
          object('ConfigMap', 'c', {
            annotations: { 'meta.helm.sh/release-name': 'r' },
            labels: { 'app.kubernetes.io/managed-by': 'Helm' },
          }),
        ),
      ],
      predicts: 'differs',
      policy: { adopt: 'any' },
    },
    ['adopt'],
  ],
  [
    'S10 a Job that runs this manifest',
    { wanted: [object('Job', 'j')], live: [ours(object('Job', 'j', { annotations: { [runAnnotation]: digestOf(object('Job', 'j')) } }))] },
    ['keep'],
  ],
  [
    'S10 a Job with another manifest',
    { wanted: [object('Job', 'j')], live: [ours(object('Job', 'j', { annotations: { [runAnnotation]: 'old' } }))] },
    ['recreate RunAgain'],
  ],
  [
    'S10 a finished Job that is gone',
    { wanted: [object('Job', 'j')], kept: [entry(object('Job', 'j'), { digest: digestOf(object('Job', 'j')) })] },
    ['skip Finished'],
  ],
  ['S10 immutable', { wanted: [config], live: [ours(config)], predicts: 'immutable' }, ['refuse leaves ImmutableField']],
  ['S10 immutable, recreate', { wanted: [config], live: [ours(config)], predicts: 'immutable', policy: { recreate: true } }, ['recreate']],
  [
    'S10 immutable claim, recreate',
    {
      wanted: [object('PersistentVolumeClaim', 'p')],
      live: [ours(object('PersistentVolumeClaim', 'p'))],
      predicts: 'immutable',
      policy: { recreate: true },
    },
    ['refuse leaves ImmutableField'],
  ],
  ['S13 owned by another App', { wanted: [config], live: [theirs(config)], claims: claimedByOther }, ['refuse leaves OwnedByOther']],
  ['S13 new, the older App first', { wanted: [config], claims: claimedByOther }, ['refuse leaves OwnedByOther']],
  [
    'S13 shared',
    { wanted: [object('ConfigMap', 'c', { annotations: { 'lockstep.dev/shared': 'true' } })], claims: claimedByOther },
    ['skip leaves Shared'],
  ],
  ['unknown kind', { wanted: [object('Widget', 'w')], seen: { served: 'no' } }, ['refuse leaves UnknownKind']],
];

test.each(table)('%s', (_name, scene, expected) => {
  expect(told(planOf(scene))).toEqual(expected);
});

test.each([
  ['batch/v1beta1', 'CronJob', 'batch/v1', 'the cluster serves no batch/v1beta1 CronJob, but as batch/v1'],
  [
    'extensions/v1beta1',
    'Ingress',
    undefined,
    'the cluster serves no extensions/v1beta1 Ingress: Kubernetes 1.22 removed it, networking.k8s.io/v1 Ingress takes its place',
  ],
  [
    'extensions/v1beta1',
    'DeploymentRollback',
    undefined,
    'the cluster serves no extensions/v1beta1 DeploymentRollback: Kubernetes 1.16 removed it, and nothing takes its place',
  ],
])('a kind that is not served any more: %s %s', (apiVersion, kind, servedAs, message) => {
  const gone = { ...object(kind, 'x'), apiVersion };
  const seen = { served: 'no' as const, ...(servedAs === undefined ? {} : { servedAs }) };
  expect(planOf({ wanted: [gone], seen }).items[0]?.reasons[0]?.message).toBe(`${kind} x: ${message}`);
});

test('the order: namespaces, CRDs, configuration, workloads, the rest, webhooks; prunes in reverse', () => {
  const kinds = ['ValidatingWebhookConfiguration', 'Widget', 'Deployment', 'ConfigMap', 'CustomResourceDefinition', 'Namespace'];
  const objects = kinds.map((kind) => object(kind, 'x'));
  expect(planOf({ wanted: objects }).items.map(({ ref }) => ref.kind)).toEqual(kinds.toReversed());
  const gone = objects.map((each) => entry(each));
  expect(planOf({ gone, live: objects.map((each) => ours(each)) }).items.map(({ ref }) => ref.kind)).toEqual(kinds);
});

test('an explicit wave comes before the kind, and the next one waits for its health', () => {
  const late = object('Namespace', 'late', { annotations: { 'lockstep.dev/wave': '5' } });
  const early = object('Deployment', 'early', { annotations: { 'argocd.argoproj.io/sync-wave': '-1' } });
  const plan = planOf({ wanted: [late, config, early] });
  expect(plan.items.map(({ ref, gate }) => `${ref.name} ${gate}`)).toEqual(['early true', 'c true', 'late true']);
});

describe('approval', () => {
  const scene: Scene = { gone: [entry(config)], live: [ours(config)] };
  test('the digest of the plan lets it through; so do its decisions, when a part is done', () => {
    const plan = planOf(scene);
    expect(planOf({ ...scene, policy: { approved: new Set([plan.digest]) } }).items[0]?.waits).toBe(false);
    const decisions = new Set(plan.items.map(itemDigest));
    expect(planOf({ ...scene, policy: { approved: decisions } }).items[0]?.waits).toBe(false);
    expect(planOf({ ...scene, policy: { approved: new Set(['sha256:other']) } }).items[0]?.waits).toBe(true);
  });

  test('revision and resourceVersion do not change the digest; the living object does', () => {
    const { digest } = planOf(scene);
    expect(planOf({ ...scene, desired: { revision: 'main@sha1:2' }, live: [ours(config, { resourceVersion: '99' })] }).digest).toBe(digest);
    expect(planOf({ ...scene, live: [ours(config, { uid: 'another' })] }).digest).not.toBe(digest);
  });
});

/** The laws, over any plan: what is applied and undone is as before, text and back loses nothing, every item is described. */
function checkLaws(plan: Plan): void {
  const before = new Map(plan.items.flatMap((item) => (item.before === undefined ? [] : [[refKey(item.ref), item.before] as const])));
  const applied = applyPlan(plan, before);
  if (!applied.ok) throw new Error(applied.error.message);
  for (const item of plan.items) {
    const touched = !item.waits && ['create', 'change', 'keep', 'adopt', 'recreate', 'prune'].includes(item.operation);
    if (touched) expect(applied.value.get(refKey(item.ref))).toBe(item.after);
  }
  const inverse = invertPlan(plan);
  if (inverse.ok) {
    const back = applyPlan(inverse.value, applied.value);
    expect(back.ok && [...back.value].toSorted()).toEqual([...before].toSorted());
  } else {
    expect(inverse.error.length).toBeGreaterThan(0);
    expect(inverse.error.every(({ irreversible }) => irreversible)).toBe(true);
  }
  const read = parsePlan(serialisePlan(plan));
  expect(read).toEqual({ ok: true, value: plan });
  const text = formatPlan(plan, { all: true });
  for (const { ref } of plan.items) expect(text).toContain(ref.name);
}

describe('laws', () => {
  test.each(table)('%s', (_name, scene) => checkLaws(planOf(scene)));

  test('for any mixture of objects', () => {
    const kinds = fc.constantFrom('ConfigMap', 'Deployment', 'Namespace', 'Widget', 'PersistentVolumeClaim', 'Job');
    const one = fc.record({
      kind: kinds,
      state: fc.constantFrom('absent', 'ours', 'nobody'),
      wanted: fc.boolean(),
      predicts: fc.constantFrom('same', 'differs', 'immutable'),
    });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 12 }), fc.boolean(), (rows, recreate) => {
        const made = rows.map((row, index) => ({ ...row, object: object(row.kind, `n${index}`) }));
        const liveOf = ({ state, object: of }: (typeof made)[number]): KubeObject | null =>
          state === 'absent' ? null : state === 'ours' ? ours(of) : living(of);
        const wanted = made.filter((row) => row.wanted);
        const gone = made.filter((row) => !row.wanted);
        const scene: Scene = {
          wanted: wanted.map((row) => row.object),
          gone: gone.map((row) => entry(row.object)),
          live: [...wanted, ...gone].map(liveOf),
          predicts: (wanted[0]?.predicts ?? 'same') as 'same',
          policy: { recreate },
        };
        checkLaws(planOf(scene));
      }),
      { seed: 7, numRuns: 200 },
    );
  });

  test('a plan made for another state is stale, a tampered one is refused', () => {
    const plan = planOf({ wanted: [config], live: [ours(config)], predicts: 'differs' });
    expect(applyPlan(plan, new Map())).toMatchObject({ ok: false, error: { code: 'PlanStale' } });
    expect(parsePlan(serialisePlan(plan).replace('"change"', '"prune"'))).toMatchObject({ ok: false, error: { code: 'PlanStale' } });
    expect(parsePlan('not json')).toMatchObject({ ok: false });
  });

  test('what remains after a part has the digest a person would approve then', () => {
    const plan = planOf({ wanted: [config, some[0] as KubeObject] });
    const rest = remaining(plan, new Set([refKey(refOf(config))]));
    expect(rest.digest).toBe(planOf({ wanted: [some[0] as KubeObject] }).digest);
  });
});

test('how a plan reads', () => {
  const plan = planOf({
    wanted: [config, object('Deployment', 'web')],
    live: [ours(config), null, ours(object('Namespace', 'old'))],
    predicts: 'differs',
    gone: [entry(object('Namespace', 'old'))],
  });
  expect(formatPlan(plan)).toBe(
    [
      'App shop/web at main@sha1:1',
      '  ~ change ConfigMap/shop/c',
      '      data.a: "1" → "2"',
      '  + create Deployment/shop/web',
      '  - prune Namespace/old [irreversible, waits]',
      '      PruneNeedsApproval (S3b): deleting Namespace/old needs approval — approve the plan, or annotate it with lockstep.dev/prune: allowed in Git',
      'Plan: 1 to create, 1 to change, 1 to prune, 0 unchanged',
      `Waits for approval of ${plan.digest}`,
      '',
    ].join('\n'),
  );
});
