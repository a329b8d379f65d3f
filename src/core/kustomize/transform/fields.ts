/** Visiting the fields a spec names. Source: api/filters/fieldspec/fieldspec.go. */
import type { FieldSpec } from '../config/fieldspec.ts';
import { getField, lookup } from '../node/edit.ts';
import { type Kind, Node, isNull } from '../node/node.ts';
import { KustomizeError, wrapped } from '../problem.ts';
import { type Gvk, idText, isSelected } from '../resource/gvk.ts';
import type { Resource } from '../resource/resource.ts';

export interface Visit {
  readonly set: (node: Node) => void;
  /** What is made when the field is missing and the spec allows it; undefined: nothing is ever made. */
  readonly create?: { readonly kind: Kind; readonly tag: string };
}

/** Calls `visit.set` with every field of the resource that the spec leads to. */
export function visitFields(resource: Resource, spec: FieldSpec, visit: Visit, gvk: Gvk = resource.gvk): void {
  if (!isSelected(gvk, spec)) return;
  try {
    step(resource.node, spec, 0, visit);
  } catch (error) {
    const { apiVersion, kind, name, namespace } = resource;
    const [group, version] = apiVersion.includes('/')
      ? [apiVersion.slice(0, apiVersion.indexOf('/')), apiVersion.slice(apiVersion.indexOf('/') + 1)]
      : ['', apiVersion];
    const object = idText({ gvk: { group, version, kind }, name, namespace });
    throw wrapped(error, `considering field '${spec.path}' of object ${object}`, { object, field: spec.path });
  }
}

function step(node: Node, spec: FieldSpec, depth: number, visit: Visit): void {
  if (depth === spec.parts.length) {
    visit.set(node);
    return;
  }
  if (isNull(node)) return;
  if (node.kind === 'scalar') throw new KustomizeError('expected sequence or mapping node');
  if (node.kind === 'mapping') {
    stepIntoMap(node, spec, depth, visit);
    return;
  }
  try {
    for (const item of node.content) step(item, spec, depth, visit);
  } catch (error) {
    throw wrapped(error, `visit traversal on path: [${spec.parts.slice(depth).join(' ')}]`);
  }
}

function stepIntoMap(node: Node, spec: FieldSpec, depth: number, visit: Visit): void {
  const part = spec.parts[depth] as string;
  const isList = part.endsWith('[]');
  const name = isList ? part.slice(0, -2) : part;
  if (name === '') throw new KustomizeError('cannot set or create an empty field name');
  const last = depth === spec.parts.length - 1;
  const made =
    !spec.create || visit.create === undefined || isList ? undefined : last ? visit.create : { kind: 'mapping' as const, tag: '!!map' };
  const field = find(node, name, made?.kind);
  if (field === undefined) return;
  if (isNull(field)) revive(field, made ?? (isList ? { kind: 'sequence', tag: '' } : undefined));
  step(field, spec, depth + 1, visit);
}

const isPlainName = (name: string): boolean => !/^[-+\d[*\s]|\s$/.test(name);

/** Names that look like indexes mean elements here too. */
function find(node: Node, name: string, create: Kind | undefined): Node | undefined {
  if (create === undefined && isPlainName(name)) return getField(node, name);
  try {
    return lookup(node, [name], create);
  } catch (error) {
    throw wrapped(error, `fieldName: ${name}`);
  }
}

/** A null becomes what it should have been. */
function revive(field: Node, made: { readonly kind: Kind; readonly tag: string } | undefined): void {
  if (made === undefined) return;
  const { comments } = field;
  field.become(new Node(made.kind, made.kind === 'scalar' ? field.value : '', made.tag));
  field.comments = comments;
}

/** All specs, one after the other. */
export function visitAll(resource: Resource, specs: readonly FieldSpec[], visit: Visit): void {
  const { gvk } = resource;
  for (const spec of specs) visitFields(resource, spec, visit, gvk);
}
