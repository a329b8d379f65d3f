/** Sets in their canonical order: iteration, and the fieldsV1 form of managedFields (fieldpath/serialize.go). */
import { type Json, type JsonObject, isObject, record } from '../../object/index.ts';
import { compareText } from '../../object/value/index.ts';
import { type Path, compareItems, formatElement, parseElement } from './element.ts';
import { type Branch, type FieldSet, SetBuilder } from './set.ts';

/** Nesting that no object has; deeper input is refused instead of exhausting the stack. */
const MAX_DEPTH = 500;

const byName = (a: readonly [string, Branch], b: readonly [string, Branch]): number => compareText(a[0], b[0]);
const byItem = (a: Branch, b: Branch): number => (a.item === undefined || b.item === undefined ? 0 : compareItems(a.item, b.item));

/** Calls `visit` for each path: the members of a node before what is below them, in order. The path is reused: copy it to keep it. */
function forEachPath(set: FieldSet, visit: (path: Path) => void): void {
  walk(set, [], visit);
}

function walk(set: FieldSet, path: Path[number][], visit: (path: Path) => void): void {
  const branches = ordered(set);
  for (const { element, branch } of branches) {
    if (!branch.member) continue;
    path.push(element);
    visit(path);
    path.pop();
  }
  for (const { element, branch } of branches) {
    if (branch.below === undefined) continue;
    path.push(element);
    walk(branch.below, path, visit);
    path.pop();
  }
}

function ordered(set: FieldSet): { readonly element: Path[number]; readonly branch: Branch }[] {
  const result: { element: Path[number]; branch: Branch }[] = [];
  for (const [name, branch] of [...set.fields].sort(byName)) result.push({ element: { kind: 'field', name }, branch });
  for (const branch of [...set.items.values()].sort(byItem)) if (branch.item !== undefined) result.push({ element: branch.item, branch });
  return result;
}

/** All paths, in order. */
export function pathsOf(set: FieldSet): Path[] {
  const result: Path[] = [];
  forEachPath(set, (path) => result.push([...path]));
  return result;
}

/** One frozen object stands for every leaf: callers compare and copy, they never change it. */
const LEAF: JsonObject = Object.freeze(record());

/** The fieldsV1 object. Key order is canonical. */
export function toFieldsV1(set: FieldSet): JsonObject {
  const result = record();
  fill(set, result);
  return result;
}

function fill(set: FieldSet, into: { [key: string]: Json }): void {
  const names = [...set.fields];
  if (names.length > 1) names.sort(byName);
  for (const [name, branch] of names) into[`f:${name}`] = branchV1(branch);
  if (set.items.size === 0) return;
  for (const branch of [...set.items.values()].sort(byItem))
    if (branch.item !== undefined) into[formatElement(branch.item)] = branchV1(branch);
}

function branchV1(branch: Branch): JsonObject {
  if (branch.below === undefined) return LEAF;
  const into = record();
  if (branch.member) into['.'] = LEAF;
  fill(branch.below, into);
  return into;
}

/** Reads a fieldsV1 object. Elements of unknown kinds are skipped. Throws a plain Error for anything that is not a field set. */
export function fromFieldsV1(fields: Json): FieldSet {
  const builder = new SetBuilder();
  read(fields, builder, 0);
  return builder.build();
}

/** Adds what an object says to `builder`; says whether the element that holds the object is itself a member. */
function read(fields: Json | undefined, builder: SetBuilder, depth: number): boolean {
  if (depth > MAX_DEPTH) throw new Error(`field set is nested more than ${MAX_DEPTH} levels deep`);
  if (fields === null || fields === undefined) return true;
  if (!isObject(fields)) throw new Error(`expect { or n, but found ${JSON.stringify(fields) ?? typeof fields}`);
  let self = false;
  let any = false;
  for (const [key, value] of Object.entries(fields)) {
    if (key === '.') {
      self = true;
      continue;
    }
    const element = parseElement(key);
    if (element === undefined) continue;
    const below = new SetBuilder();
    if (read(value, below, depth + 1)) builder.add(element);
    builder.put(element, below.build());
    any = true;
  }
  return self || !any;
}
