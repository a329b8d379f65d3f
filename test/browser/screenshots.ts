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

async function playStory(demo: Demo): Promise<void> {
  const clone = new Clone(demo);
  clone.push('Judge health sooner; payments in staging wait for a yes', {
    'apps/shop-production.yaml': (text) => `${text.trimEnd()}\n  health: {timeout: 20s}\n`,
    'apps/payments-staging.yaml': (text) => `${text.trimEnd()}\n  sync: {approve: always}\n`,
    'apps/monitoring.yaml': (text) => `${text.trimEnd()}\n  sync: {heal: report}\n`,
  });
  await pause(6);
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
  await pause(35);
}

interface Shot {
  readonly name: string;
  readonly path: string;
  /** Shown when it is ready. */
  readonly ready: string;
  /** Clicked before the picture is taken. */
  readonly clicks?: readonly string[];
  readonly looks?: readonly Look[];
}

type Look = 'light' | 'dark' | 'phone';

const everyLook: readonly Look[] = ['light', 'dark', 'phone'];

const shots: readonly Shot[] = [
  { name: 'system', path: '/', ready: '.matrix-row', looks: everyLook },
  { name: 'list', path: '/?view=list', ready: '.app-row code' },
  { name: 'app', path: '/apps/lockstep-system/shop-production', ready: '.tree-row', looks: everyLook },
  {
    name: 'object',
    path: '/apps/lockstep-system/monitoring',
    ready: '.tree-row',
    clicks: ['.tree-row:has-text("Deployment")', '.differences button >> nth=1'],
    looks: ['light', 'dark'],
  },
  {
    name: 'log',
    path: '/apps/lockstep-system/shop-production',
    ready: '.tree-row',
    clicks: ['.tree-row:has-text("CrashLoopBackOff")', '[role=tab]:has-text("Log")'],
    looks: ['dark'],
  },
  { name: 'plan', path: '/apps/lockstep-system/payments-staging/plan', ready: '.wave', looks: everyLook },
  {
    name: 'action',
    path: '/apps/lockstep-system/payments-staging',
    ready: '.tree-row',
    clicks: ['button:has-text("Approve")'],
    looks: ['light'],
  },
  { name: 'timeline', path: '/timeline', ready: '.axis-dot', looks: everyLook },
  { name: 'compare', path: '/compare?from=2020-01-01T00:00:00Z', ready: '.compare-list' },
  { name: 'graph', path: '/graph', ready: '.graph-box', looks: everyLook },
  { name: 'delivery', path: '/delivery', ready: '.tile' },
  { name: 'sources', path: '/sources', ready: '.source' },
  { name: 'access', path: '/access', ready: '.access-table' },
  { name: 'keyboard', path: '/', ready: '.matrix-row', clicks: ['.palette-button'] },
];

const sizes: { readonly [look in Look]: { readonly width: number; readonly height: number } } = {
  light: { width: 1280, height: 800 },
  dark: { width: 1280, height: 800 },
  phone: { width: 390, height: 800 },
};

async function take(page: Page, base: string, { name, path, ready, clicks = [], looks = ['light'] }: Shot): Promise<void> {
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
    await playStory(demo);
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--no-first-run'] });
    const page = await browser.newPage();
    page.setDefaultTimeout(60_000);
    await page.goto(demo.link);
    const wanted = process.argv.slice(2);
    for (const shot of shots.filter(({ name }) => wanted.length === 0 || wanted.includes(name)))
      await take(page, new URL(demo.link).origin, shot);
  } finally {
    await browser?.close();
    const ended = new Promise((resolve) => demo.child.once('close', resolve));
    demo.child.kill('SIGTERM');
    await ended;
    rmSync(demo.folder, { recursive: true, force: true });
  }
}

await main();
