/**
 * The dashboard in a real browser at the size of a large platform: 10,000 Apps and a tree of 5,000 objects, each under 200 changes a second. Frames, how
 * long a change of the cluster takes to the screen, what the server needs for an answer, how large answers are. Baseline: the same page while nothing changes.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { chromiumPath } from '../test/browser/chromium.ts';
import type { Order, Told } from './browser-host.ts';
import type { Figure } from './figure.ts';

const UPDATES = 200;
const root = join(import.meta.dirname, '..');

class Host {
  readonly #child: ChildProcess;

  constructor() {
    this.#child = fork(join(import.meta.dirname, 'browser-host.ts'), [join(root, 'dist/ui')], {
      execArgv: ['--import', 'tsx'],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
  }

  told<K extends keyof Told>(key: K): Promise<NonNullable<Told[K]>> {
    return new Promise((resolve, reject) => {
      const stop = (): void => reject(new Error('the dashboard ended'));
      const listen = (message: Told): void => {
        const value = message[key];
        if (value === undefined) return;
        this.#child.off('message', listen).off('exit', stop);
        resolve(value as NonNullable<Told[K]>);
      };
      this.#child.on('message', listen).once('exit', stop);
    });
  }

  order(order: Order): void {
    this.#child.send(order);
  }

  end(): void {
    if (this.#child.connected) this.#child.disconnect();
  }
}

/** Scrolls for a while, a bit each frame, and tells how long each frame took. */
const SCROLL = `new Promise((resolve) => {
  const box = document.querySelector('.page');
  const gaps = [];
  let last = performance.now(), way = 40;
  const end = last + 4000;
  const step = (now) => {
    gaps.push(now - last);
    last = now;
    box.scrollTop += way;
    if (box.scrollTop + box.clientHeight >= box.scrollHeight - 5 || box.scrollTop <= 0) way = -way;
    if (now < end) requestAnimationFrame(step);
    else resolve(gaps.slice(5));
  };
  requestAnimationFrame(step);
})`;

interface Frames {
  /** Milliseconds a frame. */
  readonly median: number;
  readonly p95: number;
  /** Frames that came later than one after a frame of 60 a second, per cent. */
  readonly late: number;
}

function framesOf(gaps: readonly number[]): Frames {
  const sorted = gaps.toSorted((a, b) => a - b);
  const at = (part: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
  return { median: at(0.5), p95: at(0.95), late: (sorted.filter((gap) => gap > 25).length / sorted.length) * 100 };
}

const scroll = async (page: Page): Promise<Frames> => framesOf(await page.evaluate<number[]>(SCROLL));

function frameFigures(name: string, quiet: Frames, busy: Frames): readonly Figure[] {
  return [
    {
      name: `${name}: median frame, ${UPDATES} changes/s`,
      value: busy.median,
      unit: 'ms',
      baseline: { name: 'nothing changes', value: quiet.median },
    },
    {
      name: `${name}: p95 frame, ${UPDATES} changes/s`,
      value: busy.p95,
      unit: 'ms',
      baseline: { name: 'nothing changes', value: quiet.p95 },
    },
    { name: `${name}: frames later than 25 ms`, value: busy.late, unit: '%', note: `${quiet.late.toFixed(1)} % while nothing changes` },
  ];
}

interface Scrolled {
  readonly name: string;
  readonly path: string;
  readonly ready: string;
  readonly of: 'apps' | 'objects';
}

async function scrolled(page: Page, host: Host, { name, path, ready, of }: Scrolled): Promise<readonly Figure[]> {
  const began = performance.now();
  await page.goto(path);
  await page.locator(ready).first().waitFor();
  const shown = performance.now() - began;
  // A first run warms the page up and loads its rows.
  await scroll(page);
  const quiet = await scroll(page);
  host.order({ updates: UPDATES, of });
  const busy = await scroll(page);
  host.order({ updates: 0 });
  return [{ name: `${name}: address to first rows`, value: shown, unit: 'ms' }, ...frameFigures(name, quiet, busy)];
}

/** From the write to the cluster until the page says so, by the one clock of this machine. */
async function liveLatency(page: Page, host: Host, base: string): Promise<readonly Figure[]> {
  await page.goto(`${base}/?view=list&q=service-10-dev`);
  await page.locator('.app-row code').first().waitFor();
  const times: number[] = [];
  host.order({ updates: UPDATES });
  for (let turn = 0; turn < 40; turn += 1) {
    const revision = (0xabc0000 + turn).toString(16).padEnd(40, '0');
    const seen = page.evaluate<number>(`new Promise((resolve) => {
      const look = () => {
        if (!document.body.textContent.includes('main@${revision.slice(0, 7)}')) return false;
        resolve(Date.now());
        return true;
      };
      const watcher = new MutationObserver(() => look() && watcher.disconnect());
      watcher.observe(document.body, { subtree: true, childList: true, characterData: true });
    })`);
    const changed = host.told('changedAt');
    host.order({ revision });
    times.push((await seen) - (await changed));
  }
  host.order({ updates: 0 });
  times.sort((a, b) => a - b);
  return [
    { name: `cluster to screen, ${UPDATES} changes/s: median`, value: times[times.length >> 1] ?? 0, unit: 'ms' },
    {
      name: `cluster to screen, ${UPDATES} changes/s: p95`,
      value: times[Math.floor(times.length * 0.95)] ?? 0,
      unit: 'ms',
      note: 'at most 300 is promised',
    },
  ];
}

const QUERIES = [
  '/apps',
  '/apps?q=service-12',
  '/apps?level=broken',
  '/apps?environment=production&sort=-since',
  '/apps?project=project-3',
  '/matrix',
  '/matrix?q=service-9',
  '/matrix?group=label:environment&level=broken',
];

async function serverTimes(page: Page, host: Host): Promise<readonly Figure[]> {
  host.order({ updates: UPDATES });
  const largest = await page.evaluate<number>(`(async () => {
    let most = 0;
    for (let turn = 0; turn < 400; turn++) {
      const text = await (await fetch('/api/v1' + ${JSON.stringify(QUERIES)}[turn % ${QUERIES.length}])).text();
      most = Math.max(most, new TextEncoder().encode(text).length);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return most;
  })()`);
  host.order({ updates: 0 });
  const told = host.told('times');
  host.order({ times: true });
  const times = await told;
  const all = [...(times['apps'] ?? []), ...(times['matrix'] ?? [])].toSorted((a, b) => a - b);
  return [
    {
      name: `an answer about 10,000 Apps, ${UPDATES} changes/s: median`,
      value: all[all.length >> 1] ?? 0,
      unit: 'ms',
      note: 'time in the server',
    },
    {
      name: `an answer about 10,000 Apps, ${UPDATES} changes/s: p99`,
      value: all[Math.floor(all.length * 0.99)] ?? 0,
      unit: 'ms',
      note: 'at most 20 is promised',
    },
    { name: 'largest answer', value: largest, unit: 'bytes', note: 'at most 51,200 is promised' },
  ];
}

async function measured(browser: Browser, host: Host): Promise<readonly Figure[]> {
  const link = await host.told('url');
  const base = new URL(link).origin;
  const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
  await page.goto(link);
  await page.locator('.matrix-row').first().waitFor();
  return [
    ...(await scrolled(page, host, { name: 'matrix of 10,000 Apps', path: `${base}/`, ready: '.matrix-row', of: 'apps' })),
    ...(await scrolled(page, host, { name: 'list of 10,000 Apps', path: `${base}/?view=list`, ready: '.app-row code', of: 'apps' })),
    ...(await scrolled(page, host, {
      name: 'tree of 5,000 objects',
      path: `${base}/apps/team-0/service-0-dev`,
      ready: '.tree-row',
      of: 'objects',
    })),
    ...(await liveLatency(page, host, base)),
    ...(await serverTimes(page, host)),
  ];
}

export async function run(): Promise<readonly Figure[]> {
  const executablePath = chromiumPath();
  if (executablePath === undefined) return [];
  const host = new Host();
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--no-first-run'] });
  try {
    return await measured(browser, host);
  } finally {
    await browser.close();
    host.end();
  }
}
