/** The states of health and their order. */

export type HealthState = 'Healthy' | 'Progressing' | 'Degraded' | 'Suspended' | 'Missing' | 'Unknown';

/** How a state is known: a controller reported it; the embedded cluster's stand-in did; nobody reports on this kind here (S23). */
export type Provenance = 'observed' | 'simulated' | 'assumed';

/** What the rule of one kind says. */
export interface Verdict {
  readonly state: HealthState;
  readonly message: string;
  /** Stable CamelCase word. */
  readonly reason?: string;
}

/** Rests on nobody's report. */
export const ASSUMED = { state: 'Healthy', message: 'No controller here reports on this kind', reason: 'Assumed' } as const;

export interface Health extends Verdict {
  readonly reason: string;
  readonly provenance: Provenance;
}

/** From best to worst (Argo CD: gitops-engine/pkg/health/health.go). */
const ORDER: readonly HealthState[] = ['Healthy', 'Suspended', 'Progressing', 'Missing', 'Degraded', 'Unknown'];
const KNOWN: readonly Provenance[] = ['observed', 'simulated', 'assumed'];

/** Whether `b` is a worse state than `a`. */
export const isWorse = (a: HealthState, b: HealthState): boolean => ORDER.indexOf(b) > ORDER.indexOf(a);

export interface WorstOf<K> {
  readonly state: HealthState;
  /** The least certain among the objects: one assumed object makes the whole assumed. */
  readonly provenance: Provenance;
  /** The object that decides; undefined when all are healthy. */
  readonly cause: { readonly key: K; readonly health: Health } | undefined;
}

/** The health of many objects together. Nothing at all is healthy. Of equally bad objects the first one is the cause. */
export function worstHealth<K>(all: Iterable<readonly [K, Health]>): WorstOf<K> {
  let state: HealthState = 'Healthy';
  let provenance: Provenance = 'observed';
  let cause: WorstOf<K>['cause'];
  for (const [key, health] of all) {
    if (KNOWN.indexOf(health.provenance) > KNOWN.indexOf(provenance)) provenance = health.provenance;
    if (!isWorse(state, health.state)) continue;
    state = health.state;
    cause = { key, health };
  }
  return { state, provenance, cause };
}

/** For people: `Healthy`, `Healthy (simulated)`, `Assumed`. */
export function formatHealth(health: { readonly state: HealthState; readonly provenance: Provenance }): string {
  if (health.provenance === 'observed') return health.state;
  return health.provenance === 'assumed' && health.state === 'Healthy' ? 'Assumed' : `${health.state} (${health.provenance})`;
}
