/** The critical path of the last rollout: what to make faster so that the next one is. Pure. */
import type { App } from '../../api/index.ts';
import type { GraphView } from '../../api/http/index.ts';
import { criticalPath, type Graph } from '../../core/graph/index.ts';
import type { IndexedApp } from './app-index.ts';
import { shortRevision } from './app-row.ts';
import { when } from './when.ts';

type Critical = GraphView['critical'];

export const NOTHING_ROLLED_OUT: Critical = { keys: [], durations: [], duration: 0, revision: '' };

/** One App's part in a rollout, in milliseconds since the epoch. */
interface Part {
  readonly revision: string;
  readonly begun: number;
  readonly done: number;
}

export function criticalOf(graph: Graph, apps: readonly IndexedApp[]): Critical {
  const parts = new Map(
    apps.flatMap(({ key, app }): [string, Part][] => {
      const part = partOf(app);
      return part === undefined ? [] : [[key, part]];
    }),
  );
  const newest = [...parts.values()].reduce<Part | undefined>(
    (best, part) => (best === undefined || part.done > best.done ? part : best),
    undefined,
  );
  if (newest === undefined) return NOTHING_ROLLED_OUT;
  const took = (key: string): Part | undefined => {
    const part = parts.get(key);
    return part?.revision === newest.revision ? part : undefined;
  };
  const weight = (key: string): number => {
    const part = took(key);
    if (part === undefined) return 0;
    const before = (graph.dependencies.get(key) ?? []).map((dependency) => took(dependency)?.done ?? 0);
    return Math.max(0, part.done - Math.max(part.begun, ...before));
  };
  const keys = criticalPath(graph, weight).path.filter((key) => took(key) !== undefined);
  const durations = keys.map((key) => Math.round(weight(key)));
  const begun = Math.min(...keys.map((key) => took(key)?.begun ?? Infinity));
  return {
    keys,
    durations,
    duration: durations.reduce((sum, one) => sum + one, 0),
    revision: shortRevision(newest.revision),
    ...when('at', Number.isFinite(begun) ? new Date(begun).toISOString() : undefined),
  };
}

/** Its newest attempt that succeeded. */
function partOf({ status }: App): Part | undefined {
  const last = status?.history?.find(({ phase, finishedAt }) => phase === 'Succeeded' && finishedAt !== undefined);
  if (last?.finishedAt === undefined) return undefined;
  return { revision: last.inputs[0]?.revision ?? '', begun: Date.parse(last.at), done: Date.parse(last.finishedAt) };
}
