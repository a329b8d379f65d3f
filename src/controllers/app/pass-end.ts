/** The shapes that the parts of a pass hand to each other. */
import type { ReasonCode } from '../../api/index.ts';
import type { AppId } from '../../core/plan/owner/index.ts';
import type { KubeClient, KubeError } from '../../ports/index.ts';
import type { ActResult } from './act.ts';
import type { Served } from './cluster.ts';
import type { InventoryState } from './inventory.ts';
import type { Planned } from './planner.ts';
import type { ReleaseResult } from './release/stage.ts';
import type { TargetRequest } from './targets.ts';
import type { Findings, Verdict } from './verdict.ts';

/** Everything `prepare` found; the pass goes on from here. */
export interface Pass {
  readonly request: TargetRequest;
  readonly owner: AppId;
  readonly client: KubeClient;
  readonly user: string;
  readonly served: Served;
  readonly inventory: InventoryState;
  readonly cluster: string;
  /** False while a lost inventory is not rebuilt whole: nothing may be pruned (S6). */
  readonly whole: boolean;
}

export type Next =
  | { readonly kind: 'done' }
  | { readonly kind: 'after'; readonly ms: number }
  | { readonly kind: 'waiting'; readonly topics: readonly string[]; readonly atLatest?: number }
  | { readonly kind: 'retry'; readonly notBefore?: number };

export type PassEnd =
  | { readonly kind: 'end'; readonly verdict: Verdict; readonly findings: Findings; readonly next: Next }
  | { readonly kind: 'failed'; readonly error: KubeError }
  /** Nothing to say yet. */
  | { readonly kind: 'quiet'; readonly topics: readonly string[] };

export const nothingFound: Findings = { applied: false, drift: [], contested: [] };

/** Ends a pass before it began. */
export function stop(
  reason: ReasonCode,
  message: string,
  options: { readonly moving?: boolean; readonly topics?: readonly string[]; readonly after?: number; readonly about?: string } = {},
): PassEnd {
  const verdict: Verdict = {
    phase: options.moving === true ? 'Waiting' : 'Refused',
    ready: 'False',
    reason,
    message,
    moving: options.moving === true,
    ...(options.about === undefined ? {} : { about: options.about }),
  };
  const next: Next =
    options.topics === undefined
      ? options.after === undefined
        ? { kind: 'done' }
        : { kind: 'after', ms: options.after }
      : { kind: 'waiting', topics: options.topics };
  return { kind: 'end', verdict, findings: nothingFound, next };
}

/** A plan and what became of it. */
export interface Done {
  /** Set when the App is a Helm release. */
  readonly release?: ReleaseResult;
  readonly planned: Planned;
  readonly result: ActResult | undefined;
  readonly inventory: InventoryState;
}
