/** Systems as lines: `web: after db; +shop 1.2.0; -payments >=2 <3; waits App/x/db` in namespace `x`. */
import { expect, test } from 'vitest';
import type { App } from '../types.ts';
import { appOrder, systemGraph, systemSvg, systemText } from './index.ts';

function app(line: string): App {
  const [name = '', rest = ''] = line.split(/:\s?(.*)/);
  const parts = rest.split(';').map((part) => part.trim());
  const named = (sign: string) =>
    parts
      .filter((part) => part.startsWith(sign))
      .map((part) => ({
        name: part.slice(sign.length).split(' ')[0]?.replace('?', '') ?? '',
        version: part.slice(sign.length).split(' ').slice(1).join(' '),
        ...(/^-\S+\?/.test(part) ? { optional: true } : {}),
      }));
  const waits = parts.find((part) => part.startsWith('waits '))?.slice(6);
  const ready = parts.includes('ready');
  const conditions = [
    {
      type: 'Ready',
      status: ready ? 'True' : 'False',
      reason: ready ? 'Succeeded' : 'DependencyNotReady',
      message: 'so it is',
      lastTransitionTime: '',
    },
  ];
  return {
    apiVersion: 'lockstep.dev/v1',
    kind: 'App',
    metadata: { name, namespace: 'x' },
    spec: {
      source: { name: 's', path: name },
      target: {},
      dependsOn: named('after ').map((one) => ({ apiVersion: 'lockstep.dev/v1', kind: 'App', name: one.name })),
      provides: named('+'),
      requires: named('-'),
    },
    ...(waits === undefined && !ready
      ? {}
      : {
          status: {
            conditions,
            ...(waits === undefined
              ? {}
              : {
                  waitingFor: {
                    message: 'm',
                    since: 's',
                    owner: 'cluster',
                    chain: [
                      { object: `App/x/${name}`, reason: 'r' },
                      { object: waits, reason: 'r' },
                    ],
                  },
                }),
          },
        }),
  } as unknown as App;
}

const system = (text: string) => text.split('\n').map((line) => app(line.trim()));

test('order, contracts and what waits, as text', () => {
  const graph = systemGraph(
    system(`db: +sql 16.0.0; ready
    pay: +pay 3.0.0; -sql ^16; waits App/x/db
    web: after pay; -pay >=2 <3; -cache? ^1
    lost: after nowhere`),
  );
  expect(systemText(graph)).toBe(`Step 1
  x/db       ready
  x/nowhere  it does not exist
Step 2
  x/lost     after x/nowhere
  x/pay      DependencyNotReady; requires sql ^16
Step 3
  x/web      after x/pay; requires pay >=2 <3, cache ^1 (optional)

Contracts
  cache ? nobody provides it
    x/web ^1 ⚠ not met
  pay 3.0.0 by x/pay
    x/web >=2 <3 ✗ NOT MET
  sql 16.0.0 by x/db
    x/pay ^16

Not ready
  x/pay waits for x/db: DependencyNotReady: so it is
`);
});

test('a circle is named, and what is on it is in no step', () => {
  const graph = systemGraph(system('a: +a 1.0.0; -b ^1\nb: +b 1.0.0; -a ^1\nc: '));
  expect(graph.cycle).toEqual(['App/x/a', 'Contract//b', 'App/x/b', 'Contract//a', 'App/x/a']);
  expect(graph.nodes.map(({ key, wave }) => `${key} ${wave}`)).toEqual([
    'App/x/a -1',
    'App/x/b -1',
    'App/x/c 0',
    'Contract//a -1',
    'Contract//b -1',
  ]);
  expect(systemText(graph)).toContain('A circle: x/a → Contract//b → x/b → Contract//a → x/a');
});

test('what Apps wait for when they come new', () => {
  expect([...appOrder(system('db: +sql 16.0.0\nweb: after a; -sql ^16; -b? ^1\na: \nb: +b 1.0.0'))]).toEqual([
    ['x/db', []],
    ['x/web', ['x/a', 'x/db']],
    ['x/a', []],
    ['x/b', []],
  ]);
});

test('the drawing stands alone, is well formed, and takes hostile names', () => {
  const svg = systemSvg(systemGraph(system('a: +<script>alert(1)</script> 1.0.0\nb: -<script>alert(1)</script> ^2; after "&x')));
  expect(svg).not.toMatch(/<script|href|javascript:|url\((?!#)/i);
  expect(svg).toContain('&lt;script&gt;alert(1)&lt;/script&gt; 1.0.0');
  const open = [...svg.matchAll(/<(?!\/|\?)([a-z]+)\b[^>]*?(\/?)>/g)].filter(([, , closed]) => closed !== '/').length;
  expect([...svg.matchAll(/<\/[a-z]+>/g)]).toHaveLength(open);
  expect(systemSvg(systemGraph([]))).toContain('0 Apps and 0 contracts');
});
