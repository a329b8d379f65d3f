/** Which objects and fields an act wrote, for the ledger: names and paths, never values. */
import type { Touched } from '../../core/ledger/index.ts';
import { formatRef, refKey } from '../../core/object/index.ts';
import type { Plan, PlanItem } from '../../core/plan/index.ts';

/** Of one event; a bigger act is cut, so that one entry stays small. */
const mostObjects = 500;
const mostFields = 50;

export const touchedBy = (plan: Plan, written: ReadonlySet<string>): readonly Touched[] =>
  plan.items
    .filter(({ ref }) => written.has(refKey(ref)))
    .slice(0, mostObjects)
    .map(touchedOf);

export function touchedOf({ ref, operation, changes }: PlanItem): Touched {
  const known = operation === 'keep' || operation === 'refuse' || operation === 'skip' ? 'change' : operation;
  const whole = known === 'create' || known === 'recreate' || known === 'prune';
  return { object: formatRef(ref), operation: known, fields: whole ? [] : changes.slice(0, mostFields).map(({ path }) => path) };
}
