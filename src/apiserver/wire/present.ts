/** Entries, lists and watch items as JSON values in the form the client asked for. */
import { type Json, type JsonObject, type KubeObject, withoutKey } from '../../core/object/index.ts';
import type { Resource } from '../../core/kube/resource/index.ts';
import { bareMetadata } from '../../core/kube/strategy/index.ts';
import type { ListMeta } from '../api/answer.ts';
import type { Entry } from '../store/index.ts';
import type { WatchItem } from '../watch/index.ts';
import type { Form } from './accept.ts';

export interface Tables {
  /** The Table of some objects; `columns` says whether the definitions are part of it. */
  table(
    resource: Resource,
    objects: readonly KubeObject[],
    options: { readonly meta: JsonObject; readonly columns: boolean; readonly include: string },
  ): JsonObject;
}

export interface Shape {
  readonly resource: Resource;
  readonly form: Form;
  /** `includeObject` of a Table request. */
  readonly include: string;
  readonly tables: Tables;
  /** A stored object in the version of the request. */
  readonly project: (resource: Resource, object: KubeObject) => KubeObject;
}

/** Tables are made from the stored version, whatever version was asked for. */
const inForm = (shape: Shape, object: KubeObject): KubeObject => (shape.form === 'table' ? object : shape.project(shape.resource, object));

const partial = (resource: Resource, object: KubeObject): JsonObject => ({
  kind: 'PartialObjectMetadata',
  apiVersion: 'meta.k8s.io/v1',
  metadata: bareMetadata(resource, object),
});

const revisionMeta = (object: JsonObject): JsonObject => {
  const metadata = object.metadata as JsonObject | undefined;
  return { resourceVersion: metadata?.resourceVersion ?? '' };
};

type Presentable =
  | { readonly kind: 'entry'; readonly entry: Entry }
  | { readonly kind: 'object'; readonly value: JsonObject }
  | { readonly kind: 'list'; readonly entries: readonly Entry[]; readonly meta: ListMeta };

/** An answer as one JSON value. */
export function shapedValue(answer: Presentable, shape: Shape): Json {
  const { form } = shape;
  if (answer.kind === 'list') return shapedList(answer.entries, answer.meta, shape);
  const object = answer.kind === 'entry' ? inForm(shape, answer.entry.graph) : (answer.value as KubeObject);
  return form === 'object' ? object : shapedObject(object, shape);
}

function shapedObject(object: KubeObject, shape: Shape): JsonObject {
  const { resource, form, tables, include } = shape;
  if (form === 'partial') return partial(resource, object);
  return form === 'table' ? tables.table(resource, [object], { meta: revisionMeta(object), columns: true, include }) : object;
}

function shapedList(entries: readonly Entry[], meta: ListMeta, shape: Shape): JsonObject {
  const { resource, form, tables, include } = shape;
  const objects = entries.map((entry) => inForm(shape, entry.graph));
  const metadata = { ...meta } as JsonObject;
  if (form === 'table') return tables.table(resource, objects, { meta: metadata, columns: true, include });
  if (form === 'partial')
    return {
      kind: 'PartialObjectMetadataList',
      apiVersion: 'meta.k8s.io/v1',
      metadata,
      items: objects.map((object) => partial(shape.resource, object)),
    };
  return { kind: resource.listKind, apiVersion: resource.apiVersion, metadata, items: objects };
}

/** One watch item as its object. `first` of a Table watch carries the column definitions. */
export function watchValue(item: WatchItem, shape: Shape, columns: 'columns' | 'bare' = 'columns'): JsonObject {
  const { resource, form, tables, include } = shape;
  switch (item.type) {
    case 'ERROR':
      return item.status as JsonObject;
    case 'BOOKMARK': {
      const annotations = item.initialEnd ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {};
      const metadata = { resourceVersion: String(item.revision), creationTimestamp: null, ...annotations };
      if (form === 'partial') return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata };
      if (form === 'table')
        return tables.table(resource, [], { meta: { resourceVersion: String(item.revision) }, columns: columns === 'columns', include });
      return { kind: resource.kind, apiVersion: resource.apiVersion, metadata };
    }
    default: {
      const object = inForm(shape, item.entry.graph);
      if (form === 'table')
        return tables.table(resource, [object], { meta: revisionMeta(object), columns: columns === 'columns', include });
      return form === 'partial' ? partial(shape.resource, object) : object;
    }
  }
}

/** A list item without kind and apiVersion, as typed lists have them. */
export const bareItem = (object: KubeObject): JsonObject => withoutKey(withoutKey(object as JsonObject, 'kind'), 'apiVersion');
