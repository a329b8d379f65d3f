/** Bodies and names that mean harm. */
import { type Story, apply, configMap, core, get, jsonPatch, merge, post, put, strategic } from './story.ts';

const cms = core('configmaps');
const nested = (depth: number, open = '{"a":', close = '}', inside = '1'): string => open.repeat(depth) + inside + close.repeat(depth);
const raw = (name: string, rest: string): string => `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"${name}"}${rest}}`;

export const hostile: readonly Story[] = [
  {
    name: 'bodies that mean harm',
    steps: [
      post(cms, configMap('a', { k: 'v' })),
      post(cms, raw('b', `,"data":${nested(200)}`)),
      post(cms, raw('b', `,"unknown":${nested(200)}`)),
      post(cms, raw('b', ',"__proto__":{"data":{"x":"y"}},"constructor":{"prototype":{}},"toString":1')),
      post(cms, raw('proto', ',"data":{"__proto__":"x","constructor":"y","toString":"z","hasOwnProperty":"w"}')),
      get(`${cms}/proto`),
      merge(`${cms}/proto`, '{"data":{"__proto__":null,"valueOf":"v"},"metadata":{"labels":{"__proto__":"x"}}}'),
      merge(`${cms}/proto`, '{"data":{"constructor":null},"metadata":{"annotations":{"constructor":"x"}}}'),
      strategic(`${cms}/proto`, '{"data":{"toString":null,"isPrototypeOf":"p"}}'),
      jsonPatch(`${cms}/proto`, [
        { op: 'add', path: '/data/propertyIsEnumerable', value: 'x' },
        { op: 'remove', path: '/data/hasOwnProperty' },
      ]),
      jsonPatch(`${cms}/proto`, [{ op: 'add', path: '/data/nothing/__proto__/x', value: 'x' }]),
      apply(`${cms}/proto?fieldManager=alice&force=true`, { ...configMap('proto', { constructor: 'mine' }) }),
      post(cms, raw('u', ',"data":{"lone":"\\ud800","zero":"\\u0000","pair":"\\ud83d\\ude00"}')),
      post(cms, raw('c', ',"data":{"k":"a\tb"}')),
      post(cms, raw('d', ',"data":{"k":1e999}')),
      post(cms, raw('e', ',"data":{"k":123456789012345678901234567890}')),
      post(core('services'), '{"metadata":{"name":"n"},"spec":{"ports":[{"port":99999999999}]}}'),
      post(cms, `${raw('f', '')}${raw('g', '')}`),
      post(cms, `${raw('f', '')} trailing`),
      post(cms, '\ufeff{}'),
      post(cms, 'a: &a [*a]', { contentType: 'application/yaml' }),
      post(
        cms,
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: yaml}\ndata: {a: !!binary aGk=, b: 0x10, c: 1e3, d: ~, e: "yes", f: yes}\n',
        { contentType: 'application/yaml' },
      ),
      post(cms, 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: y}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: z}\n', {
        contentType: 'application/yaml',
      }),
      post(cms, '{}', { contentType: 'application/json; charset=utf-16' }),
      post(cms, '{}', { contentType: 'application/xml' }),
      put(`${cms}/a`, raw('a', ',"data":null,"binaryData":{"x":"not base64!"}')),
      put(`${cms}/a`, raw('a', ',"binaryData":{"x":"aGk="},"data":{"x":"y"}')),
      post(cms, raw('big', `,"data":{"k":"${'x'.repeat(1_100_000)}"}`)),
      get(`${cms}/constructor`),
      get(`${cms}/__proto__`),
      get('/api/v1/namespaces/__proto__/configmaps/a'),
      get('/apis/__proto__/v1/constructor'),
      get(`${cms}?labelSelector=__proto__%3Dx`),
      get(`${cms}?fieldSelector=__proto__%3Dx`),
      get(`${cms}?__proto__=x&constructor=y`),
      get(`${cms}?labelSelector=${'a%2C'.repeat(300)}a`),
    ],
  },
];
