/** The life of custom types: schemas, defaults, pruning, versions, rules, columns, selectable fields, names. */
import type { JsonObject } from '../../../src/core/object/index.ts';
import { type Ask, type Story, apply, del, get, group, jsonPatch, merge, post, put, strategic, TABLE } from './story.ts';

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const version = (name: string, schema: object, more: object = {}): JsonObject =>
  ({ name, served: true, storage: name === 'v1', schema: { openAPIV3Schema: schema }, ...more }) as JsonObject;
const definition = (plural: string, versions: readonly JsonObject[], more: object = {}): JsonObject =>
  ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.$ns.example.com` },
    spec: {
      group: '$ns.example.com',
      scope: 'Namespaced',
      names: { plural, singular: plural.slice(0, -1), kind: plural.charAt(0).toUpperCase() + plural.slice(1, -1) },
      versions,
      ...more,
    },
  }) as JsonObject;
const objectOf = (properties: object, more: object = {}): object => ({ type: 'object', properties, ...more });
const things = (rest = '', v = 'v1'): string => group(`$ns.example.com/${v}`, `things${rest}`);
const thing = (name: string, spec: object, v = 'v1'): JsonObject =>
  ({ apiVersion: `$ns.example.com/${v}`, kind: 'Thing', metadata: { name }, spec }) as JsonObject;
const served: Ask = { ...get(things()), until: 200, quiet: true, settle: 2500 };

const schema = objectOf({
  spec: objectOf(
    {
      size: { type: 'integer', minimum: 1, maximum: 10, default: 3 },
      mode: { type: 'string', enum: ['a', 'b'] },
      name: { type: 'string', pattern: '^[a-z]+$', maxLength: 8 },
      when: { type: 'string', format: 'date-time' },
      tags: { type: 'array', maxItems: 3, items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
      parts: {
        type: 'array',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['id'],
        items: objectOf(
          { id: { type: 'string' }, weight: { type: 'number', multipleOf: 0.5 }, on: { type: 'boolean', default: true } },
          { required: ['id'] },
        ),
      },
      labels: { type: 'object', additionalProperties: { type: 'string', minLength: 1 }, maxProperties: 2 },
      any: { 'x-kubernetes-preserve-unknown-fields': true },
      port: { 'x-kubernetes-int-or-string': true },
      embedded: { type: 'object', 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true },
      maybe: { type: 'string', nullable: true },
    },
    { required: ['mode'] },
  ),
  status: objectOf({ ready: { type: 'boolean' }, replicas: { type: 'integer' }, selector: { type: 'string' } }),
});

const bad = (spec: object): Ask => post(things(), thing('bad', spec));

const ruled = (rules: readonly object[], properties: object = {}): JsonObject =>
  definition('rules', [
    version(
      'v1',
      objectOf({
        spec: objectOf(
          {
            a: { type: 'integer' },
            b: { type: 'integer' },
            s: { type: 'string', maxLength: 20 },
            list: { type: 'array', maxItems: 5, items: { type: 'string', maxLength: 10 } },
            ...properties,
          },
          { 'x-kubernetes-validations': rules },
        ),
      }),
    ),
  ]);
const rule = (name: string, spec: object): JsonObject =>
  ({ apiVersion: '$ns.example.com/v1', kind: 'Rule', metadata: { name }, spec }) as JsonObject;
const rules = (rest = ''): string => group('$ns.example.com/v1', `rules${rest}`);

export const types: readonly Story[] = [
  {
    name: 'objects of a custom type',
    steps: [
      post(
        definitions,
        definition(
          'things',
          [
            version('v1', schema, {
              subresources: {
                status: {},
                scale: { specReplicasPath: '.spec.size', statusReplicasPath: '.status.replicas', labelSelectorPath: '.status.selector' },
              },
              additionalPrinterColumns: [
                { name: 'Mode', type: 'string', jsonPath: '.spec.mode' },
                { name: 'Size', type: 'integer', jsonPath: '.spec.size', priority: 1 },
                { name: 'Tags', type: 'string', jsonPath: '.spec.tags[*]' },
                { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
              ],
              selectableFields: [{ jsonPath: '.spec.mode' }],
            }),
          ],
          { names: { plural: 'things', singular: 'thing', kind: 'Thing', shortNames: ['th'], categories: ['all'] } },
        ),
      ),
      served,
      get(`${definitions}/things.$ns.example.com`),
      get('/apis/$ns.example.com'),
      post(
        things(),
        thing('a', {
          mode: 'a',
          unknown: 1,
          parts: [{ id: 'x', extra: true }],
          any: { k: [1, { b: null }] },
          embedded: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'e' }, data: { a: 'b' } },
          maybe: null,
        }),
      ),
      post(`${things()}?fieldValidation=Strict`, thing('strict', { mode: 'a', unknown: 1, parts: [{ id: 'x', extra: true }] })),
      post(
        `${things()}?fieldValidation=Strict`,
        '{"apiVersion":"$ns.example.com/v1","kind":"Thing","metadata":{"name":"dup","nope":1},"spec":{"mode":"a","mode":"b"}}',
      ),
      ...[
        {},
        { mode: 'c' },
        { mode: 'a', size: 0 },
        { mode: 'a', size: 11 },
        { mode: 'a', size: 1.5 },
        { mode: 'a', size: '3' },
        { mode: 'a', name: 'UPPER-too-long' },
        { mode: 'a', when: 'x' },
        { mode: 'a', tags: ['x', 'x'] },
        { mode: 'a', tags: ['1', '2', '3', '4'] },
        { mode: 'a', parts: [{ id: 'x' }, { id: 'x' }] },
        { mode: 'a', parts: [{ weight: 0.3 }] },
        { mode: 'a', labels: { a: '', b: 'x', c: 'y' } },
        { mode: 'a', port: true },
        { mode: 'a', embedded: { kind: 'X' } },
        { mode: null },
        { mode: 'a', maybe: 7 },
        null,
      ].map((spec) => bad(spec as object)),
      post(things(), { apiVersion: '$ns.example.com/v1', kind: 'Thing', metadata: { name: 'nospec' } }),
      post(things(), { ...thing('spread', { mode: 'a' }), extra: 1, status: { ready: true } }),
      merge(things('/a'), { spec: { size: 4, more: 1 }, status: { ready: true } }),
      merge(things('/a/status'), { spec: { size: 5 }, status: { ready: true, replicas: 2, selector: 'a=b', odd: 1 } }),
      merge(things('/a/status'), { status: { ready: 'x' } }),
      strategic(things('/a'), { spec: { size: 4 } }),
      jsonPatch(things('/a'), [
        { op: 'add', path: '/spec/tags', value: ['t'] },
        { op: 'remove', path: '/spec/any' },
      ]),
      apply(things('/a'), thing('a', { mode: 'b', parts: [{ id: 'x', weight: 1 }, { id: 'y' }], tags: ['u'] })),
      apply(things('/a?fieldManager=bob'), thing('a', { mode: 'a', tags: ['v'] })),
      apply(things('/a?fieldManager=bob&force=true'), thing('a', { mode: 'a', tags: ['v'] })),
      apply(things('/a'), thing('a', { parts: [{ id: 'y' }] })),
      get(things('/a/scale')),
      put(things('/a/scale'), { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'a' }, spec: { replicas: 7 } }),
      merge(things('/a/scale'), { spec: { replicas: 70 } }),
      get(things(), { accept: TABLE }),
      get(things('/a'), { accept: TABLE }),
      get(things('?fieldSelector=spec.mode%3Da')),
      get(things('?fieldSelector=spec.size%3D7')),
      { watch: things('?watch=true&fieldSelector=spec.mode%3Db'), as: 'b' },
      merge(things('/a'), { spec: { mode: 'b' } }),
      merge(things('/a'), { spec: { size: 8 } }),
      merge(things('/a'), { spec: { mode: 'a' } }),
      { events: 'b' },
      put(things('/a'), thing('a', { mode: 'a' })),
      post(things('/a/nothing'), {}),
      post(things(), { apiVersion: '$ns.example.com/v1', kind: 'Other', metadata: { name: 'x' }, spec: { mode: 'a' } }),
      del(things('/spread')),
      del(things()),
      del(`${definitions}/things.$ns.example.com`, undefined, { quiet: true }),
    ],
  },
  {
    name: 'a custom type changes under its objects',
    steps: [
      post(
        definitions,
        definition('things', [version('v1', objectOf({ spec: objectOf({ a: { type: 'string' }, n: { type: 'integer' } }) }))]),
      ),
      served,
      post(things(), thing('old', { a: 'long enough', n: 50 })),
      merge(
        `${definitions}/things.$ns.example.com`,
        {
          spec: {
            versions: [
              version(
                'v1',
                objectOf({
                  spec: objectOf(
                    { a: { type: 'string', maxLength: 3 }, n: { type: 'integer', maximum: 10 }, d: { type: 'string', default: 'given' } },
                    { required: ['d'] },
                  ),
                }),
              ),
            ],
          },
        },
        { settle: 2500 },
      ),
      get(things('/old')),
      merge(things('/old'), { metadata: { labels: { x: 'y' } } }),
      merge(things('/old'), { spec: { n: 60 } }),
      merge(things('/old'), { spec: { a: 'ab' } }),
      post(things(), thing('new', { a: 'abcd' })),
      merge(
        `${definitions}/things.$ns.example.com`,
        {
          spec: {
            versions: [
              version('v1', objectOf({ spec: objectOf({ n: { type: 'integer' } }) })),
              version('v2', objectOf({ spec: objectOf({ n: { type: 'integer' }, m: { type: 'string' } }) }), { deprecated: true }),
            ],
          },
        },
        { settle: 2500 },
      ),
      { ...get(things('', 'v2')), until: 200, quiet: true },
      get(things('/old')),
      get(things('/old', 'v2')),
      get('/apis/$ns.example.com'),
      merge(
        `${definitions}/things.$ns.example.com`,
        {
          spec: {
            versions: [
              version('v1', objectOf({ spec: objectOf({ n: { type: 'integer' } }) }), { storage: false }),
              version('v2', objectOf({ spec: objectOf({ n: { type: 'integer' }, m: { type: 'string' } }) }), { storage: true }),
            ],
          },
        },
        { settle: 2500 },
      ),
      get(`${definitions}/things.$ns.example.com`),
      merge(`${definitions}/things.$ns.example.com`, {
        spec: { versions: [version('v2', objectOf({ spec: objectOf({}) }), { storage: true })] },
      }),
      merge(`${definitions}/things.$ns.example.com/status`, { status: { storedVersions: ['v2'] } }),
      merge(
        `${definitions}/things.$ns.example.com`,
        {
          spec: {
            versions: [
              version('v2', objectOf({ spec: objectOf({ n: { type: 'integer' } }, { 'x-kubernetes-preserve-unknown-fields': true }) }), {
                storage: true,
              }),
            ],
          },
        },
        { settle: 2500 },
      ),
      get(things('/old')),
      merge(`${definitions}/things.$ns.example.com`, { spec: { scope: 'Cluster' } }),
      merge(`${definitions}/things.$ns.example.com`, { spec: { group: 'other.example.com' } }),
      merge(`${definitions}/things.$ns.example.com`, { spec: { names: { kind: 'Other' } } }),
      merge(`${definitions}/things.$ns.example.com`, { spec: { preserveUnknownFields: true } }),
      del(`${definitions}/things.$ns.example.com`, undefined, { quiet: true, settle: 1500 }),
    ],
  },
  {
    name: 'definitions that are wrong',
    steps: [
      ...[
        definition('things', [version('v1', { type: 'string' })]),
        definition('things', [version('v1', objectOf({ spec: {} }))]),
        definition('things', [version('v1', objectOf({ spec: { type: 'odd' } }))]),
        definition('things', [version('v1', objectOf({ spec: { type: 'array' } }))]),
        definition('things', [version('v1', objectOf({ spec: objectOf({ a: { type: 'integer', default: 'x' } }) }))]),
        definition('things', [version('v1', objectOf({ spec: objectOf({ a: { type: 'string', pattern: '(' } }) }))]),
        definition('things', [version('v1', objectOf({ metadata: objectOf({ labels: { type: 'object' } }) }))]),
        definition('things', [version('v1', objectOf({ l: { type: 'array', 'x-kubernetes-list-type': 'map', items: objectOf({}) } }))]),
        definition('things', [
          version(
            'v1',
            objectOf({
              l: {
                type: 'array',
                'x-kubernetes-list-type': 'map',
                'x-kubernetes-list-map-keys': ['k'],
                items: objectOf({ k: { type: 'string' } }),
              },
            }),
          ),
        ]),
        definition('things', [version('v1', objectOf({ l: { type: 'array', uniqueItems: true, items: { type: 'string' } } }))]),
        definition('things', [
          version('v1', objectOf({ l: { type: 'object', additionalProperties: true, properties: { a: { type: 'string' } } } })),
        ]),
        definition('things', [version('v1', objectOf({}), { additionalPrinterColumns: [{ name: '', type: 'odd', jsonPath: 'spec.x' }] })]),
        definition('things', [
          version('v1', objectOf({}), { subresources: { scale: { specReplicasPath: 'spec.replicas', statusReplicasPath: '.spec.x' } } }),
        ]),
        definition('things', [
          version('v1', objectOf({ spec: objectOf({ a: { type: 'object' } }) }), {
            selectableFields: [{ jsonPath: '.spec.a' }, { jsonPath: '.spec.b' }, { jsonPath: 'x' }],
          }),
        ]),
        definition('things', [version('v1', objectOf({}))], { names: { plural: 'Things', kind: 'thing', shortNames: ['T'] } }),
        definition('things', [version('v1', objectOf({}))], { scope: 'Odd' }),
        definition('things', [version('v1', objectOf({}))], { group: 'nodots' }),
        definition('things', [version('v1', objectOf({}))], { conversion: { strategy: 'Webhook' } }),
        definition('things', [{ name: 'v1', served: true, storage: true }]),
      ].map((body) => post(`${definitions}?dryRun=All`, body)),
      post(definitions, definition('things', [version('v1', objectOf({}), { deprecationWarning: 'x' })])),
      post(`${definitions}?dryRun=All`, {
        ...definition('others', [version('v1', objectOf({}))]),
        metadata: { name: 'wrong.$ns.example.com' },
      }),
    ],
  },
  {
    name: 'rules of custom types',
    steps: [
      ...[
        [{ rule: 'self.a <' }],
        [{ rule: '' }],
        [{ rule: 'self.a + 1' }],
        [{ rule: 'self.nothing == 1' }],
        [{ rule: 'self.a < self.b', message: 'two\nlines' }],
        [{ rule: 'self.a < self.b', messageExpression: 'self.a' }],
        [{ rule: 'self.a < self.b', reason: 'Odd' }],
        [{ rule: 'self.a < self.b', fieldPath: 'a' }],
        [{ rule: "self.s.matches('(')" }],
      ].map((list) => post(`${definitions}?dryRun=All`, ruled(list))),
      post(`${definitions}?dryRun=All`, ruled([{ rule: "self.free.contains('x')" }], { free: { type: 'string' } })),
      post(
        definitions,
        ruled(
          [
            { rule: 'self.a <= self.b', message: 'a is more than b' },
            {
              rule: "!has(self.s) || self.s.startsWith('x')",
              messageExpression: "'no x: ' + self.s",
              fieldPath: '.s',
              reason: 'FieldValueForbidden',
            },
            { rule: 'self.b >= oldSelf.b', message: 'b never shrinks' },
            { rule: "!has(self.list) || self.list.all(i, i != 'bad') && self.list.map(i, size(i)).sum() < 20" },
            { rule: "!has(self.s) || quantity('1Gi').isGreaterThan(quantity('1Mi'))" },
          ],
          {
            q: { type: 'string', maxLength: 10, 'x-kubernetes-validations': [{ rule: 'isQuantity(self)', message: 'no quantity' }] },
            u: {
              type: 'string',
              maxLength: 40,
              'x-kubernetes-validations': [{ rule: 'isURL(self)' }, { rule: "url(self).getScheme() == 'https'", message: 'https only' }],
            },
            ip: {
              type: 'string',
              maxLength: 40,
              'x-kubernetes-validations': [{ rule: "isIP(self) && cidr('10.0.0.0/8').containsIP(self)" }],
            },
            fixed: { type: 'string', maxLength: 10, 'x-kubernetes-validations': [{ rule: 'self == oldSelf', message: 'fixed' }] },
          },
        ),
      ),
      { ...get(rules()), until: 200, quiet: true, settle: 2500 },
      ...[
        { a: 1, b: 2 },
        { a: 3, b: 2 },
        { a: 1, b: 2, s: 'y' },
        { a: 3, b: 2, s: 'y', list: ['bad'] },
        { a: 1, b: 2, list: ['aaaaaaaaaa', 'bbbbbbbbbb'] },
        { a: 1, b: 2, q: 'x' },
        { a: 1, b: 2, q: '1Gi', u: 'http://x', ip: '11.0.0.1' },
        { a: 1, b: 2, u: 'x', ip: 'x' },
        { a: 1 },
        { a: 'x', b: 1 },
        {},
      ].map((spec, index) => post(rules(), rule(`r${index}`, spec))),
      post(rules(), rule('r', { a: 1, b: 2, fixed: 'x' })),
      merge(rules('/r'), { spec: { b: 1 } }),
      merge(rules('/r'), { spec: { fixed: 'y' } }),
      merge(rules('/r'), { spec: { fixed: null } }),
      merge(rules('/r'), { spec: { fixed: 'z', b: 3 } }),
      merge(rules('/r'), { metadata: { labels: { a: 'b' } } }),
      del(`${definitions}/rules.$ns.example.com`, undefined, { quiet: true }),
    ],
  },
];
