/**
 * All fields a path with patterns leads to. Source: kyaml/yaml/match.go (PathMatcher).
 */
import { compileRegexp } from '../../go/regexp/index.ts';
import { KustomizeError, wrapped } from '../problem.ts';
import { demandKind, getField, isIndexNumber, isListIndex, kindFor, setField, splitIndex } from './edit.ts';
import { nodeText } from './json.ts';
import { type Kind, Node, childOf, scalar } from './node.ts';
import { parseNode } from './read.ts';

export interface Matching {
  /** What is made where nothing is; undefined: nothing. */
  readonly create: Kind | undefined;
}

/** Undefined: a step led nowhere. */
export function matchPath(node: Node, path: readonly string[], matching: Matching): Node[] | undefined {
  const [part, ...rest] = path;
  if (part === undefined) return [node];
  if (isIndexNumber(part)) return matchIndex(node, Number(part), { rest, matching });
  if (isListIndex(part)) return matchElements(node, part, { rest, matching });
  if (part === '*') return matchEvery(node, rest, matching);
  return matchField(node, part, { rest, matching });
}

interface Rest {
  readonly rest: readonly string[];
  readonly matching: Matching;
}

const madeKind = ({ rest, matching }: Rest): Kind => kindFor(rest[0], matching.create as Kind);

function matchField(node: Node, name: string, to: Rest): Node[] | undefined {
  let field = getField(node, name);
  if (field === undefined) {
    if (to.matching.create === undefined) return undefined;
    field = new Node(madeKind(to));
    setField(node, name, field);
  }
  if (field.kind === 'scalar' && to.rest.length > 0) return matchInText(field, to);
  return matchPath(field, to.rest, to.matching);
}

/** The path goes on inside a text that is YAML itself; what is found there is a copy. */
function matchInText(field: Node, { rest, matching }: Rest): Node[] | undefined {
  const inner = parseNode(field.value);
  return inner === undefined ? undefined : matchPath(inner, rest, matching);
}

function elements(node: Node): readonly Node[] {
  demandKind(node, 'sequence');
  return node.content;
}

function matchIndex(node: Node, index: number, to: Rest): Node[] | undefined {
  let list = elements(node);
  if (list.length === index && to.matching.create !== undefined) {
    node.content = [...list, new Node(madeKind(to))];
    list = node.content;
  }
  const element = list[index];
  if (element === undefined) throw new KustomizeError(`index ${index} specified but only ${list.length} elements found`);
  return matchPath(element, to.rest, to.matching);
}

function matchEvery(node: Node, rest: readonly string[], matching: Matching): Node[] | undefined {
  return joined(elements(node).map((element) => matchPath(element, rest, matching)));
}

/** Undefined only when every part is. */
function joined(parts: readonly (Node[] | undefined)[]): Node[] | undefined {
  const found = parts.filter((part) => part !== undefined && part.length > 0) as Node[][];
  return found.length === 0 ? undefined : found.flat();
}

function matchElements(node: Node, part: string, to: Rest): Node[] | undefined {
  const [name, pattern] = splitIndex(part);
  const compiled = compileRegexp(pattern);
  const test = (text: string): boolean => {
    if (!compiled.ok) throw new KustomizeError(compiled.error);
    return compiled.value.matches(text);
  };
  const visit = (element: Node): Node[] | undefined => {
    const key = name === '' ? element : element.kind === 'mapping' ? childOf(element, name) : undefined;
    if (key === undefined || !test(nodeText(key).trim())) return undefined;
    return name === '' ? [element] : matchPath(element, to.rest, to.matching);
  };
  const found = joined(elements(node).map(visit));
  if (found !== undefined || to.matching.create === undefined) return found;
  return created(node, { part, name, pattern, to, visit });
}

interface Creating {
  readonly part: string;
  readonly name: string;
  readonly pattern: string;
  readonly to: Rest;
  readonly visit: (element: Node) => Node[] | undefined;
}

/** Adds an element that matches, and looks at it. */
function created(node: Node, { part, name, pattern, visit }: Creating): Node[] | undefined {
  const element = name === '' ? scalar(pattern) : new Node('mapping');
  if (name !== '') element.content = [scalar(name), scalar(pattern)];
  try {
    demandKind(node, 'sequence');
  } catch (error) {
    throw wrapped(error, `failed to create element for ${JSON.stringify(part)}`);
  }
  node.content = [...node.content, element];
  const found = visit(element);
  if (found === undefined) throw new KustomizeError(`the element made for ${JSON.stringify(part)} does not match it`);
  return found;
}
