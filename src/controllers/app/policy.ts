/** What an App allows to be done without asking, as `decide` is told it. */
import type { App } from '../../api/index.ts';
import type { KubeObject } from '../../core/object/index.ts';
import { replacedApp } from '../../core/plan/marks/index.ts';
import type { Policy } from '../../core/plan/index.ts';

export interface PolicyFacts {
  readonly engine: Policy['engine'];
  /** Digests of plans that a person approved. */
  readonly approved: ReadonlySet<string>;
  /** Why prunes wait for a window. */
  readonly closed?: string | undefined;
}

export function policyOf(app: App, { engine, approved, closed }: PolicyFacts): Policy {
  const { sync } = app.spec;
  const replaces = replacedApp(app as unknown as KubeObject);
  // S19: when a suspension ends by itself, what it would prune waits for a person.
  const resumed = app.spec.suspend && app.spec.suspendUntil !== undefined;
  return {
    approve: resumed && sync.approve === 'never' ? 'prune' : sync.approve,
    engine,
    prune: sync.prune,
    adopt: sync.adopt,
    recreate: sync.recreate,
    heal: sync.heal,
    approved,
    ...(replaces === undefined ? {} : { replaces }),
    ...(closed === undefined ? {} : { closed }),
  };
}
