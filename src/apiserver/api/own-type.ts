/** Types that are sent to a subresource of another one: Scale, Eviction, Binding, TokenRequest. They are read and owned as any object is. */
import type { JsonObject, KubeObject } from '../../core/object/index.ts';
import type { Resource } from '../../core/kube/resource/index.ts';
import type { Schema } from '../../core/schema/index.ts';
import { asKind, placed, readObject } from './body.ts';
import type { KindLogic } from './kind-logic.ts';
import { writeOptions, type WriteOptions } from './options.ts';
import type { Ownership } from './ownership.ts';
import type { ResourceRequest } from './request.ts';

export interface OwnType {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Of its schema. */
  readonly definition: string;
}

/** A subresource's type in place of the resource's own. */
export function ownResource(resource: Resource, { group, version, kind, definition }: OwnType, schema: Schema): Resource {
  const apiVersion = group === '' ? version : `${group}/${version}`;
  const type = schema.named(definition);
  return {
    ...resource,
    group,
    version,
    kind,
    apiVersion,
    storedApiVersion: apiVersion,
    table: kind,
    type,
    custom: false,
    subresources: [],
  };
}

export interface OwnTypeParts {
  readonly logic: KindLogic;
  readonly ownership: Ownership;
  readonly schema: Schema;
  /** RFC 3339, whole seconds. */
  readonly now: () => string;
}

export interface Posted {
  readonly object: KubeObject;
  readonly options: WriteOptions;
  readonly resource: Resource;
}

/** What was posted to a subresource, in its shape, with its owner. */
export function readPosted(request: ResourceRequest, type: OwnType, { logic, ownership, schema, now }: OwnTypeParts): Posted {
  const resource = ownResource(request.resource, type, schema);
  const options = writeOptions(request, 'CreateOptions', 'other');
  const body = readObject(request, type.kind);
  const how = { body, validation: options.fieldValidation, warnings: request.warnings };
  const shaped = logic.shape(resource, asKind(body.value, resource), how);
  const meta: JsonObject = shaped.metadata ?? {};
  const named = { ...shaped, kind: type.kind, apiVersion: resource.apiVersion, metadata: meta } as KubeObject;
  const spaced = placed(named, { ...request, resource, name: '' });
  const target = { resource, subresource: request.subresource, namespace: request.namespace, name: request.name };
  return { object: ownership.update(target, undefined, spaced, { manager: options.manager, now: now() }), options, resource };
}
