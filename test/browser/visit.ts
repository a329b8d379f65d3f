/** Somebody at the dashboard: a browser, signed in by the printed link, with everything the page complains about written down. */
import axe from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import type { Product } from './product.ts';

export interface Visit {
  readonly browser: Browser;
  readonly context: BrowserContext;
  readonly page: Page;
  /** Errors of the console and of scripts, in order. */
  readonly complaints: string[];
  /** Opens an address of the dashboard and resolves when it shows what it was opened for. */
  open(path: string): Promise<void>;
  /** Presses a key until what has the focus is found by this selector, as somebody without a mouse does. */
  walkTo(selector: string, key?: string): Promise<void>;
  end(): Promise<void>;
}

interface Finding {
  readonly id: string;
  readonly impact: string | null | undefined;
  readonly at: string | undefined;
}

/** What the accessibility checker finds that is serious. It comes in through the debugger: the page's own rules let no script in. */
export async function seriousFindings(page: Page): Promise<readonly Finding[]> {
  const session = await page.context().newCDPSession(page);
  await session.send('Runtime.evaluate', { expression: axe.source });
  const run = 'axe.run().then(({violations}) => violations.map(({id, impact, nodes}) => ({id, impact, at: nodes[0] && nodes[0].html})))';
  const { result } = await session.send('Runtime.evaluate', { expression: run, awaitPromise: true, returnByValue: true });
  await session.detach();
  return (result.value as readonly Finding[]).filter(({ impact }) => impact === 'serious' || impact === 'critical');
}

/** The same in both themes. */
export async function seriousInBothThemes(page: Page): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    // Half-way between two themes nothing has the contrast of either.
    await page.evaluate('Promise.all(document.getAnimations().map((one) => one.finished.catch(() => undefined)))');
    found.push(...(await seriousFindings(page)));
  }
  return found;
}

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** More stops than this between two places are too many for anybody. */
const MOST_STOPS = 60;

export async function visit(product: Product, executablePath: string): Promise<Visit> {
  const browser = await chromium.launch({ executablePath, args: FLAGS });
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(product.loginUrl);
  await page.getByText('as they should be').waitFor({ timeout: 60_000 });
  return {
    browser,
    context,
    page,
    complaints,
    open: async (path) => {
      await page.goto(product.url + path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.locator('.skeleton').first().waitFor({ state: 'detached' });
    },
    walkTo: async (selector, key = 'Tab') => {
      for (let stop = 0; stop < MOST_STOPS; stop += 1) {
        await page.keyboard.press(key);
        if (await page.locator(':focus').and(page.locator(selector)).count()) return;
      }
      throw new Error(`${key} never came to ${selector}`);
    },
    end: () => browser.close(),
  };
}
