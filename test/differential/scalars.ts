/** Values for single fields, by their type and by what fields of that name usually hold: mostly right, sometimes wrong. */
import type { Json } from '../../src/core/object/index.ts';
import type { TypeNode } from '../../src/core/schema/index.ts';
import { chance, type Draw, pick } from './draw.ts';

const words: readonly (readonly [name: RegExp, values: readonly string[]])[] = [
  [/^namespace$/, ['default', 'kube-system', 'x', 'Bad_', '']],
  [/apiVersion$/i, ['v1', 'apps/v1', 'a/b/c', '']],
  [/apiGroups?$/i, ['', 'apps', 'rbac.authorization.k8s.io', '*', 'Bad_']],
  [/^kind$/i, ['Pod', 'ConfigMap', 'Deployment', 'User', 'bad/kind', '']],
  [/^image$|Image$/, ['nginx', 'nginx:1', ' nginx', '']],
  [/path|dir$/i, ['/', '/a/b', 'a', '../x', '/a/../b', 'a:b', '']],
  [/cidrs?$|ranges?$/i, ['10.0.0.0/8', '10.1.2.3/8', '::/0', '010.0.0.0/8', 'x', '10.0.0.0/40', '']],
  [/ips?$|addresse?s?$/i, ['10.0.0.5', '127.0.0.1', '::1', '010.0.0.1', 'x', '300.1.1.1', '']],
  [/host(name|s)?$|domain|externalname|searche?s?|nameserver/i, ['a', 'a.example', '*.a.example', 'A_b', '10.0.0.1', '-a', '']],
  [/^operator$/, ['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Equal', 'x', '']],
  [/^effect$/, ['NoSchedule', 'NoExecute', 'PreferNoSchedule', 'x', '']],
  [/schedule/i, ['* * * * *', '@daily', '60 * * * *', '*/5 * * *', 'TZ=UTC * * * * *', '']],
  [/timezone/i, ['Etc/UTC', 'Europe/Berlin', 'Local', 'nowhere', '']],
  [/protocol/i, ['TCP', 'UDP', 'SCTP', 'HTTP', '']],
  [/expression|rule$/i, ['true', 'object.x ==', '1', 'has(object.spec)', "object.metadata.name == 'a'", '']],
  [/^verbs?$/, ['get', 'list', '*', '']],
  [/resources?$/i, ['pods', 'pods/status', '*', '*/*', 'pods/*', 'cpu', 'limits.cpu', 'requests.memory', '']],
  [/^operations?$/, ['CREATE', '*', 'UPDATE', 'EAT', '']],
  [/port$/i, ['http', 'a-very-long-port-name', '80', '']],
  [/labels?|keys?$|annotation|finalizer/i, ['k1', 'a.example/b', 'bad key', 'kubernetes.io/hostname', '', 'topology.kubernetes.io/zone']],
  [/cabundle|^data$|request$|certificate/i, ['YQ==', 'not base64', '']],
  [/driver|provisioner|controller|attacher|signer/i, ['a.example', 'a.example/b', 'Bad_', '', 'x'.repeat(70)]],
  [/url|server|endpoint/i, ['https://a.example/x', 'http://a.example', 'a.example', '']],
  [
    /policy|type|mode|scope|level|phase|status$|condition/i,
    ['Always', 'Never', 'Retain', 'Delete', 'None', 'Local', 'Cluster', 'Pod', 'All', 'True', 'x', ''],
  ],
  [
    /name|class|ref$|node|user|group|account|secret|claim/i,
    ['a', 'b', 'c', 'x', 'Bad_', 'a.b', '-a', '', 'system:x', 'n'.repeat(64), 'n'.repeat(254)],
  ],
];

const anything = ['x', 'y', '', 'A B', 'a/b', 'a.example/b', 'UPPER', '-', 'l'.repeat(300), '1', 'true', 'ü'];
const numbers = [0, 1, 2, 3, 5, -1, 80, 443, 65535, 65536, 100, 101, 3600, 2147483647, 2147483648, -2147483649, 1000000000];
const amounts = ['1', '500m', '0', '-1', '1Gi', '100Mi', '0.5', '1e3', 'x', '', '1.5Gi', '1u'];

const text = (draw: Draw, name: string): string => {
  const found = words.find(([pattern]) => pattern.test(name));
  return pick(draw, found === undefined || chance(draw, 0.1) ? anything : found[1]);
};

/** A value for a field of this type. */
export function scalarOf(draw: Draw, type: TypeNode, name: string): Json {
  if (chance(draw, 0.03)) return pick<Json>(draw, [null, 1, 'x', true, {}, []]);
  if (type.enum !== undefined && chance(draw, 0.85)) return pick(draw, type.enum);
  switch (type.format) {
    case 'quantity':
      return chance(draw, 0.1) ? pick<Json>(draw, [1, 0, -1, 1.5]) : pick(draw, amounts);
    case 'int-or-string':
      return pick<Json>(draw, [80, 'http', '25%', 0, -1, 65536, '150%', '', 'Bad_', '80', 1]);
    case 'date-time':
      return pick(draw, ['2024-01-02T03:04:05Z', '2024-01-02T03:04:05.123456Z', 'yesterday', '', '2024-01-02T03:04:05+02:00']);
    case 'duration':
      return pick(draw, ['5s', '1h', '', 'x', '-1s']);
    case 'byte':
      return pick(draw, ['YQ==', '', 'not base64', 'YQ']);
    default:
  }
  switch (type.jsonType) {
    case 'integer':
      return pick(draw, numbers);
    case 'number':
      return pick(draw, [0, 1.5, -1]);
    case 'boolean':
      return chance(draw, 0.5);
    case 'string':
      return text(draw, name);
    default:
      return pick<Json>(draw, [{}, { a: 1 }, 'x', 1]);
  }
}
