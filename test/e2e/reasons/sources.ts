/** Stories of Sources: whatever is wrong with one, the App that waits for it names it, and says what the Source says. */
import { repositoryUrl, type World } from '../../../src/testing/world/index.ts';
import type { JsonObject } from '../../../src/core/object/index.ts';
import { map, type Story } from './story.ts';

const root = { root: 'Source/shop/config', app: 'SourceNotReady' };

const secret = (name: string, data: Readonly<Record<string, string>>) => (w: World) =>
  w.put({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: 'shop' },
    data: Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString('base64')])),
  });

type GitFailure = NonNullable<World['repository']['failure']>;

/** The remote answers with this failure. */
const failing = (failure: GitFailure, says: RegExp = /the remote says/): Story => ({
  before: async (w) => {
    w.repository.failure = failure;
    await w.edit('Source/shop/config', { metadata: { annotations: { 'lockstep.dev/reconcileAt': 'now' } } });
  },
  git: { ref: { branch: 'later' } },
  says,
  shows: root,
});

const helmUrl = 'https://charts.test';

/** An App of the chart `web` from a chart repository that is Source `charts`. */
const chart = (prepare: (w: World) => unknown, version: JsonObject = {}): Pick<Story, 'git' | 'before' | 'spec' | 'shows'> => ({
  git: null,
  before: async (w) => {
    w.charts.publish(helmUrl, { name: 'web', version: '1.0.0' }, { 'templates/a.yaml': map('a') });
    prepare(w);
    const spec = { helm: { url: helmUrl }, interval: '10m' };
    await w.put({ apiVersion: 'lockstep.dev/v1', kind: 'Source', metadata: { name: 'charts', namespace: 'shop' }, spec });
  },
  spec: { source: { name: 'charts', chart: 'web', ...version } },
  shows: { root: 'Source/shop/charts', app: 'SourceNotReady' },
});

export const sources: Readonly<Record<string, Story>> = {
  SourceNotFound: { git: null, says: /there is no Source shop\/config/ },
  SourceNotReady: {
    files: null,
    says: /SourceNotReady: Source shop\/config, because Source\/shop\/config is not ready since 20.*: EmptyRepository: the repository has no commits; push/,
    shows: { waitsFor: 'Source/shop/config' },
  },
  EmptyRepository: { files: null, says: /has no commits/, shows: root },
  RefNotFound: { git: { ref: { branch: 'nope' } }, says: /nope/, shows: root },
  RefNotAllowed: {
    git: { allowedRefs: ['main', 'release/*'] },
    before: (w) => Promise.resolve(w.repository.commit({ 'web/a.yaml': map('a') }, { branch: 'secret' })),
    spec: { source: { name: 'config', path: 'web', ref: { branch: 'secret' } } },
    says: /Source shop\/config allows the refs main, release\/\*; .*secret/,
  },
  SourceUnreachable: failing('Unreachable'),
  RepositoryNotFound: failing('RepositoryNotFound'),
  AuthFailed: failing('AuthenticationFailed'),
  HostKeyUnknown: failing('HostKeyUnknown'),
  UnsafeUrl: failing('InvalidURL'),
  FetchTimeout: failing('Timeout'),
  MirrorCorrupt: failing('Corrupt'),
  DiskFull: failing('DiskFull'),
  SecretNotFound: {
    before: (w) => w.edit('Source/shop/config', { spec: { auth: { secretRef: { name: 'nope' } } } }),
    git: { ref: { branch: 'later' } },
    says: /there is no Secret nope in namespace shop/,
    shows: root,
  },
  SecretInvalid: {
    before: async (w) => {
      await secret('odd', { colour: 'blue' })(w);
      await w.edit('Source/shop/config', { spec: { auth: { secretRef: { name: 'odd' } } } });
    },
    git: { ref: { branch: 'later' } },
    says: /Secret odd has none of: username and password/,
    shows: root,
  },
  VerificationFailed: {
    git: { verify: { mode: 'head', keysFrom: [{ secretRef: { name: 'signers' } }] } },
    before: secret('signers', { 'ada.pub': 'ssh-ed25519 AAAA ada@example.com' }),
    says: /is not signed by a trusted key/,
    shows: root,
  },
  HistoryRewritten: {
    git: { onRewrite: 'hold' },
    after: async (w) => {
      w.repository.commit({ 'web/a.yaml': map('a', ', labels: {x: y}') }, { parent: null });
      w.controllers.announce({ urls: [repositoryUrl] });
      await w.settle();
    },
    says: /history was rewritten: main@sha1:.* does not contain/,
    shows: { of: 'Source/shop/config' },
  },
  Stale: {
    after: async (w) => {
      w.repository.failure = 'Unreachable';
      w.controllers.announce({ urls: [repositoryUrl] });
      await w.settle();
    },
    ms: 60_000,
    says: /Stale: since 20.*the remote says/,
    shows: { beside: 'App/shop/web' },
  },
  CertificateInvalid: {
    ...chart((w) => (w.charts.failure = 'CertificateInvalid')),
    says: /the repository says CertificateInvalid/,
  },
  ChartNotFound: { ...chart(() => undefined), spec: { source: { name: 'charts', chart: 'nope' } }, says: /there is no chart nope/ },
  NoMatchingVersion: { ...chart(() => undefined, { version: '>=2' }), says: /no version fits >=2/ },
  DigestMismatch: { ...chart((w) => (w.charts.failure = 'Corrupt')), says: /the repository says Corrupt/ },
  DowngradeNeedsApproval: {
    ...chart((w) => w.charts.publish(helmUrl, { name: 'web', version: '1.1.0' }, { 'templates/b.yaml': map('b') }), { version: '>=1' }),
    after: async (w) => {
      w.charts.withdraw(helmUrl, { name: 'web', version: '1.1.0' });
      await w.edit('Source/shop/charts', { metadata: { annotations: { 'lockstep.dev/reconcileAt': 'now' } } });
    },
    says: />=1 now stands for 1\.0\.0, which is lower than 1\.1\.0 that runs; approve plan sha256:/,
    shows: { waitsFor: 'App/shop/web' },
  },
  FloatingReference: {
    ...chart(() => undefined, { version: '1.x' }),
    says: /chart web is named by the range 1\.x/,
    shows: { beside: 'App/shop/web' },
  },
};
