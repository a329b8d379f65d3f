/** The CustomResourceDefinitions of our kinds, made from the tables. */
import type { Json, JsonObject, KubeObject } from '../core/object/index.ts';
import { GROUP, VERSION, type Kind } from './kinds/kind.ts';
import { kinds } from './kinds/index.ts';
import { openapi } from './schema/openapi.ts';

/** One CRD per kind, in the order of `kinds`. */
export const crds = (): readonly KubeObject[] => kinds.map(crd);

function crd(kind: Kind): KubeObject {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${kind.plural}.${GROUP}`, labels: { 'app.kubernetes.io/part-of': 'lockstep' } },
    spec: {
      group: GROUP,
      scope: kind.scope,
      names: {
        kind: kind.kind,
        listKind: `${kind.kind}List`,
        plural: kind.plural,
        singular: kind.singular,
        shortNames: [kind.shortName],
        categories: ['lockstep'],
      },
      versions: [
        {
          name: VERSION,
          served: true,
          storage: true,
          schema: { openAPIV3Schema: schemaOf(kind) },
          ...(kind.status === undefined ? {} : { subresources: { status: {} } }),
          additionalPrinterColumns: kind.columns.map((column): Json => ({
            name: column.name,
            type: column.type,
            jsonPath: column.path,
            ...(column.wide === true ? { priority: 1 } : {}),
          })),
        },
      ],
    },
  };
}

function schemaOf(kind: Kind): JsonObject {
  return {
    description: kind.doc,
    type: 'object',
    required: ['spec'],
    ...(kind.rules === undefined ? {} : { 'x-kubernetes-validations': kind.rules.map(({ rule, message }) => ({ rule, message })) }),
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { type: 'object' },
      spec: openapi(kind.spec),
      ...(kind.status === undefined ? {} : { status: openapi(kind.status) }),
    },
  };
}
