/** The Apps as they change: a table redrawn in place on a terminal, else one line per change, so that a log stays readable. */
import type { App } from '../api/index.ts';
import type { KubeClient } from '../ports/index.ts';
import { APP_HEADER, APP_RESOURCE, appCells, appRow } from './apps.ts';
import type { Io } from './io.ts';
import { formatTable, truncate } from './table.ts';

const REDRAW = 250;
const RECONNECT = 1_000;
/** Ages move on by themselves. */
const TICK = 1_000;

/** Shows Apps until `signal` aborts; a broken watch is taken up again. */
export async function showLiveApps(kube: KubeClient, io: Io, signal: AbortSignal): Promise<void> {
  const view: View = io.terminal ? new Redrawn(io) : new Lines(io);
  const ticking = setInterval(() => view.tick(), TICK);
  try {
    while (!signal.aborted) {
      await followOnce(kube, view, signal);
      if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, RECONNECT));
    }
  } finally {
    clearInterval(ticking);
    view.end();
  }
}

async function followOnce(kube: KubeClient, view: View, signal: AbortSignal): Promise<void> {
  const list = await kube.list(APP_RESOURCE);
  if (!list.ok) return;
  view.reset(list.value.items as readonly App[]);
  const events = await kube.watch(APP_RESOURCE, { resourceVersion: list.value.resourceVersion, signal });
  if (!events.ok) return;
  try {
    for await (const { type, object } of events.value) {
      if (type === 'ADDED' || type === 'MODIFIED') view.show(object as App);
      if (type === 'DELETED') view.remove(object as App);
      if (type === 'ERROR') return;
    }
  } catch {
    // The connection broke; the caller lists again.
  }
}

interface View {
  reset(apps: readonly App[]): void;
  show(app: App): void;
  remove(app: App): void;
  tick(): void;
  end(): void;
}

const keyOf = ({ metadata }: App): string => `${metadata.namespace}/${metadata.name}`;

class Redrawn implements View {
  readonly #io: Io;
  readonly #apps = new Map<string, App>();
  #drawn = 0;
  #pending: NodeJS.Timeout | undefined;

  constructor(io: Io) {
    this.#io = io;
  }

  reset(apps: readonly App[]): void {
    this.#apps.clear();
    for (const app of apps) this.#apps.set(keyOf(app), app);
    this.#soon();
  }

  show(app: App): void {
    this.#apps.set(keyOf(app), app);
    this.#soon();
  }

  remove(app: App): void {
    this.#apps.delete(keyOf(app));
    this.#soon();
  }

  tick(): void {
    this.#soon();
  }

  end(): void {
    clearTimeout(this.#pending);
  }

  #soon(): void {
    this.#pending ??= setTimeout(() => this.#draw(), REDRAW);
  }

  #draw(): void {
    this.#pending = undefined;
    const now = Date.now();
    const rows = [...this.#apps.values()].toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)).map((app) => appCells(appRow(app, now)));
    const lines = formatTable(APP_HEADER, rows).trimEnd().split('\n');
    const up = this.#drawn === 0 ? '' : `\u001B[${this.#drawn}A`;
    // `[J` clears what a longer table left behind.
    this.#io.out(`${up}\r\u001B[J${lines.map((line) => truncate(line, this.#io.columns)).join('\n')}\n`);
    this.#drawn = lines.length;
  }
}

class Lines implements View {
  readonly #io: Io;
  readonly #last = new Map<string, string>();

  constructor(io: Io) {
    this.#io = io;
  }

  reset(apps: readonly App[]): void {
    for (const app of apps) this.show(app);
  }

  show(app: App): void {
    const row = appRow(app, Date.now());
    const line = [row.revision, row.sync, row.health, row.message].filter((part) => part !== '').join('  ');
    if (this.#last.get(keyOf(app)) === line) return;
    this.#last.set(keyOf(app), line);
    this.#io.out(`${keyOf(app)}  ${line}\n`);
  }

  remove(app: App): void {
    this.#last.delete(keyOf(app));
    this.#io.out(`${keyOf(app)}  deleted\n`);
  }

  tick(): void {}

  end(): void {}
}
