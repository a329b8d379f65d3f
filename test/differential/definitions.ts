/** The custom types of a run. */
import type { JsonObject } from '../../src/core/object/index.ts';

export const widgetDefinition: JsonObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.diff.example.com' },
  spec: {
    group: 'diff.example.com',
    scope: 'Namespaced',
    names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: {
                type: 'object',
                properties: {
                  replicas: { type: 'integer', default: 1, minimum: 0, maximum: 5 },
                  color: { type: 'string', enum: ['red', 'blue'] },
                  items: {
                    type: 'array',
                    'x-kubernetes-list-type': 'map',
                    'x-kubernetes-list-map-keys': ['name'],
                    items: {
                      type: 'object',
                      required: ['name'],
                      properties: { name: { type: 'string' }, v: { type: 'string', minLength: 1 } },
                    },
                  },
                  tags: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
                  free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
                },
              },
              status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
            },
          },
        },
      },
    ],
  },
};

export const gizmoDefinition: JsonObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'gizmos.diff.example.com' },
  spec: {
    group: 'diff.example.com',
    scope: 'Namespaced',
    names: { plural: 'gizmos', singular: 'gizmo', kind: 'Gizmo', listKind: 'GizmoList', shortNames: ['gz'] },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {}, scale: { specReplicasPath: '.spec.size', statusReplicasPath: '.status.size' } },
        additionalPrinterColumns: [
          { name: 'Size', type: 'integer', jsonPath: '.spec.size' },
          { name: 'Parts', type: 'string', jsonPath: '.spec.parts[*].name' },
          { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
        ],
        schema: {
          openAPIV3Schema: {
            type: 'object',
            required: ['spec'],
            properties: {
              spec: {
                type: 'object',
                required: ['size'],
                'x-kubernetes-validations': [
                  { rule: '!has(self.max) || self.size <= self.max', message: 'size must not be above max' },
                  {
                    rule: "self.mode != 'fast' || self.size < 10",
                    messageExpression: "self.size > 20 ? 'far too much for fast' : 'too much for fast'",
                    fieldPath: '.size',
                    reason: 'FieldValueForbidden',
                  },
                  { rule: '!has(oldSelf.fixed) || (has(self.fixed) && self.fixed == oldSelf.fixed)', message: 'fixed cannot change' },
                ],
                properties: {
                  size: { type: 'integer', format: 'int32', minimum: 0, maximum: 40 },
                  max: { type: 'integer' },
                  mode: { type: 'string', enum: ['fast', 'slow'], default: 'slow' },
                  port: { 'x-kubernetes-int-or-string': true },
                  host: { type: 'string', pattern: '^[a-z.]+$', maxLength: 20 },
                  when: { type: 'string', format: 'date-time' },
                  parts: {
                    type: 'array',
                    maxItems: 3,
                    'x-kubernetes-list-type': 'map',
                    'x-kubernetes-list-map-keys': ['name'],
                    items: {
                      type: 'object',
                      required: ['name'],
                      properties: { name: { type: 'string' }, weight: { type: 'integer', default: 1 } },
                      'x-kubernetes-validations': [{ rule: 'self.weight > 0' }],
                    },
                  },
                  limits: { type: 'object', maxProperties: 3, additionalProperties: { type: 'string', maxLength: 3 } },
                  note: { type: 'string', nullable: true },
                  fixed: { type: 'string' },
                  template: { type: 'object', 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true },
                },
              },
              status: { type: 'object', properties: { size: { type: 'integer' }, observedGeneration: { type: 'integer' } } },
            },
          },
        },
      },
    ],
  },
};
