/** `$(NAME)` in fields. Source: api/filters/refvar, api/internal/accumulator (refvartransformer, resaccumulator), api/types/var.go. */
import type { FieldSpec } from '../config/fieldspec.ts';
import type { Var } from '../config/types.ts';
import { lookup } from '../node/edit.ts';
import { nodeToJson } from '../node/json.ts';
import { type Node, isNull, isString } from '../node/node.ts';
import { splitIndexes, splitSmartPath } from '../node/paths.ts';
import { KustomizeError } from '../problem.ts';
import { formatFloat } from '../../go/strconv/index.ts';
import { parseApiVersion } from '../../object/index.ts';
import { gvkText } from '../resource/gvk.ts';
import type { ResMap } from '../resource/res-map.ts';
import type { Resource } from '../resource/resource.ts';
import { visitFields } from './fields.ts';

/** A value with its type; undefined for what cannot stand in a text. */
export type VarValue = { readonly tag: '!!str' | '!!int' | '!!float' | '!!bool'; readonly text: string };

/** What becomes of `$(name)`; undefined: nothing. Called once for each use. */
export type Mapping = (name: string) => VarValue | undefined;

type Expanded = VarValue;

/** Replaces `$(NAME)`; `$$` stands for `$`. A text that is nothing but one name takes over the type. */
export function expand(text: string, mapping: Mapping): Expanded {
  let result = '';
  let done = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] !== '$' || i + 1 >= text.length) continue;
    result += text.slice(done, i);
    const read = readName(text.slice(i + 1));
    if (read.name === undefined) result += read.text;
    else {
      const wrappedName = `$(${read.name})`;
      const value = mapping(read.name);
      if (text === wrappedName) return value ?? { tag: '!!str', text: wrappedName };
      result += value === undefined ? wrappedName : shown(value);
    }
    i += read.length;
    done = i + 1;
  }
  return { tag: '!!str', text: result + text.slice(done) };
}

/** As `%v` prints it. */
const shown = ({ tag, text }: VarValue): string => (tag === '!!float' ? formatFloat(Number(text), 'g') : text);

function readName(text: string): { readonly name?: string; readonly text: string; readonly length: number } {
  if (text[0] === '$') return { text: '$', length: 1 };
  if (text[0] !== '(') return { text: `$${text[0] ?? ''}`, length: 1 };
  const end = text.indexOf(')', 1);
  return end < 0 ? { text: '$(', length: 1 } : { name: text.slice(1, end), text: '', length: end + 1 };
}

function setText(node: Node, mapping: Mapping): void {
  const { tag, text } = expand(node.value, mapping);
  node.value = text;
  node.tag = tag;
  node.style = tag === '!!str' && text.includes('\n') ? 'literal' : 'plain';
}

function expandNode(node: Node, mapping: Mapping): void {
  if (isNull(node)) return;
  if (node.kind === 'scalar') {
    if (isString(node)) setText(node, mapping);
    return;
  }
  for (const [i, child] of node.content.entries()) {
    if (node.kind === 'sequence') {
      if (!isString(child)) throw new KustomizeError('invalid value type expect a string');
      setText(child, mapping);
    } else if (i % 2 === 0) {
      if (!isString(child)) throw new KustomizeError(`invalid map key: value='${child.value}', tag='${child.tag}'`);
    } else if (isString(child)) setText(child, mapping);
  }
}

const DEFAULT_PATH = 'metadata.name';

/** A var with everything said. */
export interface FullVar {
  readonly name: string;
  readonly fieldPath: string;
  readonly source: Var;
}

export const fullVar = (source: Var): FullVar => {
  const path = source.fieldref?.fieldPath ?? '';
  return { name: source.name ?? '', fieldPath: path === '' ? DEFAULT_PATH : path, source };
};

/** What `%v` shows of a var: the kind it reads from stands for the whole target. */
export function varText({ name, fieldPath, source }: FullVar): string {
  const { apiVersion = '', group = '', version = '', kind = '' } = source.objref ?? {};
  const gvk = apiVersion === '' ? { group, version, kind } : { ...parseApiVersion(apiVersion), kind };
  return `{${name} ${gvkText(gvk)} {${fieldPath}}}`;
}

/** The same before anything was added to it. */
export const rawVarText = ({ name = '', objref = {}, fieldref = {} }: Var): string =>
  `{${name} ${gvkText({ group: objref.group ?? '', version: objref.version ?? '', kind: objref.kind ?? '' })} {${fieldref.fieldPath ?? ''}}}`;

function valueOf(resource: Resource, variable: FullVar): VarValue | undefined {
  const missing = `field specified in var '${varText(variable)}' not found in corresponding resource`;
  let node: Node | undefined;
  try {
    node = lookup(resource.node, splitIndexes(splitSmartPath(variable.fieldPath, '.')));
  } catch (error) {
    if (error instanceof KustomizeError) throw new KustomizeError(missing, { field: 'vars' });
    throw error;
  }
  if (node === undefined) throw new KustomizeError(missing, { field: 'vars' });
  if (node.kind !== 'scalar') return undefined;
  return scalarValue(node);
}

function scalarValue(node: Node): VarValue {
  if (node.tag === '!!int' || node.tag === '!!bool') return { tag: node.tag, text: String(nodeToJson(node)) };
  if (node.tag === '!!float') return { tag: '!!float', text: formatFloat(Number(nodeToJson(node)), 'f') };
  return { tag: '!!str', text: node.value };
}

export interface Resolving {
  readonly vars: readonly FullVar[];
  readonly specs: readonly FieldSpec[];
}

/** Puts the values of vars into the fields. Returns the vars nobody used. */
export function resolveVars(map: ResMap, { vars, specs }: Resolving): readonly string[] {
  if (vars.length === 0) return [];
  const values = new Map(vars.map((variable): [string, VarValue | undefined] => [variable.name, sourceValue(map, variable)]));
  const used = new Set<string>();
  const mapping: Mapping = (name) => {
    const value = values.get(name);
    if (value !== undefined) used.add(name);
    return value;
  };
  for (const resource of map.resources) {
    for (const spec of specs) visitFields(resource, spec, { set: (node) => expandNode(node, mapping) });
  }
  map.touch();
  return vars.map((variable) => variable.name).filter((name) => !used.has(name));
}

function sourceValue(map: ResMap, variable: FullVar): VarValue | undefined {
  const source = map.resources.find((resource) => resource.refVarNames.includes(variable.name));
  if (source !== undefined) return valueOf(source, variable);
  throw new KustomizeError(`var '${varText(variable)}' cannot be mapped to a field in the set of known resources`, { field: 'vars' });
}
