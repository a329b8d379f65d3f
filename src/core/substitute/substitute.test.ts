/** Substitution in text and in objects. Expected results are those of fluxcd/pkg/envsubst. */
import { expect, test } from 'vitest';
import type { KubeObject } from '../object/index.ts';
import { mergeVariables, substitute, substituteObject } from './index.ts';

const vars = new Map([
  ['v', 'Hello/World.abc'],
  ['w', 'abcabc'],
  ['e', ''],
  ['n', '-3'],
]);

/** [input, output, message of the problem] */
test.each<[string, string, string?]>([
  ['a${v}b', 'aHello/World.abcb'],
  ['no variable, $v and $', 'no variable, $v and $'],
  ['$${v}', '${v}'],
  ['${e:-x}${e:=y}${e:+z}${e:?q}${e=r}', 'xyzqr'],
  ['${u:-${w^}}', 'Abcabc'],
  ['${v:${n}}', 'abc'],
  ['${v:x}', 'Hello/World.abc'],
  ['${w//b/}', 'acac'],
  ['${w/#abc/x}', 'xabc'],
  ['${w/%abc/x}', 'abcx'],
  ['${v##*/}', 'World.abc'],
  ['${v%.*}', 'Hello/World'],
  ['${v%%/*}', 'Hello'],
  ['${w#[a-c]}', 'bcabc'],
  ['${w#[}', 'abcabc'],
  ['${#v}', '15'],
  ['${v/\\//-}', 'Hello-World.abc'],
  ['${', '', 'unable to parse variable name'],
  ['${v', '', 'missing closing brace'],
  ['${v:', '', 'bad substitution'],
  ['${v:é}', '', 'bad substitution'],
  ['${w:4:-2}', '', 'bad substitution: negative length -2'],
  ['${a-b}', '', 'missing closing brace'],
  ['${u}', '', 'variable not set (strict mode): "u"'],
  [`${'${u:='.repeat(100)}x${'}'.repeat(100)}`, '', 'bad substitution: nested deeper than 64'],
])('%s', (input, output, message) => {
  const { value, problems } = substitute(input, vars, { strict: true });
  expect(problems.map((problem) => problem.message)).toEqual(message === undefined ? [] : [message]);
  expect(value).toBe(message === undefined ? output : input);
});

test('all variables that are not set are named at once, each once', () => {
  const { problems } = substitute('${a} ${b} ${a} ${c:=d}', new Map(), { strict: true });
  expect(problems.map(({ code, message }) => `${code} ${message}`)).toEqual([
    'VariableNotSet variable not set (strict mode): "a"',
    'VariableNotSet variable not set (strict mode): "b"',
  ]);
});

test('hostile input ends soon', () => {
  const long = new Map([['v', 'a'.repeat(60_000)]]);
  expect(substitute(`\${v#${'*a'.repeat(5_000)}b}`, long, { strict: true }).problems[0]?.message).toBe('pattern and value are too long');
  expect(substitute('${v}'.repeat(100), long, { strict: true, maxLength: 1_000_000 }).problems[0]?.message).toBe('the result is too long');
  expect(substitute('$$'.repeat(200_000), new Map(), { strict: true }).value).toHaveLength(200_000);
});

const object = (data: Readonly<Record<string, string>>, metadata: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'a', ...metadata },
  data,
});

test('an object is substituted as text: a value can become a number', () => {
  const service: KubeObject = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 's' },
    spec: { port: '${port}', quoted: '"${port}"' },
  };
  const { value } = substituteObject(service, new Map([['port', '80']]), { strict: true });
  expect(value['spec']).toEqual({ port: 80, quoted: '"80"' });
});

test('left alone: by mark, without variables, without a dollar', () => {
  const options = { strict: true } as const;
  const some = new Map([['x', '1']]);
  const marked = [
    object({ k: '${x}' }, { annotations: { 'lockstep.dev/substitute': 'disabled' } }),
    object({ k: '${x}' }, { labels: { 'kustomize.toolkit.fluxcd.io/substitute': 'disabled' } }),
  ];
  for (const one of marked) expect(substituteObject(one, some, options).value).toBe(one);
  const plain = object({ k: 'v' });
  expect(substituteObject(plain, some, options).value).toBe(plain);
  const defaulted = object({ k: '${x:=d}' });
  expect(substituteObject(defaulted, new Map(), options).value).toBe(defaulted);
  expect(substituteObject(defaulted, new Map(), { ...options, always: true }).value['data']).toEqual({ k: 'd' });
});

test.each<[string, ReadonlyMap<string, string>, string]>([
  ['a name that cannot be written', new Map([['a-b', '1']]), 'InvalidSubstitution'],
  ['a value that breaks the YAML', new Map([['x', ': [']]), 'InvalidSubstitution'],
  ['a variable that is not set', new Map([['y', '1']]), 'VariableNotSet'],
])('%s names the object', (_title, variables, code) => {
  const one: KubeObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { k: 'p${x}' } };
  const { value, problems } = substituteObject(one, variables, { strict: true });
  expect(value).toBe(one);
  expect(problems).toMatchObject([{ code, object: 'ConfigMap/a' }]);
});

test('later origins win, and values lose their line feeds', () => {
  expect([
    ...mergeVariables([
      [
        ['a', '1'],
        ['b', 'x\ny'],
      ],
      [['a', '2']],
    ]),
  ]).toEqual([
    ['a', '2'],
    ['b', 'xy'],
  ]);
});
