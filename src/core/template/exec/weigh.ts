/** What walking through a whole value costs: maps and lists may hold the same thing many times, and then a small value prints without end. */
import { GoList, GoMap, GoPointer, GoStruct } from '../../go/composite/index.ts';
import { GoBoxed, type GoRecord, type GoValue } from '../../go/value/index.ts';
import { getKey } from '../../object/index.ts';
import type { Budget } from './budget.ts';

/** Deeper than this everything that walks says so itself. */
const deepest = 1100;

/** Charges for everything within `value`, before it is printed or compared. @throws TemplateFailure when the budget is spent */
export function weigh(value: GoValue, budget: Budget): void {
  const walk = (inner: GoValue, depth: number): void => {
    budget.step();
    if (typeof inner !== 'object' || inner === null || depth > deepest) return;
    if (inner instanceof GoBoxed) {
      if (inner instanceof GoList) for (const item of inner.items) walk(item, depth + 1);
      else if (inner instanceof GoMap) for (const [, item] of inner.entries) walk(item, depth + 1);
      else if (inner instanceof GoStruct) for (const [, item] of inner.fields) walk(item, depth + 1);
      else if (inner instanceof GoPointer) walk(inner.target, depth + 1);
      return;
    }
    if (Array.isArray(inner)) for (const item of inner as readonly GoValue[]) walk(item, depth + 1);
    else for (const key in inner as GoRecord) walk(getKey(inner as GoRecord, key) ?? null, depth + 1);
  };
  walk(value, 0);
}

/** A function reads that many characters of an argument for one step, or that many elements of a list. */
const charactersPerStep = 64;
const elementsPerStep = 16;

/** What arguments cost by their length alone, whatever the function does with them: short ones nothing. */
export function lengthCost(values: readonly unknown[]): number {
  let cost = 0;
  for (const value of values) {
    if (typeof value === 'string') cost += Math.floor(value.length / charactersPerStep);
    else if (Array.isArray(value)) cost += Math.floor(value.length / elementsPerStep);
    else if (value instanceof GoList) cost += Math.floor(value.items.length / elementsPerStep);
  }
  return cost;
}
