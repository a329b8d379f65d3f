/**
 * Nested metadata in formats that have no nesting: `age__list_0__map_enc`. Source: sops stores/flatten.go.
 */
import { SecretsFailure } from '../failure.ts';
import { type Branch, branchOf, isBranch, isComment, isList, type Item, listOf, type Value } from './tree.ts';

/** Every leaf with the path that leads to it as its key. */
export const flatten = (branch: Branch, prefix: string): readonly Item[] =>
  branch.items.flatMap(({ key, value }) => (typeof key === 'string' ? flattenValue(value, prefix + key) : []));

function flattenValue(value: Value, key: string): readonly Item[] {
  if (isBranch(value)) return flatten(value, `${key}__map_`);
  if (!isList(value)) return [{ key, value }];
  return value.items.filter((item) => !isComment(item)).flatMap((item, i) => flattenValue(item, `${key}__list_${i}`));
}

interface Node {
  value: Value | undefined;
  readonly keys: Map<string, Node>;
  readonly positions: Map<number, Node>;
}

const newNode = (): Node => ({ value: undefined, keys: new Map(), positions: new Map() });

/** The steps of a flattened key: names of keys, and positions in lists. */
function stepsOf(key: string): readonly (string | number)[] {
  const [first = '', ...rest] = key.split(/(?=__map_|__list_)/);
  return [first, ...rest.map((part) => (part.startsWith('__map_') ? part.slice(6) : positionOf(part.slice(7), key)))];
}

function positionOf(text: string, key: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new SecretsFailure('InvalidFile', `the metadata key "${key}" names no list position`);
  return Number(text);
}

function child(node: Node, step: string | number): Node {
  const found = typeof step === 'string' ? node.keys.get(step) : node.positions.get(step);
  if (found !== undefined) return found;
  const made = newNode();
  if (typeof step === 'string') node.keys.set(step, made);
  else node.positions.set(step, made);
  return made;
}

/** The nesting that flattened keys stand for. @throws SecretsFailure for keys that contradict each other */
export function unflatten(items: readonly Item[]): Branch {
  const root = newNode();
  for (const { key, value } of items) {
    if (typeof key !== 'string') continue;
    const node = stepsOf(key).reduce(child, root);
    if (node.value !== undefined) throw new SecretsFailure('InvalidFile', `the metadata key "${key}" stands twice`);
    node.value = value;
  }
  return branchOf([...root.keys].map(([key, node]) => ({ key, value: valueOf(node, key) })));
}

function valueOf(node: Node, key: string): Value {
  const kinds = [node.value !== undefined, node.keys.size > 0, node.positions.size > 0].filter(Boolean).length;
  if (kinds > 1) throw new SecretsFailure('InvalidFile', `the metadata key "${key}" is used in two ways`);
  if (node.value !== undefined) return node.value;
  if (node.positions.size === 0) return branchOf([...node.keys].map(([name, inner]) => ({ key: name, value: valueOf(inner, name) })));
  const items = Array.from({ length: node.positions.size }, (_, i) => node.positions.get(i));
  return listOf(
    items.map((item) => {
      if (item === undefined) throw new SecretsFailure('InvalidFile', `the metadata list "${key}" has a gap`);
      return valueOf(item, key);
    }),
  );
}
