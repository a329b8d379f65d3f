/** Waits until every App is healthy, and says why not when the time is over. */
import { type App, getCondition } from '../api/index.ts';
import type { KubeClient } from '../ports/index.ts';
import { APP_HEADER, appCells, appRow, isReady, listApps } from './apps.ts';
import { explainApp } from './explain-app.ts';
import type { Io } from './io.ts';
import { showLiveApps } from './live-apps.ts';
import { formatTable } from './table.ts';

const POLL = 100;
/** An App may bring more Apps: all is well only when it stays so for this long. */
const SETTLED = 500;
/** When all that are not healthy are stalled for this long, it is not waited for what cannot come. */
const HOPELESS = 2_000;

/** 0 when every App is Ready, 1 when the time is over, 130 when interrupted. */
export async function untilHealthy(kube: KubeClient, { timeout, io }: { readonly timeout: number; readonly io: Io }): Promise<number> {
  const started = performance.now();
  const done = new AbortController();
  const showing = showLiveApps(kube, io, AbortSignal.any([done.signal, io.signal]));
  const { apps, hopeless } = await settle(kube, started + timeout, io.signal);
  done.abort();
  await showing;
  if (io.signal.aborted) return 130;
  io.out(
    `\n${formatTable(
      APP_HEADER,
      apps.map((app) => appCells(appRow(app, Date.now()))),
    )}`,
  );
  io.err(apps.flatMap(warnings).join(''));
  if (apps.length > 0 && apps.every(isReady)) {
    io.out(`\nEverything is healthy after ${((performance.now() - started) / 1000).toFixed(1)} s.\n`);
    return 0;
  }
  const told = await Promise.all(apps.filter((app) => !isReady(app)).map((app) => reasons(kube, app)));
  const after = hopeless ? 'Not healthy, and nothing that waiting would change' : `Not healthy after ${timeout / 1000} s`;
  io.err(`\n${after}:\n${told.join('')}`);
  return 1;
}

interface Settled {
  readonly apps: readonly App[];
  /** Whether waiting longer would help nothing. */
  readonly hopeless: boolean;
}

async function settle(kube: KubeClient, deadline: number, signal: AbortSignal): Promise<Settled> {
  // Conditions tell whole seconds.
  const began = Date.now() - 1000;
  const [healthy, hopeless] = [new Lasting(SETTLED), new Lasting(HOPELESS)];
  for (;;) {
    const apps = await listApps(kube);
    const waiting = apps.filter((app) => !isReady(app));
    if (healthy.holds(apps.length > 0 && waiting.length === 0)) return { apps, hopeless: false };
    if (hopeless.holds(waiting.length > 0 && waiting.every((app) => isStalled(app, began)))) return { apps, hopeless: true };
    if (performance.now() > deadline || signal.aborted) return { apps, hopeless: false };
    await new Promise((resolve) => setTimeout(resolve, POLL));
  }
}

/** Something that has been so for a while. */
class Lasting {
  readonly #long: number;
  #since: number | undefined;

  constructor(long: number) {
    this.#long = long;
  }

  holds(now: boolean): boolean {
    this.#since = now ? (this.#since ?? performance.now()) : undefined;
    return this.#since !== undefined && performance.now() - this.#since >= this.#long;
  }
}

/** Only a change of it, or of its Source, can help. What an earlier run found may have been mended since. */
function isStalled({ status }: App, since: number): boolean {
  const stalled = getCondition(status?.conditions, 'Stalled');
  return stalled?.status === 'True' && Date.parse(stalled.lastTransitionTime) >= since;
}

const MOST_WARNINGS = 3;

/** What is well in Lockstep's eyes may not be what was meant: a folder without any manifest is healthy, too. */
function warnings({ metadata: { namespace, name }, status }: App): readonly string[] {
  const all = status?.warnings ?? [];
  const told = all.slice(0, MOST_WARNINGS).map(({ reason, message }) => `warning: ${namespace}/${name}: ${reason}: ${message}\n`);
  const more = all.length - told.length;
  return more === 0 ? told : [...told, `warning: ${namespace}/${name}: ${more} more: lockstep why ${namespace}/${name}\n`];
}

/** Every trouble of its own with the remedy; where it waits for something else, that, down to the root; and what to do next, unless a remedy says it. */
async function reasons(kube: KubeClient, app: App): Promise<string> {
  const row = appRow(app, Date.now());
  const entries = app.status?.why ?? [];
  const troubles = entries.flatMap(({ message, hint }) => [
    ...message.split('\n').filter((line) => line !== row.message && line.trim() !== ''),
    hint,
  ]);
  const found = await explainApp(kube, app).catch(() => undefined);
  const causes = (found?.chain ?? [])
    .slice(1)
    .map(({ object, reason, message }) => `${object}: ${reason}${message === '' ? '' : `: ${message}`}`);
  const next = entries.some(({ hint }) => hint !== undefined) ? undefined : found?.next;
  const lines = [...troubles, ...causes, next].filter((line) => line !== undefined);
  return [`  ${row.namespace}/${row.name}: ${row.message}\n`, ...lines.map((line) => `    ${line}\n`)].join('');
}
