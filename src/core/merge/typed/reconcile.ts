/**
 * Brings a recorded field set in line with a schema that changed since: what became atomic is owned as one
 * (structured-merge-diff typed/reconcile_schema.go).
 */
import type { TypeNode } from '../../schema/index.ts';
import { type Branch, type FieldSet, type PathElement, SetBuilder } from '../fieldset/index.ts';
import { LIST, MAP, chosen, formsOf } from './walk.ts';

/** The set with the roots of atomic parts in place of what is in them; the given set itself when nothing changes. */
export function reconcile(type: TypeNode, fields: FieldSet): FieldSet {
  const roots = new SetBuilder();
  visit(type, { fields, isAtomic: false, path: [] }, roots);
  if (roots.empty) return fields;
  const changed = roots.build();
  return fields.recursiveDifference(changed).union(changed);
}

interface Place {
  readonly fields: FieldSet | undefined;
  /** The set holds this place as a leaf. */
  readonly isAtomic: boolean;
  readonly path: readonly PathElement[];
}

function visit(type: TypeNode, place: Place, roots: SetBuilder): void {
  const form = chosen(formsOf(type));
  if (form === MAP && type.map !== undefined) visitMap(type, place, roots);
  else if (form === LIST && type.list !== undefined) visitList(type, place, roots);
}

function visitList(type: TypeNode, place: Place, roots: SetBuilder): void {
  const { list } = type;
  if (list === undefined) return;
  if (!list.associative && !place.isAtomic) {
    roots.insert(place.path);
    return;
  }
  for (const branch of place.fields?.items.values() ?? [])
    if (branch.item !== undefined) descend(list.element, { place, branch, element: branch.item }, roots);
  for (const [name, branch] of place.fields?.fields ?? [])
    descend(list.element, { place, branch, element: { kind: 'field', name } }, roots);
}

function visitMap(type: TypeNode, place: Place, roots: SetBuilder): void {
  const { map } = type;
  if (map === undefined || isFreeForm(type)) return;
  if (map.atomic && !place.isAtomic) {
    if (place.fields !== undefined) roots.insert(place.path);
    return;
  }
  for (const [name, branch] of place.fields?.fields ?? []) {
    const below = map.fields.get(name)?.type ?? map.element;
    if (below !== undefined) descend(below, { place, branch, element: { kind: 'field', name } }, roots);
  }
  for (const branch of place.fields?.items.values() ?? []) {
    if (map.element !== undefined && branch.item !== undefined) descend(map.element, { place, branch, element: branch.item }, roots);
  }
}

function descend(type: TypeNode, at: { place: Place; branch: Branch; element: PathElement }, roots: SetBuilder): void {
  const { place, branch, element } = at;
  const isAtomic = branch.member && branch.below === undefined;
  // Nothing below and nothing to turn into a leaf.
  if (isAtomic && branch.below === undefined) return;
  visit(type, { fields: branch.below, isAtomic, path: [...place.path, element] }, roots);
}

/** Maps without declared fields whose values have no schema: they never said atomic or granular. */
const isFreeForm = ({ map }: TypeNode): boolean =>
  map !== undefined && map.fields.size === 0 && (map.element?.name === '__untyped_deduced_' || isUntypedScalar(map.element));

const isUntypedScalar = (type: TypeNode | undefined): boolean => type !== undefined && type.name === '' && type.scalar === 'untyped';
