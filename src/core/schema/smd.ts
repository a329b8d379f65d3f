/** Reads the schema language of structured-merge-diff (schema/elements.go), the form its own tests and generated clients use. */
import { type JsonObject, isObject } from '../object/index.ts';
import type { FieldType, OpenNode, ScalarKind, TypeNode } from './types.ts';
import { openNode } from './types.ts';

/** Compiles `{types: [{name, scalar?, list?, map?}]}`; the result finds a node by type name. Unknown names give undefined; references to unknown types allow nothing. */
export function smdTypes(schema: JsonObject): (name: string) => TypeNode | undefined {
  const definitions = new Map<string, JsonObject>();
  for (const item of Array.isArray(schema.types) ? schema.types : []) {
    if (isObject(item) && typeof item.name === 'string') definitions.set(item.name, item);
  }
  const nodes = new Map<string, TypeNode>();
  const named = (name: string): TypeNode | undefined => {
    const known = nodes.get(name);
    const definition = definitions.get(name);
    if (known !== undefined || definition === undefined) return known;
    const node = openNode(name, false);
    nodes.set(name, node);
    fillAtom(node, definition, reference);
    return node;
  };
  const reference = (ref: JsonObject): TypeNode => {
    const relationship = ref.elementRelationship;
    const base = typeof ref.namedType === 'string' ? (named(ref.namedType) ?? openNode(ref.namedType, false)) : inlined(ref);
    return typeof relationship === 'string' ? overridden(base, relationship) : base;
  };
  const inlined = (ref: JsonObject): TypeNode => {
    const node = openNode('', false);
    fillAtom(node, ref, reference);
    return node;
  };
  return named;
}

/** A reference can change how the elements of the map or list it refers to belong together. */
function overridden(node: TypeNode, relationship: string): TypeNode {
  if (node.map !== undefined) return { ...node, map: { ...node.map, atomic: relationship === 'atomic' } };
  if (node.list !== undefined) return { ...node, list: { ...node.list, associative: relationship === 'associative' } };
  return node;
}

function fillAtom(node: OpenNode, atom: JsonObject, reference: (ref: JsonObject) => TypeNode): void {
  if (typeof atom.scalar === 'string') node.scalar = atom.scalar as ScalarKind;
  const { list, map } = atom;
  if (isObject(list)) {
    node.list = {
      element: reference(isObject(list.elementType) ? list.elementType : {}),
      associative: list.elementRelationship === 'associative',
      keys: Array.isArray(list.keys) ? list.keys.filter((key): key is string => typeof key === 'string') : [],
    };
  }
  if (!isObject(map)) return;
  const fields = new Map<string, FieldType>();
  node.map = {
    fields,
    element: isObject(map.elementType) ? reference(map.elementType) : undefined,
    atomic: map.elementRelationship === 'atomic',
    required: [],
  };
  for (const field of Array.isArray(map.fields) ? map.fields : []) {
    if (!isObject(field) || typeof field.name !== 'string') continue;
    const type = reference(isObject(field.type) ? field.type : {});
    fields.set(field.name, { name: field.name, type, default: field.default, patchStrategy: [], patchMergeKey: '' });
  }
}
