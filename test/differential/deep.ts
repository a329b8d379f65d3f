/**
 * Requests with objects of every kind, changed in one or two places that the kind's own schema names: fields that no hand-written generator thinks of,
 * with values that fit, nearly fit or do not fit at all. Most are dry runs, so that one object's fate does not hide another's.
 */
import { isObject, type Json, type JsonObject } from '../../src/core/object/index.ts';
import { builtinResources, type Resource } from '../../src/core/kube/resource/index.ts';
import { builtinSchema, type FieldType, type TypeNode } from '../../src/core/schema/index.ts';
import { baseOf } from './deep-bases.ts';
import { chance, type Draw, pick } from './draw.ts';
import { kinds, type Sent } from './generator.ts';
import type { Kind } from './kinds.ts';
import { scalarOf } from './scalars.ts';

const schema = builtinSchema();

interface Deep {
  readonly resource: Resource;
  readonly type: TypeNode;
  readonly known: Kind | undefined;
}

/** Whatever can be created and listed; what is asked and forgotten is drawn elsewhere. */
const all: readonly Deep[] = builtinResources(schema).flatMap((resource) => {
  const { type, verbs } = resource;
  if (type === undefined || !verbs.includes('create') || !verbs.includes('list')) return [];
  return [{ resource, type, known: kinds.find(({ kind, apiVersion }) => kind === resource.kind && apiVersion === resource.apiVersion) }];
});

/** Types whose objects would change how the server itself works, or take long to leave: only ever tried. */
const onlyTried = new Set([
  'APIService',
  'CustomResourceDefinition',
  'Namespace',
  'ServiceCIDR',
  'IPAddress',
  'FlowSchema',
  'PriorityLevelConfiguration',
]);

const untouched = new Set(['apiVersion', 'kind', 'metadata', 'status']);

function valueOf(draw: Draw, type: TypeNode, at: { readonly name: string; readonly depth: number }): Json {
  const { name, depth } = at;
  if (type.map !== undefined && type.jsonType === 'object') return objectOf(draw, type, at);
  if (type.list !== undefined && type.jsonType === 'array') {
    const { element } = type.list;
    const length = pick(draw, depth > 4 ? [0, 1] : [0, 1, 1, 2, 2, 3]);
    return Array.from({ length }, () => valueOf(draw, element, { name: name.replace(/s$/, ''), depth: depth + 1 }));
  }
  return scalarOf(draw, type, name);
}

function objectOf(
  draw: Draw,
  { map, name: typeName }: TypeNode,
  { name, depth }: { readonly name: string; readonly depth: number },
): JsonObject {
  if (map === undefined || depth > 7) return {};
  if (map.fields.size === 0) {
    const { element } = map;
    if (element === undefined) return {};
    const keys = pick(draw, [[], ['k1'], ['k1', 'k2'], ['a.example/b'], ['bad key'], ['cpu'], ['memory', 'cpu'], ['example.com/gpu']]);
    return Object.fromEntries(keys.map((key) => [key, valueOf(draw, element, { name: key, depth: depth + 1 })]));
  }
  const union = /Source$|Handler$|Action$/.test(typeName);
  const optional = union ? 1.3 / map.fields.size : 0.5 / (depth + 1);
  const kept = [...map.fields.values()].filter((field) => chance(draw, map.required.includes(field.name) ? 0.95 : optional));
  return Object.fromEntries(
    kept.map((field) => [field.name, valueOf(draw, field.type, { name: field.name === '' ? name : field.name, depth: depth + 1 })]),
  );
}

const odd = (draw: Draw): Json => pick<Json>(draw, [null, {}, [], '', 'x', 0, -1, true, [null], { x: 1 }, 1.5, ['x']]);

/** The value with one place in it changed: a field added, taken away or given another value. */
function changed(
  draw: Draw,
  value: Json | undefined,
  type: TypeNode,
  at: { readonly name: string; readonly depth: number },
): Json | undefined {
  if (chance(draw, 0.04)) return odd(draw);
  if (isObject(value) && type.map !== undefined) {
    const fields = [...type.map.fields.values()].filter((field) => at.depth > 0 || !untouched.has(field.name));
    const field: FieldType | undefined = fields[Math.floor(draw() * fields.length)];
    if (field === undefined) return valueOf(draw, type, at);
    const before = value[field.name];
    if (before !== undefined && chance(draw, 0.12)) return without(value, field.name);
    if (chance(draw, 0.01)) return { ...value, [`${field.name}x`]: 1 };
    const inner = { name: field.name, depth: at.depth + 1 };
    const next = before === undefined ? valueOf(draw, field.type, inner) : changed(draw, before, field.type, inner);
    return next === undefined ? without(value, field.name) : { ...value, [field.name]: next };
  }
  const items = Array.isArray(value) ? (value as readonly Json[]) : [];
  if (items.length > 0 && type.list !== undefined) {
    const { element } = type.list;
    const index = Math.floor(draw() * items.length);
    if (chance(draw, 0.1)) return [...items, items[index] ?? null];
    if (chance(draw, 0.15)) return [...items, valueOf(draw, element, { ...at, depth: at.depth + 1 })];
    return items.map((item, place) => (place === index ? (changed(draw, item, element, { ...at, depth: at.depth + 1 }) ?? null) : item));
  }
  return valueOf(draw, type, at);
}

const without = (value: JsonObject, name: string): JsonObject =>
  Object.fromEntries(Object.entries(value).filter(([key]) => key !== name)) as JsonObject;

function rootOf({ apiVersion, namespaced, resource }: Resource, namespace: string): string {
  return `${apiVersion.includes('/') ? '/apis' : '/api'}/${apiVersion}${namespaced ? `/namespaces/${namespace}` : ''}/${resource}`;
}

interface Spot {
  readonly deep: Deep;
  readonly collection: string;
  readonly name: string;
  readonly body: JsonObject;
}

function statusWrite(draw: Draw, { deep, collection, name, body }: Spot): Sent | undefined {
  const field = deep.type.map?.fields.get('status');
  if (field === undefined || !deep.resource.subresources.some((sub) => sub.name === 'status')) return undefined;
  const status = valueOf(draw, field.type, { name: 'status', depth: 1 });
  const item = `${collection}/${name}/status?fieldManager=deep&dryRun=All`;
  return pick<Sent>(draw, [
    { method: 'PATCH', path: item, contentType: 'application/merge-patch+json', body: { status } },
    {
      method: 'PATCH',
      path: item,
      contentType: 'application/apply-patch+yaml',
      body: { ...(without(body, 'spec') as JsonObject), status },
    },
    {
      method: 'PUT',
      path: item,
      contentType: 'application/json',
      edit: { from: `${collection}/${name}`, change: { status }, version: 'live' },
    },
  ]);
}

function write(draw: Draw, spot: Spot): Sent {
  const { deep, collection, name, body } = spot;
  const dry = onlyTried.has(deep.resource.kind) || chance(draw, 0.8) ? '&dryRun=All' : '';
  const validation = pick(draw, ['', '', '&fieldValidation=Strict', '&fieldValidation=Ignore']);
  const query = `?fieldManager=${pick(draw, ['deep', 'other'])}${dry}${validation}`;
  const item = `${collection}/${name}`;
  const { apiVersion: _version, kind: _kind, metadata: _metadata, ...rest } = body;
  return pick<Sent>(draw, [
    { method: 'POST', path: collection + query, contentType: 'application/json', body },
    { method: 'POST', path: collection + query, contentType: 'application/json', body },
    { method: 'PATCH', path: item + query, contentType: 'application/apply-patch+yaml', body },
    { method: 'PATCH', path: `${item}${query}&force=true`, contentType: 'application/apply-patch+yaml', body },
    { method: 'PATCH', path: item + query, contentType: 'application/merge-patch+json', body: rest },
    { method: 'PATCH', path: item + query, contentType: 'application/strategic-merge-patch+json', body: rest },
    { method: 'PUT', path: item + query, contentType: 'application/json', edit: { from: item, change: rest, version: 'live' } },
    { method: 'PUT', path: item + query, contentType: 'application/json', body },
  ]);
}

function drawn(draw: Draw, deep: Deep, name: string, changes: number): JsonObject {
  const { resource, type, known } = deep;
  const base = known?.make(draw) ?? baseOf(resource.kind) ?? without(objectOf(draw, type, { name: resource.kind, depth: 0 }), 'metadata');
  let object: JsonObject = { ...base, apiVersion: resource.apiVersion, kind: resource.kind, metadata: { name } };
  for (let count = 0; count < changes; count++) {
    const next = changed(draw, object, type, { name: resource.kind, depth: 0 });
    if (isObject(next)) object = next;
  }
  const { metadata, ...rest } = object;
  return { ...rest, metadata: isObject(metadata) ? { ...metadata, name } : { name } };
}

/** The next request in a namespace. */
export function deepRequest(draw: Draw, namespace: string): Sent {
  const deep = pick(draw, all);
  const { resource } = deep;
  const collection = rootOf(resource, namespace);
  const plain = pick(draw, ['a', 'b']);
  const name =
    resource.kind === 'CustomResourceDefinition' ? 'things.diff.example.com' : resource.namespaced ? plain : `${namespace}-${plain}`;
  const spot = { deep, collection, name };
  if (chance(draw, 0.12)) {
    const body = drawn(draw, deep, name, 0);
    const dry = onlyTried.has(resource.kind) ? '?dryRun=All' : '';
    return { method: 'POST', path: collection + dry, contentType: 'application/json', body };
  }
  if (chance(draw, 0.05) && !onlyTried.has(resource.kind))
    return { method: 'DELETE', path: `${collection}/${name}?propagationPolicy=Background` };
  const body = drawn(draw, deep, name, pick(draw, [1, 1, 1, 2, 3]));
  return (chance(draw, 0.12) ? statusWrite(draw, { ...spot, body }) : undefined) ?? write(draw, { ...spot, body });
}
