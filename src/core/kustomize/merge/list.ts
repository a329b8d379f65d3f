/** Merging lists whose elements have keys. Source: kyaml/yaml/walk/associative_sequence.go. */
import { matchElement, setElement, setField } from '../node/edit.ts';
import { Node, childOf, isEmpty, isEmptyMap, isMissing, scalar } from '../node/node.ts';
import { KustomizeError } from '../problem.ts';
import { type At, type Pair, type Walk, hasNames } from './pair.ts';

/** Texts of the keys of one element, in the order of the keys; empty where one is missing. */
type Values = readonly string[];

/** `pair.dest` is what the walk started from; it may be the patch itself. */
export function mergeElements(pair: Pair, at: At, walk: Walk): Node | undefined {
  const keys = keysOf(pair, at);
  const values = elementValues(pair, keys, at);
  if (values.length > 0 || keys.length > 0) return mergeBy({ keys, values, walk }, pair, at);
  return mergeBy({ keys: [''], values: primitiveValues(pair, at), walk }, pair, at);
}

function keysOf(pair: Pair, { schema, path }: At): readonly string[] {
  const keys = schema?.keys ?? [];
  if (schema?.hasStrategy === true || keys.length > 0) return keys;
  let key = '';
  for (const list of [pair.dest, pair.patch]) {
    if (list === undefined || list.content.length === 0) continue;
    const found = hasNames(list) ? 'name' : '';
    if (key !== '' && key !== found) throw new KustomizeError(`conflicting merge keys [${key},${found}] for field ${path.join('.')}`);
    key = found;
  }
  if (key === '') throw new KustomizeError(`no merge key found for field ${path.join('.')}`);
  return [key];
}

/** The lists in the order in which their elements count. */
const listsOf = ({ dest, patch }: Pair, { rules }: At): readonly Node[] =>
  (rules.newElements === 'prepend' ? [patch, dest] : [dest, patch]).filter((list) => list !== undefined);

function elementValues(pair: Pair, keys: readonly string[], at: At): Values[] {
  if (keys.length === 0) return [];
  const result: Values[] = [];
  const seen = new Set<string>();
  for (const list of listsOf(pair, at)) {
    for (const element of list.content) {
      const values = keys.map((key) => {
        const field = childOf(element, key);
        return isEmpty(field) ? '' : (field as Node).value;
      });
      const id = values.join('\0');
      if (seen.has(id)) continue;
      seen.add(id);
      result.push(values);
    }
  }
  return result;
}

function primitiveValues(pair: Pair, at: At): Values[] {
  const texts = new Set(listsOf(pair, at).flatMap((list) => list.content.map((item) => item.value)));
  return [...texts].map((text) => [text]);
}

/** Elements that agree where both say something are the same. */
function unify(left: Values, right: Values): Values | undefined {
  if (left.length !== right.length) return undefined;
  let common = false;
  const result: string[] = [];
  for (const [i, value] of left.entries()) {
    const other = right[i] as string;
    if (value === other) common = true;
    else if (value !== '' && other !== '') return undefined;
    result.push(value === '' ? other : value);
  }
  return common ? result : undefined;
}

function unifyAll(values: Values[]): Values[] {
  for (let i = 0; i < values.length; i++) {
    // As in the original, what an element was when its turn came is compared, also after it was changed itself.
    const first = values[i] as Values;
    for (let j = 0; j < values.length; j++) {
      const unified = unify(first, values[j] as Values);
      if (unified === undefined) continue;
      values[i] = unified;
      values[j] = unified;
    }
  }
  return values;
}

interface KeyValues {
  readonly keys: readonly string[];
  readonly values: Values;
}

/** Keys that any element has, and this element's values for them. */
function validKeys(all: readonly Values[], values: Values, keys: readonly string[]): KeyValues {
  const valid = new Set<string>();
  for (const row of all) for (const [i, value] of row.entries()) if (value !== '') valid.add(keys[i] as string);
  if (valid.size === 0) return { keys, values };
  return {
    keys: keys.filter((key) => valid.has(key)),
    values: values.filter((value, i) => value !== '' || valid.has(keys[i] as string)),
  };
}

const elementOf = (list: Node | undefined, { keys, values }: KeyValues): Node | undefined => {
  if (list === undefined || list.kind !== 'sequence') return undefined;
  const own = validKeys([values], values, keys);
  return own.keys.length === own.values.length || own.keys[0] === '' ? matchElement(list, own.keys, own.values) : undefined;
};

interface Elements {
  readonly keys: readonly string[];
  readonly values: Values[];
  readonly walk: Walk;
}

function mergeBy(elements: Elements, pair: Pair, at: At): Node | undefined {
  const dest = pair.dest as Node;
  const values = elements.keys.length > 1 ? unifyAll(elements.values) : elements.values;
  const added = new Node('sequence');
  const below: At = { rules: at.rules, schema: at.schema?.elements(), path: [] };
  let last: readonly string[] = [];
  for (const row of values) {
    if (row.length === 0) continue;
    const valid = validKeys(values, row, elements.keys);
    last = valid.keys;
    const { node } = elements.walk({ dest: elementOf(pair.dest, valid), patch: elementOf(pair.patch, valid) }, below);
    placeElement({ dest, added, valid }, node);
  }
  if (values.length === 0) return isMissing(dest) ? undefined : dest;
  const prepend = at.rules.newElements === 'prepend';
  const result = prepend ? appendElements(added, dest, last) : appendElements(dest, added, last);
  if (result !== dest) {
    dest.content = result.content;
    return dest;
  }
  return result;
}

interface Placing {
  readonly dest: Node;
  readonly added: Node;
  readonly valid: KeyValues;
}

function placeElement({ dest, added, valid }: Placing, node: Node | undefined): void {
  if (isEmptyMap(node)) {
    setElement(dest, valid.keys, valid.values, undefined);
    return;
  }
  const element = node as Node;
  for (const [i, key] of valid.keys.entries()) {
    const value = valid.values[i] as string;
    if (key !== '' && element.kind === 'mapping' && childOf(element, key) === undefined && value !== '')
      setField(element, key, scalar(value));
  }
  setElement(added, valid.keys, valid.values, element);
}

/** Puts the elements of `source` into `list`: in the place of those with the same keys, or at the end. */
function appendElements(list: Node, source: Node, keys: readonly string[]): Node {
  for (const element of source.content) {
    if (keys.length === 0 || keys[0] === '') {
      setElement(list, [''], [element.value], element);
      continue;
    }
    const values: string[] = [];
    for (const key of keys) {
      const value = childOf(element, key);
      if (value === undefined) list.content = [...list.content, element];
      else values.push(value.value);
    }
    if (keys.length > 1) setElement(list, keys, values, undefined);
    setElement(list, keys, values, element);
  }
  return list;
}
