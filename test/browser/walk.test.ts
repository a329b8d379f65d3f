/**
 * Somebody who never saw the dashboard, on call: a release does not come up. They find the App, the reason, the commit that did it and the button that
 * takes it back, press it, and it is over; once with the mouse, once with nothing but the keyboard. And the other buttons, each with its plan first.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath } from './chromium.ts';
import { type Product, startProduct } from './product.ts';
import { seriousInBothThemes, visit, type Visit } from './visit.ts';

const executablePath = chromiumPath();

let product: Product;
let visitor: Visit;
let page: Page;

const settings = (colour: string): Record<string, string> => ({
  'web/settings.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {colour: ${colour}}\n`,
});

const smoke =
  'apiVersion: v1\nkind: Pod\nmetadata: {name: smoke, annotations: {lockstep.dev/test: "true"}}\nspec: {restartPolicy: Never, containers: [{name: smoke, image: busybox}]}\n';

describe.skipIf(executablePath === undefined)('on call', () => {
  beforeAll(async () => {
    product = await startProduct();
    visitor = await visit(product, executablePath ?? '');
    page = visitor.page;
    await product.commit(settings('blue'), 'Colours');
  }, 120_000);
  afterAll(async () => {
    await visitor?.end();
    await product?.stop();
  }, 60_000);

  test('the failing App, the reason, the commit that caused it, and the button that reverts it', async () => {
    await product.commit(settings('7'), 'Colour by number');
    await visitor.open('/');
    await page.getByRole('heading', { name: '1 broken of 1 App' }).waitFor({ timeout: 20_000 });
    await page.getByRole('region', { name: 'What needs you' }).getByRole('link').first().click();
    await page
      .getByRole('region', { name: 'Why' })
      .getByText(/web\/settings\.yaml/)
      .first()
      .waitFor();
    await page.getByText('Colour by number').first().waitFor();
    await page.getByText('by Ada').first().waitFor();
    const before = await page.getByText(/Before that main@[0-9a-f]{7} was well/).innerText();
    await page.getByRole('button', { name: 'Roll back…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Roll back web' });
    await dialog.getByText('web/settings.yaml is restored').waitFor();
    const plan = await dialog.getByRole('listitem').first().innerText();
    expect(plan).toMatch(/^A commit on main puts 1 file back from main@[0-9a-f]{7} to main@[0-9a-f]{7}$/);
    expect(await seriousInBothThemes(page)).toEqual([]);
    // What it goes back to is what the page called well.
    expect(before).toContain(plan.slice(-12));
    expect(await dialog.getByText(/^lockstep rollback/).innerText()).toContain('lockstep-system/web');
    expect(product.newest().subject).toBe('Colour by number');
    await dialog.getByLabel(/Reason/).fill('numbers are no colours');
    await dialog.getByRole('button', { name: 'Roll back', exact: true }).click();
    await page.getByText(/pushed [0-9a-f]+ to main/).waitFor();
    expect(product.newest()).toMatchObject({ subject: expect.stringMatching(/^Roll back web to main@/), files: ['web/settings.yaml'] });
    product.run('sync', 'web', '-n', 'lockstep-system');
    await page.getByText(/^Running main@[0-9a-f]{7} since/).waitFor({ timeout: 20_000 });
    await page.getByText('Roll back web to').first().waitFor();
    expect(product.run('get', 'configmap', 'settings', '-n', 'web', '-o', 'yaml')).toContain('colour: blue');
  });

  test('the same by keyboard alone', async () => {
    await product.commit(settings('8'), 'Colour by another number');
    await visitor.open('/');
    await page.getByRole('heading', { name: '1 broken of 1 App' }).waitFor({ timeout: 20_000 });
    await visitor.walkTo('a.problem');
    await page.keyboard.press('Enter');
    await page.getByText('Colour by another number').first().waitFor();
    await visitor.walkTo('button:has-text("Roll back…")');
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Roll back web' });
    await dialog.getByText('web/settings.yaml is restored').waitFor();
    await visitor.walkTo('dialog button.primary, dialog button.danger');
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    expect(product.newest().subject).toMatch(/^Roll back web to main@/);
    product.run('sync', 'web', '-n', 'lockstep-system');
    await page.getByText(/^Running main@[0-9a-f]{7} since/).waitFor({ timeout: 20_000 });
    expect(visitor.complaints).toEqual([]);
  });

  test('suspend with reason and expiry, then resume', async () => {
    await visitor.open('/apps/lockstep-system/web');
    await page.getByRole('button', { name: 'Suspend…' }).click();
    await page.getByText('The same as a command').waitFor();
    await page.getByLabel(/Reason/).fill('looking into it');
    await page.getByLabel('Resume by itself').selectOption('4 hours');
    await page.getByText(/It resumes by itself at 20\d\d-/).waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Suspend', exact: true }).click();
    await page.getByRole('button', { name: 'Resume…' }).waitFor({ timeout: 20_000 });
    await page.getByText('looking into it').first().waitFor();
    const spec = product.run('get', 'app', 'web', '-n', 'lockstep-system', '-o', 'yaml');
    expect(spec).toContain('suspendReason: looking into it');
    const until = Date.parse(/suspendUntil: "?([^"\n]+)/.exec(spec)?.[1] ?? '');
    expect(Math.round((until - Date.now()) / 3_600_000)).toBe(4);
    await page.getByRole('button', { name: 'Resume…' }).click();
    await page.getByText('Applies what came meanwhile').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Resume', exact: true }).click();
    await page.getByRole('button', { name: 'Suspend…' }).waitFor({ timeout: 20_000 });
  });

  test('a value that somebody set by hand is taken into Git from where it is seen', async () => {
    product.apply(
      'apiVersion: lockstep.dev/v1\nkind: App\nmetadata: {name: web, namespace: lockstep-system}\nspec: {sync: {heal: report}}\n',
    );
    product.apply('apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: web}\ndata: {colour: green}\n');
    await visitor.open('/apps/lockstep-system/web');
    await page.getByRole('treeitem', { name: /settings.*drifted/ }).click({ timeout: 20_000 });
    await page.getByRole('button', { name: 'Ignore this field…' }).click();
    await page.getByText('There is no patch: no other App delivers this one').waitFor();
    await page.getByText(/^kubectl patch apps\.lockstep\.dev web/).waitFor();
    await page.getByRole('button', { name: 'Adopt this value…' }).click();
    await page.getByText('+data: {colour: green}').waitFor();
    expect(await seriousInBothThemes(page)).toEqual([]);
    await page.getByRole('button', { name: 'Commit…' }).click();
    const dialog = page.getByRole('dialog', { name: /^Adopt \.?data\.colour/ });
    await dialog.getByText(/A commit to \S+ changes web\/settings\.yaml/).waitFor();
    await dialog.getByRole('button', { name: 'Commit', exact: true }).click();
    await page.getByText(/pushed [0-9a-f]+ to main/).waitFor();
    expect(product.newest()).toMatchObject({
      subject: expect.stringMatching(/^Adopt \.?data\.colour of ConfigMap/),
      files: ['web/settings.yaml'],
    });
    product.run('sync', 'web', '-n', 'lockstep-system');
    await page.keyboard.press('Escape');
    await page.getByRole('treeitem', { name: /settings.*drifted/ }).waitFor({ state: 'detached', timeout: 20_000 });
    expect(visitor.complaints).toEqual([]);
  });

  test('a plan that prunes is shown wave by wave, prunes apart, and carried out by whoever says yes', async () => {
    const app = 'apiVersion: lockstep.dev/v1\nkind: App\nmetadata: {name: web, namespace: lockstep-system}\nspec:';
    product.apply(`${app} {sync: {approve: always}}\n`);
    await product.remove(['web/settings.yaml'], 'No settings any more');
    await visitor.open('/apps/lockstep-system/web/plan');
    await page.getByText('This plan waits for an approval.').waitFor({ timeout: 20_000 });
    const prune = page.locator('.wave.tone-bad');
    expect(await prune.innerText()).toMatch(/^Prune 1 object[^]*ConfigMap settings/);
    expect(await seriousInBothThemes(page)).toEqual([]);
    await page.getByRole('button', { name: 'Approve…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Approve web' });
    const taken = dialog.getByRole('listitem').filter({ hasText: 'prune ConfigMap/web/settings' });
    expect(await taken.getAttribute('class')).toContain('tone-bad');
    await dialog.getByRole('button', { name: 'Approve', exact: true }).click();
    await page.getByText('Nothing would change').waitFor({ timeout: 20_000 });
    expect(product.run('get', 'configmap', 'settings', '-n', 'web')).not.toContain('settings ');
    product.apply(`${app} {sync: {heal: report}}\n`);
    expect(visitor.complaints).toEqual([]);
  });

  test('tests are run again', async () => {
    await product.commit({ 'web/smoke.yaml': smoke }, 'A smoke test');
    await expect
      .poll(() => product.run('get', 'app', 'web', '-n', 'lockstep-system', '-o', 'yaml'), { timeout: 40_000, interval: 500 })
      .toMatch(/tests:[^]*phase: Succeeded/);
    await visitor.open('/apps/lockstep-system/web');
    await page.getByRole('button', { name: 'Run tests…' }).click({ timeout: 30_000 });
    const dialog = page.getByRole('dialog', { name: 'Run tests web' });
    await dialog.getByText('Runs its test again; what is deployed does not change').waitFor();
    await dialog.getByText(/smoke: Succeeded the last time/).waitFor();
    const uid = /uid: (\S+)/.exec(product.run('get', 'pod', 'smoke', '-n', 'web', '-o', 'yaml'))?.[1];
    await dialog.getByRole('button', { name: 'Run tests', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    await expect
      .poll(() => /uid: (\S+)/.exec(product.run('get', 'pod', 'smoke', '-n', 'web', '-o', 'yaml'))?.[1] ?? uid, {
        timeout: 20_000,
        interval: 500,
      })
      .not.toBe(uid);
    expect(visitor.complaints).toEqual([]);
  });
});
