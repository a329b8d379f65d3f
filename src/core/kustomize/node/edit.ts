/**
 * Finding and setting parts of a tree. Source: kyaml/yaml/fns.go.
 */
import { KustomizeError } from '../problem.ts';
import { nodeText } from './json.ts';
import { type Kind, Node, type Style, childOf, isEmptyMap, isMissing, isNull, isString, scalar } from './node.ts';
import { isNonString } from './scalar-text.ts';

const kindNames: Readonly<Record<Kind, string>> = { scalar: 'ScalarNode', mapping: 'MappingNode', sequence: 'SequenceNode' };

/** A node is not of the kind it must be; null passes for every kind. */
export class NodeKindError extends KustomizeError {
  readonly actual: Kind;

  constructor(expected: Kind, node: Node) {
    super(
      `wrong node kind: expected ${kindNames[expected]} but got ${kindNames[node.kind]}: node contents:\n${nodeText(node)}`,
      {},
      'nodeKind',
    );
    this.actual = node.kind;
  }
}

export function demandKind(node: Node | undefined, kind: Kind): void {
  if (!isMissing(node) && node.kind !== kind) throw new NodeKindError(kind, node);
}

/** The value of a field; undefined for none and below null. Fails on what is no mapping. */
export function getField(node: Node, name: string): Node | undefined {
  if (isNull(node)) return undefined;
  if (node.kind !== 'mapping') throw new NodeKindError('mapping', node);
  return childOf(node, name);
}

export function clearField(node: Node, name: string, when: 'always' | 'empty' = 'always'): void {
  if (isNull(node)) return;
  if (node.kind !== 'mapping') throw new NodeKindError('mapping', node);
  const { content } = node;
  for (let i = 0; i + 1 < content.length; i += 2) {
    if ((content[i] as Node).value !== name) continue;
    if (when === 'empty' && (content[i + 1] as Node).content.length > 0) continue;
    node.content = [...content.slice(0, i), ...content.slice(i + 2)];
    return;
  }
}

/** A string that would be read as something else is quoted. */
export function quoteIfNeeded(value: Node): void {
  if (isString(value) && value.style === 'plain' && isNonString(value.value)) value.style = 'double';
}

/** Puts `value` in the place of a scalar, keeping its style. FieldSetter without a name. */
export function setScalar(node: Node, value: Node): void {
  quoteIfNeeded(value);
  if (!isNull(node) && node.kind !== 'scalar') throw new NodeKindError('scalar', node);
  if (isNull(value)) return;
  value.restyle(node.style);
  node.become(value);
}

export interface SetOptions {
  /** A null that stays instead of removing the field. */
  readonly keepNull?: boolean;
  /** Style of the key when the field is new. */
  readonly keyStyle?: Style;
}

/** Sets a field; null or undefined removes it. The value takes over the style of what was there. FieldSetter with a name. */
export function setField(node: Node, name: string, value: Node | undefined, options: SetOptions = {}): Node | undefined {
  if (value !== undefined) quoteIfNeeded(value);
  if (value === undefined || (isNull(value) && options.keepNull !== true)) {
    clearField(node, name);
    return undefined;
  }
  const field = getField(node, name);
  if (field !== undefined) {
    value.restyle(field.style);
    if (field !== value) field.become(value);
    return field;
  }
  const key = scalar(name);
  if (options.keyStyle !== undefined) key.restyle(options.keyStyle);
  node.content = [...node.content, key, value];
  return value;
}

export const isListIndex = (part: string): boolean => part.startsWith('[') && part.endsWith(']');
export const isIndexNumber = (part: string): boolean => /^\+?\d{1,15}$/.test(part);

export function splitIndex(part: string): readonly [name: string, value: string] {
  let text = part.endsWith(']') ? part.slice(0, -1) : part;
  if (text.startsWith('[')) text = text.slice(1);
  const at = text.indexOf('=');
  if (at < 0) throw new KustomizeError('list path element must contain fieldName=fieldValue for element to match');
  return [text.slice(0, at), text.slice(at + 1)];
}

/** What must be made for a step of a path, judged by the next one. */
export const kindFor = (next: string | undefined, last: Kind): Kind =>
  next === undefined || next === '' ? last : isListIndex(next) || isIndexNumber(next) ? 'sequence' : 'mapping';

const namesOf = (path: readonly string[]): string[] => path.map((part) => part.trim()).filter((part) => part !== '');

/** Follows a path; with `create`, makes what is missing and ends in that kind. PathGetter. */
export function lookup(node: Node, path: readonly string[], create?: Kind): Node | undefined {
  const parts = namesOf(path);
  let at: Node | undefined = node;
  for (let i = 0; i < parts.length; i++) {
    at = stepInto(at, parts[i] as string, create === undefined ? undefined : kindFor(parts[i + 1], create));
    if (at === undefined) return undefined;
  }
  return at;
}

function stepInto(node: Node, part: string, create: Kind | undefined): Node | undefined {
  if (/^[+-]?\d{1,15}$/.test(part)) {
    const index = Number(part);
    if (index < 0) throw new KustomizeError(`array index ${index} cannot be negative`);
    return elementsOf(node)[index];
  }
  if (part === '-') return elementsOf(node).at(-1);
  if (part === '*') throw new KustomizeError('wildcard is not supported in PathGetter');
  if (isListIndex(part)) return elementStep(node, part, create);
  const field = getField(node, part);
  if (field !== undefined || create === undefined || isNull(node)) return field;
  return setField(node, part, new Node(create));
}

function elementStep(node: Node, part: string, create: Kind | undefined): Node | undefined {
  const [name, value] = splitIndex(part);
  const found = matchElement(node, [name], [value]);
  if (found !== undefined || create === undefined) return found;
  const element = name === '' ? scalar(value) : new Node('mapping');
  if (name !== '') element.content = [scalar(name), scalar(value)];
  node.content = [...node.content, element];
  return element;
}

export function elementsOf(node: Node): readonly Node[] {
  demandKind(node, 'sequence');
  return node.content;
}

/** The first element whose fields have these texts; without a name, the first with that text itself. ElementMatcher. */
export function matchElement(node: Node, keys: readonly string[], values: readonly string[]): Node | undefined {
  demandKind(node, 'sequence');
  if (keys.length === 0 || keys[0] === '') return node.content.find((element) => element.value === (values[0] ?? ''));
  for (const element of node.content) {
    if (!isNull(element) && element.kind !== 'mapping') continue;
    if (keys.length !== values.length) throw new KustomizeError('length of keys must equal length of values when MatchAnyValue is false');
    if (!isNull(element) && keys.every((key, i) => childOf(element, key)?.value === values[i])) return element;
  }
  return undefined;
}

/** Whether the element has all keys with all values; missing values repeat the last test, as in the original. */
function matchesAll(element: Node, keys: readonly string[], values: readonly string[]): boolean {
  let last = false;
  for (let i = 0; i < keys.length; i++) {
    if (i < values.length) last = matchesOne(element, keys[i] as string, values[i] as string);
    if (!last) return false;
  }
  return true;
}

function matchesOne(element: Node, key: string, value: string): boolean {
  if (key === '') {
    demandKind(element, 'scalar');
    return element.value === value;
  }
  const field = getField(element, key);
  return field !== undefined && (value === '' || field.value === value);
}

/** Replaces the elements that match by `element`, or removes them; a new element goes to the end. ElementSetter. */
export function setElement(list: Node, keys: readonly string[], values: readonly string[], element: Node | undefined): void {
  demandKind(list, 'sequence');
  const names = keys.length === 0 ? [''] : keys;
  const byField = names[0] !== '' && values.length > 0 && values[0] !== '';
  const content: Node[] = [];
  let found = false;
  for (const item of list.content) {
    if (isEmptyMap(item)) continue;
    if (byField && item.kind !== 'mapping') {
      content.push(item);
      continue;
    }
    if (!matchesAll(item, names, values)) {
      if (values.length > 0) content.push(item);
      continue;
    }
    found = true;
    if (element !== undefined) content.push(element);
  }
  if (!isMissing(element) && !found) content.push(element);
  list.content = content;
}
