/** One served resource type as the API server needs it: discovery's facts and where it is stored, built in or from a CustomResourceDefinition. */
import type { Resource as Discovered, Schema, TypeNode } from '../../schema/index.ts';

export interface Resource extends Discovered {
  readonly listKind: string;
  /** `v1` or `apps/v1`. */
  readonly apiVersion: string;
  /** `deployments.apps`: how errors and CRDs name the type. Versions of one type share it. */
  readonly qualified: string;
  /** The key of the table that stores it. */
  readonly table: string;
  /** The apiVersion of the stored bytes. */
  readonly storedApiVersion: string;
  /** The type of its objects; undefined for kinds whose schema nobody knows. */
  readonly type: TypeNode | undefined;
  readonly custom: boolean;
}

export const apiVersionOf = (group: string, version: string): string => (group === '' ? version : `${group}/${version}`);

export const qualifiedName = (group: string, plural: string): string => (group === '' ? plural : `${plural}.${group}`);

/** Types that two group versions serve from one store, with the version that is stored (Kubernetes: pkg/kubeapiserver storage factory). */
const sharedTables: ReadonlyMap<string, readonly [table: string, storedApiVersion: string]> = new Map([
  ['events.events.k8s.io', ['events', 'v1']],
  ['horizontalpodautoscalers.autoscaling', ['horizontalpodautoscalers.autoscaling', 'autoscaling/v2']],
]);

/** A served type from what discovery says. `listKind` defaults to the kind with `List` appended. */
export function servedResource(
  found: Discovered,
  options: { readonly type: TypeNode | undefined; readonly listKind?: string; readonly custom: boolean },
): Resource {
  const apiVersion = apiVersionOf(found.group, found.version);
  const qualified = qualifiedName(found.group, found.resource);
  const [table, storedApiVersion] = (options.custom ? undefined : sharedTables.get(qualified)) ?? [qualified, apiVersion];
  return {
    ...found,
    apiVersion,
    qualified,
    table,
    storedApiVersion,
    listKind: options.listKind ?? `${found.kind}List`,
    type: options.type,
    custom: options.custom,
  };
}

/** All built-in types of a schema, in discovery order. */
export const builtinResources = (schema: Schema): readonly Resource[] =>
  schema.resources.all.map((found) => servedResource(found, { type: schema.typeOf(found), custom: false }));
