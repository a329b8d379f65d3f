/**
 * `npm run screenshots`: the pictures of README and docs, made anew from the demo. It plays a small story (a release that does not come up, a change that
 * waits for a yes, a field changed by hand), then photographs every view in the light, the dark, and at the width of a phone.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { chromiumPath } from './chromium.ts';

const root = join(import.meta.dirname, '../..');
const program = join(root, 'dist/cli/main.js');
const images = join(root, 'docs/images');

interface Demo {
  readonly child: ChildProcess;
  readonly link: string;
  readonly clone: string;
  readonly folder: string;
}

async function startDemo(): Promise<Demo> {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-pictures-'));
  const child = spawn(process.execPath, [program, 'demo', '--data', join(folder, 'data')], {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: folder, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      const [link, clone] = [/http:\/\/\S+\/login\?link=\S+/.exec(printed)?.[0], /git clone (\S+)/.exec(printed)?.[1]];
      if (link !== undefined && clone !== undefined) resolve({ child, link, clone, folder });
    });
    child.once('close', () => reject(new Error(`the demo ended:\n${printed}`)));
  });
}

/** The clone of the demo's repository: edits files and pushes. */
class Clone {
  readonly #folder: string;
  readonly #home: string;

  constructor({ clone, folder }: Demo) {
    this.#home = folder;
    this.#folder = join(folder, 'clone');
    this.#run(folder, 'clone', '--quiet', clone, this.#folder);
  }

  push(message: string, edits: Readonly<Record<string, (text: string) => string>>): void {
    for (const [path, edit] of Object.entries(edits)) {
      const file = join(this.#folder, path);
      writeFileSync(file, edit(readFileSync(file, 'utf8')));
    }
    this.#run(this.#folder, 'commit', '--quiet', '--all', '-m', message);
    this.#run(this.#folder, 'push', '--quiet');
  }

  #run(cwd: string, ...args: readonly string[]): void {
    const who = { GIT_AUTHOR_NAME: 'Ada Lovelace', GIT_AUTHOR_EMAIL: 'ada@example.org' };
    const committer = { GIT_COMMITTER_NAME: 'Ada Lovelace', GIT_COMMITTER_EMAIL: 'ada@example.org' };
    execFileSync('git', args, {
      cwd,
      stdio: 'pipe',
      env: { PATH: process.env['PATH'], HOME: this.#home, GIT_CONFIG_NOSYSTEM: '1', ...who, ...committer },
    });
  }
}

const pause = (seconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

const simulate = (text: string, what: string): string =>
  text.replace('  template:\n    metadata:\n', `  template:\n    metadata:\n      annotations: {lockstep.dev/simulate: ${what}}\n`);

/** Everything that does not come up by itself is a mistake of the story, so it is waited for. */
async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 240; turn += 1) {
    if (await holds()) return;
    await pause(0.5);
  }
  throw new Error(`the story stopped: ${what}`);
}

/** What the cluster says of the Apps: `name` → reason of Ready. */
function readiness({ folder }: Demo): ReadonlyMap<string, string> {
  const args = ['get', 'apps', '-o', 'json', '--kubeconfig', join(folder, 'data', 'kubeconfig')];
  const { items } = JSON.parse(execFileSync(process.execPath, [program, ...args], { encoding: 'utf8', stdio: 'pipe' })) as {
    readonly items: readonly {
      readonly metadata: { readonly name: string };
      readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string; readonly reason: string }[] };
    }[];
  };
  return new Map(
    items.map(({ metadata, status }) => {
      const ready = status?.conditions?.find(({ type }) => type === 'Ready');
      return [metadata.name, ready?.status === 'True' ? 'well' : (ready?.reason ?? '')];
    }),
  );
}

const allWell = (demo: Demo) => (): Promise<boolean> => {
  const states = [...readiness(demo).values()];
  return Promise.resolve(states.length >= 7 && states.every((state) => state === 'well'));
};

/** The moment before the releases that the pictures are about. */
async function playStory(demo: Demo): Promise<string> {
  const clone = new Clone(demo);
  await until('the example is not well', allWell(demo));
  const payments = (text: string): string => `${text.trimEnd()}\n  provides: [{name: payments-api, version: 2.1.0}]\n`;
  const shop = (text: string): string => `${text.trimEnd()}\n  requires: [{name: payments-api, version: ">=2 <3"}]\n`;
  clone.push('Say what payments provide and the shop requires; judge health sooner', {
    'apps/payments-staging.yaml': (text) => `${payments(text)}  sync: {approve: always}\n`,
    'apps/payments-production.yaml': payments,
    'apps/shop-staging.yaml': shop,
    'apps/shop-production.yaml': (text) => `${shop(text)}  health: {timeout: 20s}\n`,
    'apps/monitoring.yaml': (text) =>
      `${text.trimEnd()}\n  requires: [{name: pager, version: ^1, optional: true}]\n  sync: {heal: report}\n`,
  });
  await pause(5);
  await until('the contracts are not well', allWell(demo));
  const before = new Date().toISOString();
  await pause(2);
  clone.push('Payments: two replicas in staging', {
    'environments/staging/payments/api/deployment.yaml': (text) => text.replace(/replicas: \d+/, 'replicas: 2'),
  });
  clone.push('Shop web 1.9.0', {
    'environments/production/shop/web/deployment.yaml': (text) => simulate(text.replace(/shop-web:[\d.]+/, 'shop-web:1.9.0'), 'crash-loop'),
  });
  const kubeconfig = join(demo.folder, 'data', 'kubeconfig');
  execFileSync('kubectl', ['--kubeconfig', kubeconfig, '-n', 'monitoring', 'scale', 'deployment', 'collector', '--replicas=3'], {
    stdio: 'pipe',
  });
  await until('the release does not fail', () => Promise.resolve(readiness(demo).get('shop-production') !== 'well'));
  await until('nothing waits for a yes', () => Promise.resolve(readiness(demo).get('payments-staging') !== 'well'));
  await pause(35);
  return before;
}

interface Shot {
  readonly name: string;
  /** `BEFORE`: the moment before the releases. */
  readonly path: string;
  /** Shown when it is ready. */
  readonly ready: string;
  /** Clicked before the picture is taken. */
  readonly clicks?: readonly string[];
  readonly looks?: readonly Look[];
}

type Look = 'light' | 'dark' | 'phone';

const everyLook: readonly Look[] = ['light', 'dark', 'phone'];

const broken = '/apps/lockstep-system/shop-production';

const shots: readonly Shot[] = [
  { name: 'system', path: '/', ready: '.matrix-row' },
  { name: 'list', path: '/?view=list', ready: '.app-row' },
  { name: 'app', path: broken, ready: '.tree-row' },
  {
    name: 'object',
    path: '/apps/lockstep-system/monitoring',
    ready: '.tree-row',
    clicks: ['.tree-row:has-text("Deployment")', '.differences button >> nth=1'],
  },
  {
    name: 'log',
    path: `${broken}?health=Degraded,Progressing`,
    ready: '.tree-row',
    clicks: ['.tree-row:has-text("CrashLoopBackOff")', '[role=tab]:has-text("Log")'],
  },
  { name: 'plan', path: '/apps/lockstep-system/payments-staging/plan', ready: '.wave' },
  { name: 'action', path: broken, ready: '.tree-row', clicks: ['button:has-text("Roll back")'] },
  { name: 'timeline', path: '/timeline', ready: '.axis-dot' },
  { name: 'compare', path: '/compare?from=BEFORE', ready: '.compare-list' },
  { name: 'fields', path: '/compare?app=lockstep-system/shop-production&from=BEFORE', ready: '.compare-objects' },
  { name: 'past', path: '/past?at=BEFORE', ready: '.past-list' },
  { name: 'graph', path: '/graph', ready: '.graph-box' },
  { name: 'delivery', path: '/delivery', ready: '.tile' },
  { name: 'figures', path: `${broken}/figures`, ready: '.tile' },
  { name: 'sources', path: '/sources', ready: '.source' },
  { name: 'access', path: '/access', ready: '.access-table' },
  { name: 'keyboard', path: '/', ready: '.matrix-row', clicks: ['.palette-button'] },
];

const sizes: { readonly [look in Look]: { readonly width: number; readonly height: number } } = {
  light: { width: 1280, height: 800 },
  dark: { width: 1280, height: 800 },
  phone: { width: 390, height: 800 },
};

async function take(page: Page, base: string, { name, path, ready, clicks = [], looks = everyLook }: Shot): Promise<void> {
  for (const look of looks) {
    await page.setViewportSize(sizes[look]);
    await page.emulateMedia({ colorScheme: look === 'dark' ? 'dark' : 'light', reducedMotion: 'reduce' });
    await page.goto(base + path);
    await page.locator(ready).first().waitFor();
    for (const click of clicks) await page.locator(click).first().click();
    await page.waitForLoadState('networkidle').catch(() => undefined);
    await pause(0.6);
    await page.screenshot({ path: join(images, `${name}${look === 'light' ? '' : `-${look}`}.png`) });
    console.log(`docs/images/${name}${look === 'light' ? '' : `-${look}`}.png`);
  }
}

async function main(): Promise<void> {
  const executablePath = chromiumPath();
  if (executablePath === undefined) process.exit(1);
  mkdirSync(images, { recursive: true });
  const demo = await startDemo();
  let browser: Browser | undefined;
  try {
    const before = await playStory(demo);
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--no-first-run'] });
    const page = await browser.newPage();
    page.setDefaultTimeout(60_000);
    await page.goto(demo.link);
    const wanted = process.argv.slice(2);
    for (const shot of shots.filter(({ name }) => wanted.length === 0 || wanted.includes(name)))
      await take(page, new URL(demo.link).origin, { ...shot, path: shot.path.replace('BEFORE', before) });
  } finally {
    await browser?.close();
    const ended = new Promise((resolve) => demo.child.once('close', resolve));
    demo.child.kill('SIGTERM');
    await ended;
    rmSync(demo.folder, { recursive: true, force: true });
  }
}

await main();
