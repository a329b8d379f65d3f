/** The critical path of the last rollout: what to make faster so that the next one is. Pure. */
import type { App } from '../../api/index.ts';
import type { GraphView } from '../../api/http/index.ts';
import { criticalPath, type Graph } from '../../core/graph/index.ts';
import type { IndexedApp } from './app-index.ts';
import { shortRevision } from './app-row.ts';
import { when } from './when.ts';

type Critical = GraphView['critical'];

export const NOTHING_ROLLED_OUT: Critical = { keys: [], durations: [], duration: 0, revision: '' };

/** Revisions of rollouts, the newest first. */
const MOST_LOOKED_AT = 10;

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
  const revisions = new Set([...parts.values()].toSorted((a, b) => b.done - a.done).map(({ revision }) => revision));
  const rollouts = [...revisions].slice(0, MOST_LOOKED_AT).map((revision) => rolloutOf(graph, parts, revision));
  // One that took no time, such as a new App that is only declared, says nothing about what to make faster.
  return rollouts.find(({ duration }) => duration > 0) ?? rollouts[0] ?? NOTHING_ROLLED_OUT;
}

function rolloutOf(graph: Graph, parts: ReadonlyMap<string, Part>, revision: string): Critical {
  const took = (key: string): Part | undefined => {
    const part = parts.get(key);
    return part?.revision === revision ? part : undefined;
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
    revision: shortRevision(revision),
    ...when('at', Number.isFinite(begun) ? new Date(begun).toISOString() : undefined),
  };
}

/** Its newest attempt that succeeded. */
function partOf({ status }: App): Part | undefined {
  const last = status?.history?.find(({ phase, finishedAt }) => phase === 'Succeeded' && finishedAt !== undefined);
  if (last?.finishedAt === undefined) return undefined;
  return { revision: last.inputs[0]?.revision ?? '', begun: Date.parse(last.at), done: Date.parse(last.finishedAt) };
}
