/**
 * Strategic merge of one tree into another, in place.
 * Source: kyaml/yaml/merge2, kyaml/yaml/walk, kyaml/yaml/schema.
 */
import { demandKind, quoteIfNeeded, setField } from '../node/edit.ts';
import { type Kind, Node, type Style, childOf, fieldNames, isMissing, isNull, scalar } from '../node/node.ts';
import { takeDirective } from './directive.ts';
import { byCodePoint } from '../node/json.ts';
import { mergeElements } from './list.ts';
import { type At, type MergeRules, type Pair, type Walked, hasNames } from './pair.ts';
import type { MergeSchema } from './schema.ts';
import { KustomizeError } from '../problem.ts';

/** Merges; undefined when nothing is left. */
export function merge(dest: Node, patch: Node, rules: MergeRules): Node | undefined {
  return walk({ dest, patch }, { rules, schema: undefined, path: [] }).node;
}

const kindOf = ({ dest, patch }: Pair): Kind | undefined => (isMissing(dest) ? (isMissing(patch) ? undefined : patch.kind) : dest.kind);

export function walk(pair: Pair, at: At): Walked {
  const schema = schemaFor(pair, at);
  const here = schema === at.schema ? at : { ...at, schema };
  const kind = kindOf(pair);
  if (kind !== undefined) {
    demandKind(pair.dest, kind);
    demandKind(pair.patch, kind);
  }
  switch (kind) {
    case undefined:
    case 'mapping':
      return walkMapping(pair, here);
    case 'sequence':
      return { node: isAssociative(pair, here) ? walkAssociative(pair, here) : plainResult(pair) };
    case 'scalar':
      return { node: plainResult(pair) };
  }
}

function schemaFor({ dest, patch }: Pair, { schema, rules }: At): MergeSchema | undefined {
  for (const node of [dest, patch]) {
    const commented = isMissing(node) ? undefined : rules.commentSchema(node);
    if (commented !== undefined) return commented;
  }
  if (schema !== undefined) return schema;
  for (const node of [dest, patch]) {
    if (isMissing(node)) continue;
    const kind = childOf(node, 'kind')?.value ?? '';
    const apiVersion = childOf(node, 'apiVersion')?.value ?? '';
    const found = kind === '' || apiVersion === '' ? undefined : rules.schemaOf(apiVersion, kind);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isAssociative({ dest, patch }: Pair, { schema, rules }: At): boolean {
  if (schema !== undefined) return schema.merges;
  if (!rules.infer) return false;
  return [dest, patch].some((node) => !isMissing(node) && hasNames(node));
}

/** Comments and, into an empty collection, the style of the patch. */
function dress({ dest, patch }: Pair): void {
  if (dest === undefined || patch === undefined) return;
  if (patch.comments !== undefined) {
    const old = dest.comments;
    const { head, line, foot } = patch.comments;
    dest.comments = {
      head: head === '' ? (old?.head ?? '') : head,
      line: line === '' ? (old?.line ?? '') : line,
      foot: foot === '' ? (old?.foot ?? '') : foot,
    };
  }
  if (dest.kind !== 'scalar' && dest.content.length === 0) dest.restyle(patch.style);
}

function plainResult(pair: Pair): Node | undefined {
  dress(pair);
  return pair.patch ?? pair.dest;
}

/** What a collection starts from: the old one, the patch, or nothing. */
function startOf(pair: Pair): Walked {
  const { dest, patch } = pair;
  dress(pair);
  if (patch !== undefined && isNull(patch) && !isMissing(dest)) return { node: undefined };
  switch (takeDirective(patch)) {
    case 'delete':
      return { node: undefined };
    case 'replace':
      return { node: patch };
    case 'merge':
      return { node: dest };
  }
}

/** Of a patch for something that is not there, an unknown directive is ignored. */
function directiveForNothing(patch: Node | undefined): ReturnType<typeof takeDirective> {
  try {
    return takeDirective(patch);
  } catch (error) {
    if (error instanceof KustomizeError) return 'merge';
    throw error;
  }
}

function startOfMapping(pair: Pair): Walked {
  const { dest, patch } = pair;
  if (!isMissing(dest)) return startOf(pair);
  dress(pair);
  if (directiveForNothing(patch) === 'delete') return { node: undefined };
  if (patch === undefined && dest !== undefined && (dest as Node).value !== '') {
    const kept = scalar((dest as Node).value, '!!null');
    return { node: kept, keepNull: true };
  }
  return { node: patch };
}

function walkMapping(pair: Pair, at: At): Walked {
  const start = startOfMapping(pair);
  const dest = start.node;
  if (dest === undefined || dest.kind !== 'mapping') return start;
  const sources: Pair = { dest, patch: pair.patch };
  for (const name of namesOf(sources)) walkField(sources, name, at);
  return start;
}

const namesOf = ({ dest, patch }: Pair): string[] =>
  [
    ...new Set([
      ...(dest === undefined ? [] : fieldNames(dest)),
      ...(isMissing(patch) || patch.kind !== 'mapping' ? [] : fieldNames(patch)),
    ]),
  ].sort(byCodePoint);

function walkField({ dest, patch }: Pair, name: string, at: At): void {
  const target = dest as Node;
  const old = fieldOf(target, name);
  const changed = patch === undefined ? undefined : fieldOf(patch, name);
  const { rules } = at;
  const schema = commentedSchema([old, changed], rules) ?? at.schema?.field(name);
  const pair: Pair = { dest: old?.value, patch: changed?.value };
  const { node, keepNull } = walk(pair, { rules, schema, path: [...at.path, name] });
  if (node !== undefined && node === old?.value && !isNull(node)) {
    quoteIfNeeded(node);
    return;
  }
  const keyStyle: Style | undefined = node === changed?.value ? changed?.key.style : node === old?.value ? old?.key.style : undefined;
  setField(target, name, node, { keepNull: keepNull === true, ...(keyStyle === undefined ? {} : { keyStyle }) });
}

interface Field {
  readonly key: Node;
  readonly value: Node;
}

function fieldOf(node: Node, name: string): Field | undefined {
  const { content } = node;
  for (let i = 0; i + 1 < content.length; i += 2) {
    const key = content[i] as Node;
    if (key.value === name) return { key, value: content[i + 1] as Node };
  }
  return undefined;
}

function commentedSchema(fields: readonly (Field | undefined)[], rules: MergeRules): MergeSchema | undefined {
  for (const field of fields) {
    if (field === undefined) continue;
    const found = rules.commentSchema(field.value) ?? rules.commentSchema(field.key);
    if (found !== undefined) return found;
  }
  return undefined;
}

function walkAssociative(pair: Pair, at: At): Node | undefined {
  const { dest, patch } = pair;
  dress(pair);
  const start = isMissing(dest) ? patch : startOfList(dest, patch);
  return start === undefined ? undefined : mergeElements({ dest: start, patch }, at, walk);
}

function startOfList(dest: Node, patch: Node | undefined): Node | undefined {
  if (patch !== undefined && isNull(patch)) return undefined;
  const directive = takeDirective(patch);
  return directive === 'delete' ? undefined : directive === 'replace' ? patch : dest;
}
