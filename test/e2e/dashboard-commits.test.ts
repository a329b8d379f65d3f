/** Commits made from the dashboard: a field ignored, a live value adopted, an App rolled back; by whom it may be, and never over anything else. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Dashboard } from '../../src/server/index.ts';
import { type World, world } from '../../src/testing/world/index.ts';
import { type Browser, openDashboard, signedIn } from './dashboard-door.ts';

let scene: World;
let dashboard: Dashboard;
let ada: Browser;

const appManifest = `# The shop.
apiVersion: lockstep.dev/v1
kind: App
metadata: {name: web, namespace: shop}
spec:
  source: {name: config, path: web}   # five lines
  sync: {heal: report}
`;

const files = {
  'apps/web.yaml': appManifest,
  'web/web.yaml': `# Who serves.
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2 # enough for now
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: "registry.test/web:1"
          env: [{name: LEVEL, value: info}, {name: COLOUR, value: blue}]
`,
  'web/secret.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: beside}\ndata: {a: one}\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {token: correct-horse-battery}\n',
  'over/kustomization.yaml': 'resources: [map.yaml]\npatches: [{path: patch.yaml}]\n',
  'over/map.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: over}\ndata: {a: base}\n',
  'over/patch.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: over}\ndata: {a: patched}\n',
};

const object = (kind: string, name: string, group = '') => ({ group, kind, objectNamespace: 'shop', object: name });
const deployment = object('Deployment', 'web', 'apps');
const query = (target: Readonly<Record<string, string>>): string => new URLSearchParams(target).toString();

const message = (branch = 'main'): string => scene.repository.commits.get(scene.repository.branches.get(branch) ?? '')?.message ?? '';

beforeAll(async () => {
  scene = await world();
  await scene.source({ writable: true });
  await scene.commit(files, { message: 'first' });
  await scene.app({ name: 'root', path: 'apps' });
  await scene.app({ name: 'over', path: 'over', spec: { sync: { heal: 'report' } } });
  await scene.settle(20_000);
  dashboard = await openDashboard(scene);
  ada = await signedIn(dashboard, { user: 'ada@example.org', groups: ['system:masters'] });
  await scene.edit('Deployment/shop/web', { spec: { replicas: 5, template: { metadata: { labels: { tier: 'front' } } } } });
  await scene.edit('ConfigMap/shop/over', { data: { a: 'by hand' } });
  await scene.edit('ConfigMap/shop/beside', { data: { a: 'by hand' } });
  await scene.settle(5000);
});

afterAll(async () => {
  await dashboard.close();
  await scene.close();
});

/** The files as they are after the real `git apply`. */
function patched(patch: string): (path: string) => string {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-patch-'));
  try {
    const now = scene.repository.files();
    for (const [path, text] of Object.entries(now)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    execFileSync('git', ['apply'], { cwd: folder, input: patch });
    const texts = new Map(Object.keys(now).map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
    return (path) => texts.get(path) ?? '';
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('a live value is adopted', () => {
  const path = '.spec.replicas';

  test('as a patch that git applies and that touches nothing else', async () => {
    const proposal = await ada.get('adoptField', `/apps/shop/web/object/adopt?${query({ ...deployment, path })}`);
    expect(proposal).toMatchObject({ file: 'web/web.yaml', why: '', yaml: expect.stringContaining('replicas: 5') });
    expect(patched(proposal.patch)('web/web.yaml')).toBe(files['web/web.yaml'].replace('replicas: 2 #', 'replicas: 5 #'));
  });

  test('what is not in the file yet comes in where it belongs', async () => {
    const label = '.spec.template.metadata.labels.tier';
    const { patch } = await ada.get('adoptField', `/apps/shop/web/object/adopt?${query({ ...deployment, path: label })}`);
    expect(patched(patch)('web/web.yaml')).toContain('labels: {app: web, tier: front}');
  });

  test('what an overlay sets is not changed in the base, and that is said', async () => {
    const over = query({ ...object('ConfigMap', 'over'), path: '.data.a' });
    const proposal = await ada.get('adoptField', `/apps/shop/over/object/adopt?${over}`);
    expect(proposal).toMatchObject({
      patch: '',
      why: expect.stringMatching(/overlay|something makes it/),
      yaml: expect.stringContaining('a: by hand'),
    });
    const refusal = await ada.send('POST', '/api/v1/apps/shop/over/object/adopt', {
      body: { ...object('ConfigMap', 'over'), path: '.data.a' },
    });
    expect(refusal.status).toBe(409);
  });

  test('no patch shows the secret that stands beside it', async () => {
    const beside = query({ ...object('ConfigMap', 'beside'), path: '.data.a' });
    const { text } = await ada.send('GET', `/api/v1/apps/shop/web/object/adopt?${beside}`);
    expect(JSON.parse(text)).toMatchObject({ patch: '', why: 'a secret stands beside it in web/secret.yaml' });
    expect(text).not.toContain('correct-horse');
  });

  test('as a commit: seen first, made by whoever confirms, and the drift is over', async () => {
    const before = message();
    const plan = await ada.post('changeField', '/apps/shop/web/object/adopt', { ...deployment, path });
    expect(plan).toMatchObject({ action: 'adopt', done: false, effects: [{ text: 'A commit to config changes web/web.yaml' }, {}] });
    expect(message()).toBe(before);
    const stale = await ada.send('POST', '/api/v1/apps/shop/web/object/adopt', { body: { ...deployment, path, confirm: 'sha256:0' } });
    expect(stale.status).toBe(409);
    const body = { ...deployment, path, confirm: plan.digest, reason: 'more people' };
    expect((await ada.post('changeField', '/apps/shop/web/object/adopt', body)).result).toMatch(/^pushed \w+ to main$/);
    expect(message()).toMatch(/^Adopt \.spec\.replicas of Deployment\/shop\/web\n\nmore people\n[^]*\nLockstep-Change: shop\/web\n$/);
    await scene.settle(700_000);
    expect(scene.repository.files()['web/web.yaml']).toContain('replicas: 5 # enough for now');
    const drifted = async () => (await ada.get('app', '/apps/shop/web')).drift.flatMap(({ fields }) => fields);
    await expect.poll(drifted, { timeout: 5000 }).not.toContain('spec.replicas');
  });
});

describe('a field is ignored', () => {
  const path = '.spec.template.metadata.labels.tier';

  test('in the manifest of the App itself, wherever another App delivers it from', async () => {
    const proposal = await ada.get('ignoreField', `/apps/shop/web/object/ignore?${query({ ...deployment, path })}`);
    expect(proposal).toMatchObject({ file: 'apps/web.yaml', why: '' });
    const after = patched(proposal.patch)('apps/web.yaml');
    expect(after).toContain('source: {name: config, path: web}   # five lines');
    expect(after).toContain('/spec/template/metadata/labels/tier');
    const plan = await ada.post('changeField', '/apps/shop/web/object/ignore', { ...deployment, path });
    await ada.post('changeField', '/apps/shop/web/object/ignore', { ...deployment, path, confirm: plan.digest });
    await scene.settle(700_000);
    const rules = [{ group: 'apps', kind: 'Deployment', name: 'web', namespace: 'shop', paths: ['/spec/template/metadata/labels/tier'] }];
    expect(await scene.get('App/shop/web')).toMatchObject({ spec: { sync: { ignore: rules } } });
  });

  test('of an App that is in no repository: the command, and why there is no patch', async () => {
    const over = query({ ...object('ConfigMap', 'over'), path: '.data.a' });
    const proposal = await ada.get('ignoreField', `/apps/shop/over/object/ignore?${over}`);
    expect(proposal).toMatchObject({ patch: '', file: '', command: expect.stringMatching(/^kubectl patch apps\.lockstep\.dev over/) });
    expect(proposal.why).toContain('no other App delivers this one');
  });
});

describe('who may only look', () => {
  const rbac = 'rbac.authorization.k8s.io';

  test('commits nothing: neither a change nor a rollback', async () => {
    const rules = [
      { apiGroups: ['lockstep.dev'], resources: ['apps'], verbs: ['get', 'list'] },
      { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'list'] },
    ];
    await scene.put({ apiVersion: `${rbac}/v1`, kind: 'Role', metadata: { name: 'eve', namespace: 'shop' }, rules });
    const roleRef = { apiGroup: rbac, kind: 'Role', name: 'eve' };
    const subjects = [{ kind: 'User', apiGroup: rbac, name: 'eve' }];
    await scene.put({ apiVersion: `${rbac}/v1`, kind: 'RoleBinding', metadata: { name: 'eve', namespace: 'shop' }, roleRef, subjects });
    const eve = await signedIn(dashboard, { user: 'eve', groups: [] });
    const before = message();
    const asked = { ...deployment, path: '.spec.template.metadata.labels.app' };
    const change = await eve.post('changeField', '/apps/shop/web/object/ignore', asked);
    const changed = await eve.send('POST', '/api/v1/apps/shop/web/object/ignore', { body: { ...asked, confirm: change.digest } });
    const back = await eve.post('action', '/apps/shop/web/actions/rollback', {});
    const rolled = await eve.send('POST', '/api/v1/apps/shop/web/actions/rollback', { body: { confirm: back.digest } });
    expect([changed.status, rolled.status]).toEqual([403, 403]);
    expect(rolled.text).toContain('you may not change Apps in shop');
    expect(message()).toBe(before);
  });
});
