/** The CustomResourceDefinition of SealedSecret, open where the original is. Source: sealed-secrets helm/sealed-secrets/crds. */
import type { KubeObject } from '../../../object/index.ts';

const condition = {
  type: 'object',
  required: ['status', 'type'],
  properties: {
    type: { type: 'string' },
    status: { type: 'string' },
    reason: { type: 'string' },
    message: { type: 'string' },
    lastTransitionTime: { type: 'string', format: 'date-time' },
    lastUpdateTime: { type: 'string', format: 'date-time' },
  },
};

const free = { type: 'object', nullable: true, 'x-kubernetes-preserve-unknown-fields': true };

const spec = {
  type: 'object',
  properties: {
    data: { type: 'string', format: 'byte', description: 'Deprecated: the whole Secret in one value.' },
    encryptedData: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    template: {
      type: 'object',
      properties: {
        data: { type: 'object', additionalProperties: { type: 'string' }, nullable: true },
        immutable: { type: 'boolean' },
        metadata: free,
        type: { type: 'string' },
      },
    },
  },
};

const status = {
  type: 'object',
  properties: { observedGeneration: { type: 'integer', format: 'int64' }, conditions: { type: 'array', items: condition } },
};

export const sealedSecretDefinition: KubeObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'sealedsecrets.bitnami.com' },
  spec: {
    group: 'bitnami.com',
    names: { kind: 'SealedSecret', listKind: 'SealedSecretList', plural: 'sealedsecrets', singular: 'sealedsecret' },
    scope: 'Namespaced',
    versions: [
      {
        name: 'v1alpha1',
        served: true,
        storage: true,
        additionalPrinterColumns: [
          { jsonPath: '.status.conditions[0].message', name: 'Status', type: 'string' },
          { jsonPath: '.status.conditions[0].status', name: 'Synced', type: 'string' },
          { jsonPath: '.metadata.creationTimestamp', name: 'Age', type: 'date' },
        ],
        schema: {
          openAPIV3Schema: {
            type: 'object',
            required: ['spec'],
            properties: { apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: { type: 'object' }, spec, status },
          },
        },
        subresources: { status: {} },
      },
    ],
  },
};
