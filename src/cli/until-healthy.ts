/** Waits until every App is healthy, and says why not when the time is over. */
import type { App } from '../api/index.ts';
import type { KubeClient } from '../ports/index.ts';
import { APP_HEADER, appCells, appRow, isReady, listApps } from './apps.ts';
import { explainApp } from './explain-app.ts';
import type { Io } from './io.ts';
import { showLiveApps } from './live-apps.ts';
import { formatTable } from './table.ts';

const POLL = 100;
/** An App may bring more Apps: all is well only when it stays so for this long. */
const SETTLED = 500;

/** 0 when every App is Ready, 1 when the time is over, 130 when interrupted. */
export async function untilHealthy(kube: KubeClient, { timeout, io }: { readonly timeout: number; readonly io: Io }): Promise<number> {
  const started = performance.now();
  const done = new AbortController();
  const showing = showLiveApps(kube, io, AbortSignal.any([done.signal, io.signal]));
  const apps = await settle(kube, started + timeout, io.signal);
  done.abort();
  await showing;
  if (io.signal.aborted) return 130;
  io.out(
    `\n${formatTable(
      APP_HEADER,
      apps.map((app) => appCells(appRow(app, Date.now()))),
    )}`,
  );
  if (apps.length > 0 && apps.every(isReady)) {
    io.out(`\nEverything is healthy after ${((performance.now() - started) / 1000).toFixed(1)} s.\n`);
    return 0;
  }
  const told = await Promise.all(apps.filter((app) => !isReady(app)).map((app) => reasons(kube, app)));
  io.err(`\nNot healthy after ${timeout / 1000} s:\n${told.join('')}`);
  return 1;
}

async function settle(kube: KubeClient, deadline: number, signal: AbortSignal): Promise<readonly App[]> {
  let since: number | undefined;
  for (;;) {
    const apps = await listApps(kube);
    const healthy = apps.length > 0 && apps.every(isReady);
    since = healthy ? (since ?? performance.now()) : undefined;
    if (since !== undefined && performance.now() - since >= SETTLED) return apps;
    if (performance.now() > deadline || signal.aborted) return apps;
    await new Promise((resolve) => setTimeout(resolve, POLL));
  }
}

/** Every trouble of its own with the remedy; where it waits for something else, that, down to the root. */
async function reasons(kube: KubeClient, app: App): Promise<string> {
  const row = appRow(app, Date.now());
  const why = (app.status?.why ?? []).map(({ message, hint }) => {
    return `${message === row.message ? '' : `    ${message}\n`}${hint === undefined ? '' : `    ${hint}\n`}`;
  });
  const found = await explainApp(kube, app).catch(() => undefined);
  const causes = (found?.chain ?? []).slice(1).map(({ object, reason, message }) => {
    return `    ${object}: ${reason}${message === '' ? '' : `: ${message}`}\n`;
  });
  return `  ${row.namespace}/${row.name}: ${row.message}\n${why.join('')}${causes.join('')}`;
}
