/** Macros over lists and maps, as cel-go's comprehensions run them and count what they cost. */
import type { Fold } from './ast.ts';
import { EvalFailure, noSuchOverload } from './failure.ts';
import { attempt, boolean, type Evaluate } from './frame.ts';
import { CelList, CelMap, keyOf, listOf, mapOf, type Value } from './value.ts';

/** What building a list costs that is no constant. */
export const LIST_COST = 10;

type Binding = readonly (readonly [string, Value])[];

/** What the variables of a macro stand for, one element after the other. */
function* elements(range: Value, names: readonly string[]): Generator<Binding> {
  const [first = '', second] = names;
  if (range instanceof CelList) {
    for (let index = 0; index < range.size; index++)
      yield second === undefined
        ? [[first, range.at(index)]]
        : [
            [first, BigInt(index)],
            [second, range.at(index)],
          ];
    return;
  }
  if (!(range instanceof CelMap) || range.isObject) throw noSuchOverload();
  for (const key of range.keys())
    yield second === undefined
      ? [[first, key]]
      : [
          [first, key],
          [second, range.get(key) ?? null],
        ];
}

export interface FoldPlan {
  readonly names: readonly string[];
  readonly range: Evaluate;
  readonly filter: Evaluate | undefined;
  readonly body: Evaluate;
}

/** One macro, planned: `all`, `exists` and the like over the elements of a list or the keys of a map. */
export function foldOf(kind: Fold['kind'], fold: FoldPlan): Evaluate {
  switch (kind) {
    case 'all':
      return quantifier(fold, { deciding: false, conditionCost: 2 });
    case 'exists':
      return quantifier(fold, { deciding: true, conditionCost: 3 });
    case 'existsOne':
      return existsOne(fold);
    case 'map':
    case 'transformList':
      return collect(fold);
    case 'filter':
      return filtered(fold);
    case 'transformMap':
    case 'transformMapEntry':
      return collectMap(fold, kind === 'transformMapEntry');
  }
}

/** `all` and `exists`: stops at the first element that decides; an error counts only when no other element decides. */
function quantifier(fold: FoldPlan, { deciding, conditionCost }: { readonly deciding: boolean; readonly conditionCost: number }): Evaluate {
  return (frame) => {
    let failure: EvalFailure | undefined;
    const range = fold.range(frame);
    let left = range instanceof CelList || range instanceof CelMap ? range.size : 0;
    for (const binding of elements(range, fold.names)) {
      left -= 1;
      frame.spend(conditionCost + 1);
      const answer = frame.within(binding, () => attempt(fold.body, frame));
      if (answer === deciding) {
        // Whether to go on is asked only while there is something left.
        frame.spend(left > 0 ? conditionCost + 1 : 1);
        return deciding;
      }
      if (typeof answer !== 'boolean') failure ??= answer instanceof EvalFailure ? answer : noSuchOverload();
    }
    frame.spend(1);
    if (failure !== undefined) throw failure;
    return !deciding;
  };
}

function existsOne(fold: FoldPlan): Evaluate {
  return (frame) => {
    let count = 0;
    for (const binding of elements(fold.range(frame), fold.names)) {
      const holds = frame.within(binding, () => boolean(fold.body(frame)));
      if (!holds) continue;
      frame.spend(2);
      count += 1;
    }
    frame.spend(2);
    return count === 1;
  };
}

/** An element that is appended costs the list around it, the sum and the reading of what was collected. */
const APPEND_COST = LIST_COST + 2;

function collect(fold: FoldPlan): Evaluate {
  return (frame) => {
    const items: Value[] = [];
    for (const binding of elements(fold.range(frame), fold.names))
      frame.within(binding, () => {
        if (fold.filter !== undefined && !boolean(fold.filter(frame))) return;
        frame.spend(APPEND_COST);
        items.push(fold.body(frame));
      });
    frame.spend(1);
    return listOf(items);
  };
}

function filtered(fold: FoldPlan): Evaluate {
  return (frame) => {
    const items: Value[] = [];
    for (const binding of elements(fold.range(frame), fold.names)) {
      const wanted = frame.within(binding, () => boolean(fold.body(frame)));
      if (!wanted) continue;
      frame.spend(APPEND_COST + 1);
      items.push(binding[0]?.[1] ?? null);
    }
    frame.spend(1);
    return listOf(items);
  };
}

function collectMap(fold: FoldPlan, isEntry: boolean): Evaluate {
  return (frame) => {
    const pairs: (readonly [Value, Value])[] = [];
    for (const binding of elements(fold.range(frame), fold.names))
      frame.within(binding, () => {
        if (fold.filter !== undefined && !boolean(fold.filter(frame))) return;
        frame.spend(isEntry ? 2 : 3);
        const value = fold.body(frame);
        if (!isEntry) pairs.push([binding[0]?.[1] ?? null, value]);
        else if (value instanceof CelMap) for (const key of value.keys()) pairs.push([key, value.get(key) ?? null]);
        else throw noSuchOverload();
      });
    frame.spend(1);
    const seen = new Set<string | undefined>();
    for (const [key] of pairs) {
      if (seen.has(keyOf(key))) throw new EvalFailure(`insert failed: key ${String(key)} already exists`);
      seen.add(keyOf(key));
    }
    return mapOf(pairs);
  };
}
