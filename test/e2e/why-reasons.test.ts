/**
 * Every reason an App may give for not being ready: provoked, and explained in one sentence with its cause, the chain to it, since when, and what to do.
 * The last test holds that no reason of the table is without a row here, but for those it names.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { reasons } from '../../src/api/index.ts';
import type { JsonObject } from '../../src/core/object/index.ts';
import { type World, world } from '../../src/testing/world/index.ts';

let w: World;
beforeEach(async () => {
  w = await world();
});
afterEach(() => w.close());

const map = (name: string, more = ''): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}${more}}\ndata: {a: "1"}\n`;

const deployment = (fault: string): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}, annotations: {lockstep.dev/simulate: ${fault}}}, spec: {containers: [{name: main, image: x}]}}}\n`;

const job = (name: string, annotation: string, fault: string): string =>
  `apiVersion: batch/v1\nkind: Job\nmetadata: {name: ${name}, annotations: {${annotation}}}\nspec: {backoffLimit: 0, template: {metadata: {annotations: {lockstep.dev/simulate: ${fault}}}, spec: {restartPolicy: Never, containers: [{name: main, image: x}]}}}\n`;

interface Story {
  readonly files?: Readonly<Record<string, string>>;
  readonly spec?: JsonObject;
  readonly path?: string;
  readonly before?: () => Promise<void>;
  readonly after?: () => Promise<void>;
  /** Milliseconds until it shows. */
  readonly ms?: number;
  /** What the sentence names besides the reason. */
  readonly says: RegExp;
  /** The object the chain ends at; default: the App itself. */
  readonly root?: string;
  readonly withoutSource?: boolean;
}

const stories: Readonly<Record<string, Story>> = {
  SourceNotFound: { withoutSource: true, says: /there is no Source shop\/config/ },
  PathNotFound: { path: 'nope', says: /nope/ },
  InvalidYaml: { files: { 'web/a.yaml': 'a: [\n' }, says: /web\/a\.yaml/ },
  NotKubernetes: { files: { 'web/a.yaml': 'a: 1\n' }, says: /web\/a\.yaml/ },
  DuplicateObject: { files: { 'web/a.yaml': map('a'), 'web/b.yaml': map('a') }, says: /web\/a\.yaml:1/ },
  NestedBuilder: {
    files: { 'web/a.yaml': map('a'), 'web/sub/Chart.yaml': 'apiVersion: v2\nname: sub\nversion: 1.0.0\n' },
    says: /web\/sub/,
  },
  RenderFailed: {
    files: { 'web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n', 'web/templates/a.yaml': '{{ fail "no" }}' },
    says: /no/,
  },
  ValuesNotFound: {
    files: { 'web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n', 'web/templates/a.yaml': map('a') },
    spec: { build: { helm: { valuesFrom: [{ configMap: 'nope' }] } } },
    says: /nope/,
  },
  VariableNotSet: {
    files: { 'web/a.yaml': map('a', ', labels: {x: "${NAME}"}') },
    spec: { build: { variables: { OTHER: '1' } } },
    says: /NAME/,
  },
  InvalidAnnotation: {
    files: { 'web/a.yaml': job('t', 'lockstep.dev/test: "true", lockstep.dev/timeout: soon', 'none') },
    says: /lockstep\.dev\/timeout/,
  },
  InvalidWave: {
    files: { 'web/a.yaml': map('a', ', annotations: {lockstep.dev/wave: soon}') },
    says: /wave is "soon"; it may be a whole number/,
  },
  RuleInvalid: { files: { 'web/a.yaml': map('a') }, spec: { tests: { only: ['test.['] } }, says: /spec\.tests\.only\[0\]/ },
  UnknownKind: { files: { 'web/a.yaml': 'apiVersion: nope.example/v1\nkind: Nope\nmetadata: {name: a}\n' }, says: /nope\.example/ },
  NamespaceMissing: { files: { 'web/a.yaml': map('a', ', namespace: nowhere') }, says: /nowhere/ },
  NoIdentity: { files: { 'web/a.yaml': map('a') }, spec: { serviceAccountName: 'nobody' }, says: /nobody/ },
  DependencyNotReady: {
    files: { 'web/a.yaml': map('a') },
    spec: { dependsOn: [{ name: 'db' }] },
    says: /App shop\/db does not exist/,
    root: 'App/shop/db',
  },
  DependencyCycle: { files: { 'web/a.yaml': map('a') }, spec: { dependsOn: [{ name: 'web' }] }, says: /shop\/web → shop\/web/ },
  AdoptionRefused: {
    files: { 'web/a.yaml': map('a') },
    spec: { sync: { adopt: 'never' } },
    before: async () => void (await w.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'shop' } })),
    says: /sync\.adopt is never/,
  },
  OwnedByOther: { files: { 'web/a.yaml': map('a') }, before: () => w.app({ name: 'first', path: 'web' }), says: /App shop\/first/ },
  ApprovalNeeded: { files: { 'web/a.yaml': map('a') }, spec: { sync: { approve: 'always' } }, says: /approve plan/ },
  PruneNeedsApproval: {
    files: Object.fromEntries(Array.from({ length: 12 }, (_each, index) => [`web/${index}.yaml`, map(`m${index}`)])),
    after: async () => void (await w.commitAll({ 'web/0.yaml': map('m0') })),
    says: /approve plan/,
  },
  MoveRefused: {
    files: { 'web/a.yaml': map('a') },
    before: () => w.namespace('other'),
    after: () => w.app({ spec: { target: { namespace: 'other' } } }),
    says: /other/,
  },
  InvalidObject: {
    files: { 'web/a.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 99999999}]}\n' },
    says: /Service/,
  },
  ImmutableField: {
    files: { 'web/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\nimmutable: true\ndata: {a: "1"}\n' },
    after: async () =>
      void (await w.commit({ 'web/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\nimmutable: true\ndata: {a: "2"}\n' })),
    says: /immutable|data/,
  },
  FieldConflict: {
    files: { 'web/a.yaml': map('a') },
    spec: { sync: { conflicts: 'fail' } },
    after: async () => {
      await w.edit('ConfigMap/shop/a', { data: { a: 'mine' } }, 'operator');
      await w.commit({ 'web/a.yaml': map('a').replace('"1"', '"2"') });
    },
    says: /operator/,
  },
  Progressing: { files: { 'web/a.yaml': deployment('unschedulable') }, says: /Deployment\/shop\/web/, root: 'Deployment/shop/web' },
  HealthTimeout: {
    files: { 'web/a.yaml': deployment('unschedulable') },
    spec: { health: { timeout: '10s' } },
    ms: 20_000,
    says: /not healthy after 10s/,
    root: 'Deployment/shop/web',
  },
  HooksRunning: { files: { 'web/a.yaml': job('pre', 'argocd.argoproj.io/hook: PreSync', 'unschedulable') }, says: /Job\/shop\/pre/ },
  HookFailed: { files: { 'web/a.yaml': job('pre', 'argocd.argoproj.io/hook: PreSync', 'fail') }, ms: 15_000, says: /tried again at/ },
  TestsRunning: {
    files: { 'web/a.yaml': map('a'), 'web/t.yaml': job('t', 'lockstep.dev/test: "true"', 'unschedulable') },
    says: /Job\/shop\/t/,
  },
  TestFailed: {
    files: { 'web/a.yaml': map('a'), 'web/t.yaml': job('t', 'lockstep.dev/test: "true"', 'fail') },
    ms: 15_000,
    says: /tried again at/,
  },
  RetriesExhausted: {
    files: { 'web/a.yaml': job('pre', 'argocd.argoproj.io/hook: PreSync', 'fail') },
    spec: { sync: { retry: { limit: 0 } } },
    ms: 15_000,
    says: /HookFailed/,
  },
  Pinned: {
    files: { 'web/a.yaml': map('a') },
    spec: { sync: { onFailure: 'pin' } },
    after: async () => void (await w.commit({ 'web/h.yaml': job('pre', 'argocd.argoproj.io/hook: PreSync', 'fail') })),
    ms: 20_000,
    says: /held at the revision before/,
  },
};

/** Reasons without a story yet: good news, conditions that are no waiting, what other tests provoke, and what still lacks a provocation. */
const withoutStory: ReadonlySet<string> = new Set([
  'KeyNotBackedUp',
  'ChannelInvalid',
  'ChannelRefused',
  'ChannelUnavailable',
  'Succeeded',
  'Healthy',
  'HealthySimulated',
  'InSync',
  'Fetching',
  'Rendering',
  'Planning',
  'Applying',
  'Pruning',
  'Deleting',
  'DependenciesIgnored',
  'ContractNotReady',
  'ContractUnmet',
  'ContractConflict',
  'ContractOrder',
  'InvalidContract',
  'OptionalContractUnmet',
  'SourceNotReady',
  'Suspended',
  'OutsideWindow',
  'InvalidSpec',
  'SourceUnreachable',
  'RepositoryNotFound',
  'AuthFailed',
  'SecretNotFound',
  'SecretInvalid',
  'HostKeyUnknown',
  'CertificateInvalid',
  'RefNotFound',
  'RefNotAllowed',
  'ChartNotFound',
  'DigestMismatch',
  'NoMatchingVersion',
  'EmptyRepository',
  'HistoryRewritten',
  'VerificationFailed',
  'UnsafeUrl',
  'FetchTimeout',
  'MirrorCorrupt',
  'DiskFull',
  'Stale',
  'PathEscapes',
  'NothingRendered',
  'InvalidJson',
  'BinaryFile',
  'FileTooLarge',
  'TooManyFiles',
  'TooManyObjects',
  'InvalidSubstitution',
  'BudgetExceeded',
  'DecryptFailed',
  'DecryptKeyNotFound',
  'DecryptKeyInvalid',
  'DecryptKeyRefused',
  'StillEncrypted',
  'UnsealFailed',
  'SealedSecretsContested',
  'PlainSecretInGit',
  'SchemaError',
  'PruneRefused',
  'PlanStale',
  'DowngradeNeedsApproval',
  'ApplyFailed',
  'Forbidden',
  'ClusterUnreachable',
  'ClusterIdentityChanged',
  'TargetClusterNotFound',
  'KubeconfigInvalid',
  'DuplicateCluster',
  'ServerOverloaded',
  'WebhookFailed',
  'CrdNotEstablished',
  'TestsSucceeded',
  'ReleaseLocked',
  'ReleaseFailed',
  'ReleaseTooLarge',
  'ReleaseUnreadable',
  'Unmanaged',
  'RolledBack',
  'Degraded',
  'HealthUnknown',
  'Missing',
  'Drifted',
  'Contested',
  'NothingContested',
  'NotPinned',
  'Reproducible',
  'FloatingReference',
  'DeletionNeedsConfirmation',
  'InventoryLost',
  'Unsupported',
  'InternalError',
]);

describe('each explains itself', () => {
  test.each(Object.entries(stories))(
    '%s',
    async (code, { files = { 'other/x.yaml': map('x') }, spec = {}, path = 'web', ms = 5000, ...story }) => {
      if (story.withoutSource !== true) await w.source();
      await w.commit(files);
      await story.before?.();
      await w.settle();
      await w.app({ path, spec });
      await w.settle(story.after === undefined ? ms : 5000);
      await story.after?.();
      if (story.after !== undefined) await w.settle(ms);
      const { waitingFor } = await w.appStatus();
      expect(waitingFor?.message ?? '').toContain(`App/shop/web is not ready since 20`);
      expect(waitingFor?.message ?? '').toMatch(story.says);
      expect(waitingFor?.since ?? '').toMatch(/^20\d\d-/);
      const chain = waitingFor?.chain ?? [];
      expect(chain[0]).toMatchObject({ object: 'App/shop/web', reason: code });
      expect(chain.at(-1)?.object).toBe(story.root ?? 'App/shop/web');
      expect(waitingFor?.next ?? '').not.toBe('');
      expect(waitingFor?.message.toLowerCase()).toContain((waitingFor?.next ?? '').replace(/\.$/, '').toLowerCase().slice(1));
    },
  );
});

test('no reason of the table is without a story, but for those named here', () => {
  const all = Object.keys(reasons);
  expect(all.filter((code) => !(code in stories) && !withoutStory.has(code))).toEqual([]);
  expect([...withoutStory].filter((code) => code in stories || !all.includes(code))).toEqual([]);
});
