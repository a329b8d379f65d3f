/**
 * The dashboard in a real browser, over the real product: an embedded cluster, the controllers, a repository. Each view in both themes and both widths
 * without errors and without serious findings of axe; a change of the cluster is seen without reloading; a plan comes before every action; hostile
 * texts stay texts.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath } from './chromium.ts';
import { type Product, startProduct } from './product.ts';
import { seriousFindings, visit, type Visit } from './visit.ts';

const executablePath = chromiumPath();
const root = join(import.meta.dirname, '../..');

let product: Product;
let visitor: Visit;
let browser: Browser;
let page: Page;
let complaints: string[];
let open: Visit['open'];

describe.skipIf(executablePath === undefined)('the dashboard', () => {
  beforeAll(async () => {
    product = await startProduct();
    visitor = await visit(product, executablePath ?? '');
    ({ browser, page, complaints, open } = visitor);
  }, 120_000);
  afterAll(async () => {
    await visitor?.end();
    await product?.stop();
  }, 60_000);

  test('the first load is under 200 KB gzipped', () => {
    const assets = join(root, 'dist/ui/assets');
    const size = readdirSync(assets)
      .filter((name) => /^index-.*\.(?:js|css)$/.test(name))
      .reduce((sum, name) => sum + gzipSync(readFileSync(join(assets, name))).length, 0);
    expect(size).toBeGreaterThan(10_000);
    expect(size).toBeLessThan(200_000);
  });

  const views = [
    '/',
    '/?view=list',
    `/apps/lockstep-system/web`,
    `/apps/lockstep-system/web/plan`,
    `/apps/lockstep-system/web/timeline`,
    `/apps/lockstep-system/web/figures`,
    '/timeline',
    '/compare?from=2026-01-01T00:00:00Z',
    `/compare?app=lockstep-system/web&from=2026-01-01T00:00:00Z`,
    '/past?at=2100-01-01T00:00:00Z',
    '/graph',
    '/delivery',
    '/sources',
    '/access',
  ];
  for (const path of views)
    for (const colorScheme of ['light', 'dark'] as const)
      for (const width of [1280, 390])
        test(`${path} in ${colorScheme}, ${width} pixels wide`, async () => {
          complaints.length = 0;
          await page.emulateMedia({ colorScheme });
          await page.setViewportSize({ width, height: 860 });
          await open(path);
          expect(await seriousFindings(page)).toEqual([]);
          expect(await page.evaluate<boolean>('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
          expect(complaints).toEqual([]);
        });

  test('a change of the cluster is seen without reloading', async () => {
    await page.setViewportSize({ width: 1280, height: 860 });
    await open('/apps/lockstep-system/web');
    await product.commit({ 'web/second.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: second}\ndata: {a: b}\n' });
    await page.getByRole('treeitem', { name: /second/ }).waitFor({ timeout: 20_000 });
  });

  test('everything is reached by keyboard', async () => {
    await open('/');
    await page.keyboard.press('g');
    await page.keyboard.press('t');
    await page.waitForURL('**/timeline');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('web');
    await page.getByRole('dialog').getByText('web').first().waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  test('the log is followed and searched', async () => {
    await open('/apps/lockstep-system/web');
    await page.getByRole('treeitem', { name: /Pod/ }).first().click();
    await page.getByRole('tab', { name: 'Log' }).click();
    await page.getByRole('log').getByText('this container is simulated').waitFor();
    await page.getByLabel('Only lines with this text').fill('no such text');
    await page.getByText('No line has this text').waitFor();
    await page.getByLabel('Before the last restart').check();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  test('a branch of the tree closes and opens by keyboard', async () => {
    await open('/apps/lockstep-system/web');
    const deployment = page.getByRole('treeitem', { name: /Deployment/ });
    await deployment.focus();
    await page.keyboard.press('ArrowLeft');
    await page.getByRole('treeitem', { name: /ReplicaSet/ }).waitFor({ state: 'detached' });
    await page.keyboard.press('ArrowRight');
    await page.getByRole('treeitem', { name: /ReplicaSet/ }).waitFor();
  });

  test('texts from a repository stay texts', async () => {
    complaints.length = 0;
    await product.commit({
      'web/evil.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: evil\n  annotations: {note: "<img src=x onerror=window.hit=1>", link: "javascript:window.hit=1"}\ndata: {x: "</script><script>window.hit=1</script>"}\n`,
    });
    await open('/apps/lockstep-system/web');
    await page.getByRole('treeitem', { name: /evil/ }).click({ timeout: 20_000 });
    await page.getByRole('dialog').getByText('onerror').waitFor();
    expect(await page.evaluate<boolean>("'hit' in window")).toBe(false);
    expect(await page.locator('a[href^="javascript:"]').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test('log lines and addresses are never more than text', async () => {
    complaints.length = 0;
    await page.route('**/object/log?*', (route) =>
      route.fulfill({
        contentType: 'text/plain',
        body: '<img src=x onerror=window.hit=1>\n</div><script>window.hit=1</script>\n\u001b[31mERROR\n',
      }),
    );
    await open('/apps/lockstep-system/web');
    await page.getByRole('treeitem', { name: /Pod/ }).first().click();
    await page.getByRole('tab', { name: 'Log' }).click();
    await page.getByRole('log').getByText('<script>window.hit=1</script>').waitFor();
    await page.unroute('**/object/log?*');
    await page.keyboard.press('Escape');
    const oidc = { issuer: 'javascript:window.hit=1', clientId: 'x', user: 'y', groups: 'z' };
    await page.route('**/api/v1/access', async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ json: { ...(await answer.json()), oidc } });
    });
    await open('/access');
    await page.getByText('javascript:window.hit=1').waitFor();
    expect(await page.locator('a[href^="javascript:"]').count()).toBe(0);
    expect(await page.evaluate<boolean>("'hit' in window")).toBe(false);
    await page.unroute('**/api/v1/access');
    expect(complaints).toEqual([]);
  });

  test('wherever a text comes from, on every view it stays a text', async () => {
    complaints.length = 0;
    const evil = '<img src=x onerror=window.hit=1>"\'`</script><script>window.hit=1</script>';
    const quoted = JSON.stringify(evil);
    await product.commit({ 'web/more.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: more}\ndata: {x: ${quoted}}\n` }, evil);
    const app = 'apiVersion: lockstep.dev/v1\nkind: App\nmetadata: {name: web, namespace: lockstep-system}\nspec:';
    product.apply(`${app} {requires: [{name: evil, version: ">=1 ${'<b>'}", optional: true}]}\n`);
    product.apply(`${app} {links: [{name: ${quoted}, url: "javascript:window.hit=1"}]}\n`);
    product.apply(`${app} {suspend: true, suspendReason: ${quoted}}\n`);
    product.apply(
      `apiVersion: v1\nkind: Event\nmetadata: {name: evil, namespace: web}\ninvolvedObject: {kind: Deployment, name: web, namespace: web}\nreason: Evil\nmessage: ${quoted}\ntype: Warning\n`,
    );
    const saved = await page.evaluate<boolean>(`(async () => {
      const { csrf } = await (await fetch('/api/v1/session')).json();
      const body = JSON.stringify({ name: ${JSON.stringify(evil.slice(0, 90))}, query: 'q=' + encodeURIComponent(${quoted}), shared: true });
      return (await fetch('/api/v1/views', { method: 'PUT', headers: { 'content-type': 'application/json', 'x-lockstep-csrf': csrf }, body })).ok;
    })()`);
    expect(saved).toBe(true);
    const inAddress = encodeURIComponent(evil);
    const hostile = [
      ...views,
      `/?q=${inAddress}`,
      `/apps/${inAddress}/x`,
      `/graph?app=${inAddress}`,
      `/past?at=${inAddress}`,
      `/compare?from=${inAddress}`,
    ];
    for (const path of hostile) {
      await page.goto(product.url + path);
      await page.locator('h1, .empty').first().waitFor();
      await page.locator('.skeleton').first().waitFor({ state: 'detached' });
      expect([path, await page.evaluate<boolean>("'hit' in window")]).toEqual([path, false]);
      expect([path, await page.locator('img[src="x"], a[href^="javascript:" i], script:not([src])').count()]).toEqual([path, 0]);
    }
    await open('/apps/lockstep-system/web');
    await page.getByText('<img src=x').first().waitFor();
    await page.getByRole('treeitem', { name: /Deployment/ }).click();
    await page.getByRole('tab', { name: 'Events' }).click();
    await page.getByRole('dialog').getByText('<img src=x').waitFor();
    await page.keyboard.press('Escape');
    expect(await page.evaluate<boolean>("'hit' in window")).toBe(false);
    product.apply(`${app} {suspend: false}\n`);
  });

  test('filters are kept under a name, and opened by it', async () => {
    await open('/?q=web&group=namespace');
    await page.getByRole('button', { name: 'Views' }).click();
    await page.getByRole('button', { name: 'Save this view…' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Web by namespace');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await open('/');
    await page.getByRole('button', { name: 'Views' }).click();
    await page.getByRole('button', { name: 'Web by namespace', exact: true }).click();
    await page.waitForURL(/q=web.*group=namespace|group=namespace.*q=web/);
    await page.getByRole('button', { name: 'Views' }).click();
    await page.getByRole('button', { name: 'Delete the view Web by namespace' }).click();
    await page.getByRole('button', { name: 'Web by namespace', exact: true }).waitFor({ state: 'detached' });
  });

  test('traffic is drawn with a marker for each deployment', async () => {
    const at = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();
    const series = [
      { name: 'rate', unit: '/s', points: [30, 20, 10].map((minutes) => ({ at: at(minutes), value: String(minutes / 2) })) },
      { name: 'duration', unit: 's', points: [] },
    ];
    const deploy = {
      id: '1',
      at: at(15),
      kind: 'apply',
      type: 'Applied',
      app: 'lockstep-system/web',
      message: 'applied main@abc1234',
      bad: false,
      objects: 1,
      touched: [],
    };
    await page.route('**/traffic?*', (route) => route.fulfill({ json: { configured: true, series, deploys: [deploy] } }));
    await open('/apps/lockstep-system/web/figures');
    await page.getByRole('img', { name: /^Requests a second: from 5 .*to 15 .*1 deployments/ }).waitFor();
    await page.getByRole('img', { name: /^Duration, 95th percentile: no data/ }).waitFor();
    expect(await page.locator('.line-marker[title*="main@abc1234"]').count()).toBe(2);
    await page.unroute('**/traffic?*');
  });

  test('two moments are chosen on the axis and compared', async () => {
    await open('/timeline');
    const area = page.locator('.axis-area');
    const box = await area.boundingBox();
    if (box === null) throw new Error('the axis is not drawn');
    await page.mouse.move(box.x + 2, box.y + 4);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width - 2, box.y + 6, { steps: 4 });
    await page.mouse.up();
    await page.getByRole('button', { name: 'Compare these moments' }).click();
    await page.waitForURL('**/compare?*');
    await page.getByRole('link', { name: 'lockstep-system/web' }).waitFor();
  });

  test('the door offers what the server offers, at the server’s own address', async () => {
    const stranger = await browser.newContext();
    const door = await stranger.newPage();
    await door.goto(`${product.url}/?link=expired`);
    await door.getByText('This link was used before').waitFor();
    await door.getByText('printed when it started').waitFor();
    const session = await (await stranger.request.get(`${product.url}/api/v1/session`)).json();
    await door.route('**/api/v1/session', (route) => route.fulfill({ json: { ...session, methods: [{ kind: 'oidc', name: 'id.test' }] } }));
    await door.reload();
    const href = await door.getByRole('link', { name: 'Continue with id.test' }).getAttribute('href');
    const answer = await stranger.request.get(product.url + (href ?? ''), { maxRedirects: 0 });
    expect(await answer.text()).toContain('no provider is configured');
    await stranger.close();
  });
});
