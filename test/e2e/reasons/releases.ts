/** Stories of releases, hooks and tests. */
import { seededRandom } from '../../../src/testing/clock/index.ts';
import type { World } from '../../../src/testing/world/index.ts';
import { map, type Story } from './story.ts';

const job = (name: string, annotation: string, fault: string): string =>
  `apiVersion: batch/v1\nkind: Job\nmetadata: {name: ${name}, annotations: {${annotation}}}\nspec: {backoffLimit: 0, template: {metadata: {annotations: {lockstep.dev/simulate: ${fault}}}, spec: {restartPolicy: Never, containers: [{name: main, image: x}]}}}\n`;

const hook = (fault: string): Record<string, string> => ({
  'web/a.yaml': map('a'),
  'web/pre.yaml': job('pre', 'argocd.argoproj.io/hook: PreSync', fault),
});
const test = (fault: string): Record<string, string> => ({
  'web/a.yaml': map('a'),
  'web/t.yaml': job('t', 'lockstep.dev/test: "true"', fault),
});
const broken = { 'web/h.yaml': job('pre', 'argocd.argoproj.io/hook: PreSync', 'fail') };

const chart = { 'web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n', 'web/templates/a.yaml': map('a') };

const record = (w: World, release: string, status: string): Promise<unknown> => {
  const createdAt = String(Math.floor(w.clock.now() / 1000));
  const labels = { name: 'web', owner: 'helm', status, version: '1', createdAt };
  const metadata = { name: 'sh.helm.release.v1.web.v1', namespace: 'shop', labels };
  return w.put({ apiVersion: 'v1', kind: 'Secret', type: 'helm.sh/release.v1', metadata, data: { release } });
};

const pending = (w: World): Promise<unknown> => {
  const text = JSON.stringify({ name: 'web', version: 1, namespace: 'shop', info: { status: 'pending-install' } });
  return record(w, Buffer.from(Buffer.from(text).toString('base64')).toString('base64'), 'pending-install');
};

/** A revision that somebody made with Helm. */
async function byHand(w: World): Promise<void> {
  const first = await w.get('Secret/shop/sh.helm.release.v1.web.v1');
  const { resourceVersion: _version, uid: _uid, ...metadata } = first.metadata;
  const labels = { ...metadata.labels, version: '2' };
  await w.put({ ...first, metadata: { ...metadata, name: 'sh.helm.release.v1.web.v2', labels } });
}

export const releases: Readonly<Record<string, Story>> = {
  HooksRunning: { files: hook('unschedulable'), says: /waiting for hook Job\/shop\/pre/ },
  HookFailed: {
    files: hook('fail'),
    ms: 15_000,
    says: /revision \d failed: pre-(?:install|upgrade): Job pre: .*; it is tried again at 20/,
  },
  TestsRunning: { files: test('unschedulable'), says: /waiting for test Job\/shop\/t/ },
  TestFailed: { files: test('fail'), ms: 15_000, says: /revision 1 failed its tests: t; it is tried again at 20/ },
  TestsSucceeded: { files: test('none'), ms: 15_000, says: /1 tests/, shows: { condition: 'Tested' } },
  RetriesExhausted: {
    files: hook('fail'),
    spec: { sync: { retry: { limit: 0 } } },
    ms: 15_000,
    says: /HookFailed: revision 1 failed: pre-(?:install|upgrade): Job pre: .*; the allowed retries are used up/,
  },
  Pinned: { spec: { sync: { onFailure: 'pin' } }, after: (w) => w.commit(broken), ms: 20_000, says: /held at the revision before/ },
  ReleaseLocked: { files: chart, before: pending, says: /another tool left revision 1 pending; Lockstep takes over at 20/ },
  ReleaseFailed: {
    files: { ...chart, 'web/templates/h.yaml': job('pre', 'helm.sh/hook: pre-install', 'fail') },
    ms: 15_000,
    says: /Release "web" failed: failed pre-install: Job pre/,
    shows: 'event',
  },
  ReleaseTooLarge: {
    files: { ...chart, 'web/data.txt': Buffer.from(seededRandom(7).bytes(1_200_000)).toString('base64') },
    says: /the record of release web takes \d+ bytes; a Secret holds 1048576/,
  },
  ReleaseUnreadable: { files: chart, before: (w) => record(w, 'AAAA', 'deployed'), says: /Secret sh\.helm\.release\.v1\.web\.v1: / },
  Unmanaged: {
    files: chart,
    after: byHand,
    ms: 10_000,
    says: /revision 2 \(deployed\) of release web was made by somebody else/,
    shows: 'event',
  },
  RolledBack: {
    files: chart,
    spec: { sync: { onFailure: 'pin' } },
    after: (w) => w.commit({ 'web/templates/h.yaml': job('pre', 'helm.sh/hook: pre-upgrade', 'fail') }),
    ms: 20_000,
    says: /Rollback to 1/,
    shows: 'event',
  },
};
