/** Tables: what `kubectl get` shows. Kubernetes: apiserver pkg/endpoints/handlers/response.go, apiextensions pkg/registry/customresource/tableconvertor. */
import { isObject, type Json, type JsonObject, type KubeObject } from '../../object/index.ts';
import { bareMetadata } from '../strategy/index.ts';
import type { Resource } from '../resource/index.ts';
import { tableColumns } from './columns.table.ts';
import { parseJsonPath, readJsonPath } from './json-path.ts';
import { printers } from './printers.table.ts';
import { age, since, text } from './text.ts';

const NAME_HELP =
  'Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names';
const AGE_HELP =
  'CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed to be set in happens-before order across separate operations. Clients may not set this value. It is represented in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for lists. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata';

const types: Readonly<Record<string, string>> = { s: 'string', i: 'integer', b: 'boolean', d: 'date' };

const column = (
  name: string,
  of: { readonly type: string; readonly format?: string; readonly help?: string; readonly priority?: number },
): JsonObject => ({
  name,
  type: of.type,
  format: of.format ?? '',
  description: of.help ?? '',
  priority: of.priority ?? 0,
});

function builtinColumns(key: string): readonly JsonObject[] | undefined {
  return tableColumns[key]?.split('|').map((entry) => {
    const [name = '', type = 's', priority = '0'] = entry.split(':');
    const named = type.endsWith('n');
    const help = name === 'Name' ? NAME_HELP : name === 'Age' || name === 'Created At' ? AGE_HELP : '';
    return column(name, { type: types[type.charAt(0)] ?? 'string', format: named ? 'name' : '', help, priority: Number(priority) });
  });
}

function customColumns(columns: readonly JsonObject[]): readonly JsonObject[] {
  const name = column('Name', { type: 'string', format: 'name', help: NAME_HELP });
  if (columns.length === 0) return [name, column('Age', { type: 'date', help: AGE_HELP })];
  const own = columns.map((entry) => {
    const help = text(entry.description) || `Custom resource definition column (in JSONPath format): ${text(entry.jsonPath)}`;
    const priority = typeof entry.priority === 'number' ? entry.priority : 0;
    return column(text(entry.name), { type: text(entry.type), format: text(entry.format), help, priority });
  });
  return [name, ...own];
}

function customCell(object: KubeObject, entry: JsonObject, now: number): Json {
  const path = parseJsonPath(text(entry.jsonPath));
  const found = path === undefined ? [] : readJsonPath(object, path);
  const first = found[0];
  if (first === undefined) return null;
  switch (entry.type) {
    case 'integer':
      return typeof first === 'number' ? Math.trunc(first) : null;
    case 'number':
      return typeof first === 'number' ? first : null;
    case 'boolean':
      return typeof first === 'boolean' ? first : null;
    case 'date':
      return since(first, now);
    default:
      return plainText(first);
  }
}

const plainText = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

export interface TableOptions {
  readonly meta: JsonObject;
  /** Whether column definitions are part of it (only the first of a watch has them). */
  readonly columns: boolean;
  /** `None`, `Metadata` (default) or `Object`. */
  readonly include: string;
  readonly now: number;
  /** additionalPrinterColumns of a custom type. */
  readonly custom: readonly JsonObject[];
}

/** Scale answers of any resource have columns of their own. Kubernetes: pkg/printers/internalversion. */
const SCALE_COLUMNS = 'autoscaling/v1/scales';
const isScale = (object: KubeObject | undefined): boolean => object?.kind === 'Scale' && object.apiVersion === 'autoscaling/v1';

const replicasOf = (part: Json | undefined): Json => (isObject(part) ? (part.replicas ?? 0) : 0);

function cells(resource: Resource, object: KubeObject, options: TableOptions): readonly Json[] {
  if (isScale(object)) return [object.metadata.name ?? '', replicasOf(object.spec), replicasOf(object.status), age(object, options.now)];
  if (resource.custom) {
    const name = object.metadata.name ?? '';
    if (options.custom.length === 0) return [name, age(object, options.now)];
    return [name, ...options.custom.map((entry) => customCell(object, entry, options.now))];
  }
  const printer = printers[resource.table];
  return printer === undefined ? [object.metadata.name ?? '', object.metadata.creationTimestamp ?? ''] : printer(object, options.now);
}

const finished = (phase: string, ok: boolean): JsonObject => ({
  type: 'Completed',
  status: 'True',
  reason: phase,
  message: ok ? 'The pod has completed successfully.' : 'The pod failed.',
});

function row(resource: Resource, object: KubeObject, options: TableOptions): JsonObject {
  const shown = { cells: cells(resource, object, options) };
  const phase = resource.table === 'pods' ? text((object.status as JsonObject | undefined)?.phase) : '';
  const conditions = phase === 'Succeeded' || phase === 'Failed' ? { conditions: [finished(phase, phase === 'Succeeded')] } : {};
  if (options.include === 'None') return { ...shown, ...conditions, object: null };
  const metadata = { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: bareMetadata(resource, object) };
  return { ...shown, ...conditions, object: options.include === 'Object' ? object : metadata };
}

/** Kinds that no printer was written for: without objects their Table has no list of rows, not an empty one. */
const withoutPrinter: ReadonlySet<string> = new Set([
  'roles.rbac.authorization.k8s.io',
  'clusterroles.rbac.authorization.k8s.io',
  'limitranges',
]);

/** The Table of some objects. */
export function tableOf(resource: Resource, objects: readonly KubeObject[], options: TableOptions): JsonObject {
  const fallback = [
    column('Name', { type: 'string', format: 'name', help: NAME_HELP }),
    column('Created At', { type: 'date', help: AGE_HELP }),
  ];
  const key = isScale(objects[0]) ? SCALE_COLUMNS : `${resource.storedApiVersion}/${resource.resource}`;
  const definitions = resource.custom && key !== SCALE_COLUMNS ? customColumns(options.custom) : (builtinColumns(key) ?? fallback);
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: options.meta,
    columnDefinitions: options.columns ? definitions : null,
    rows: objects.length === 0 && withoutPrinter.has(resource.table) ? null : objects.map((object) => row(resource, object, options)),
  };
}
