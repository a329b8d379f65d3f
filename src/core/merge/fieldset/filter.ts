/** Filters over sets: leave out some fields and everything below them, or keep only what a pattern names (fieldpath/set.go, SetMatcher). */
import { type ItemElement, type PathElement, compareItems, formatElement } from './element.ts';
import { type Branch, type FieldSet, SetBuilder } from './set.ts';

/** `*` matches every element. */
export type PatternPart = PathElement | '*';

export interface FieldFilter {
  readonly exclude?: FieldSet;
  /** Prefixes; a path is kept when it leads to, or lies below, one of them. Once `*` appears at a place, other patterns there are ignored. */
  readonly include?: readonly (readonly PatternPart[])[];
}

export function applyFilter(set: FieldSet, filter: FieldFilter | undefined): FieldSet {
  if (filter === undefined) return set;
  const kept = filter.exclude === undefined ? set : set.recursiveDifference(filter.exclude);
  return filter.include === undefined || filter.include.length === 0 ? kept : includeOnly(kept, matcherOf(filter.include));
}

/** `all`: everything below matches. */
interface Matcher {
  readonly all: boolean;
  readonly any: Matcher | undefined;
  readonly byElement: ReadonlyMap<string, Matcher>;
}

function matcherOf(patterns: readonly (readonly PatternPart[])[]): Matcher {
  if (patterns.some((pattern) => pattern.length === 0)) return { all: true, any: undefined, byElement: new Map() };
  const rests = new Map<string, PatternPart[][]>();
  const wild: PatternPart[][] = [];
  for (const [first, ...rest] of patterns) {
    if (first === undefined) continue;
    if (first === '*') {
      wild.push(rest);
      continue;
    }
    const key = formatElement(first);
    const known = rests.get(key);
    if (known === undefined) rests.set(key, [rest]);
    else known.push(rest);
  }
  const byElement = new Map([...rests].map(([key, list]) => [key, matcherOf(list)] as const));
  return { all: false, any: wild.length === 0 ? undefined : matcherOf(wild), byElement };
}

function includeOnly(set: FieldSet, matcher: Matcher): FieldSet {
  if (matcher.all) return set;
  const builder = new SetBuilder();
  const keep = (element: PathElement, branch: Branch): void => {
    const below = matcher.any ?? matcher.byElement.get(formatElement(element));
    if (below === undefined) return;
    if (branch.member) builder.add(element);
    if (branch.below !== undefined) builder.put(element, includeOnly(branch.below, below));
  };
  for (const [name, branch] of set.fields) keep({ kind: 'field', name }, branch);
  for (const branch of sortedItems(set)) keep(branch.item, branch);
  return builder.build();
}

function sortedItems(set: FieldSet): (Branch & { readonly item: ItemElement })[] {
  const items = [...set.items.values()].filter((branch): branch is Branch & { item: ItemElement } => branch.item !== undefined);
  return items.sort((a, b) => compareItems(a.item, b.item));
}
