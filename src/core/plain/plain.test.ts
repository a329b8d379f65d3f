/** Plain rendering over small trees written in place. */
import { expect, test } from 'vitest';
import { requestKey, step, type AnswerOf, type FileAnswer, type Request, type TreeEntry } from '../ask/index.ts';
import { formatRef, refOf } from '../object/index.ts';
import { formatProblem } from '../problem/index.ts';
import { detectBuilder, renderPlain, type PlainInput } from './index.ts';

type Content = string | Uint8Array | { readonly answer: FileAnswer; readonly type: TreeEntry['type'] };
type Files = Readonly<Record<string, Content>>;

const encoder = new TextEncoder();

function answer(files: Files, request: Request): AnswerOf<Request> {
  if (request.kind === 'list') return list(files, request.path, request.recursive);
  if (request.kind !== 'file') throw new Error(`unexpected ${request.kind}`);
  const content = Object.hasOwn(files, request.path) ? files[request.path] : undefined;
  if (content === undefined) return { found: 'nothing' };
  if (typeof content === 'object' && 'answer' in content) return content.answer;
  const bytes = typeof content === 'string' ? encoder.encode(content) : content;
  return { found: 'file', id: 'x', bytes, text: new TextDecoder().decode(bytes) };
}

function list(files: Files, path: string, recursive: boolean): AnswerOf<Request> {
  const prefix = path === '' ? '' : `${path}/`;
  const below = Object.entries(files).filter(([file]) => file.startsWith(prefix));
  if (below.length === 0) return null;
  const entries = below
    .map(
      ([file, content]) =>
        ({
          path: file.slice(prefix.length),
          type: typeof content === 'object' && 'type' in content ? content.type : 'file',
          id: 'x',
        }) as const,
    )
    .filter((entry) => recursive || !entry.path.includes('/'));
  return { id: 'x', entries: entries.toSorted((a, b) => (a.path < b.path ? -1 : 1)) };
}

/** Runs an engine to its end; returns what it used. */
function run<T>(files: Files, engine: Parameters<typeof step<T>>[0]): { value: T; used: readonly Request[]; rounds: number } {
  const facts = new Map<string, AnswerOf<Request>>();
  for (let rounds = 1; ; rounds++) {
    const result = step(engine, facts);
    if (result.done) return { value: result.value, used: result.used, rounds };
    for (const request of result.need) facts.set(requestKey(request), answer(files, request));
  }
}

const render = (files: Files, input: Partial<PlainInput> = {}) =>
  run(files, (ask) => renderPlain(ask, { source: '', path: '', recurse: true, limits: { files: 100, objects: 100 }, ...input }));

const map = (name: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n`;

/** [title, files, input, objects as `file:line ref`, problems] */
test.each<[string, Files, Partial<PlainInput>, string[], string[]]>([
  ['documents of a file', { 'a.yaml': `${map('a')}---\n${map('b')}` }, {}, ['a.yaml:1 ConfigMap/a', 'a.yaml:6 ConfigMap/b'], []],
  [
    'nested folders, in order',
    { 'b/x.yml': map('b'), 'a.yaml': map('a'), 'README.md': '#' },
    {},
    ['a.yaml:1 ConfigMap/a', 'b/x.yml:1 ConfigMap/b'],
    [],
  ],
  ['only the folder itself', { 'b/x.yml': map('b'), 'a.yaml': map('a') }, { recurse: false }, ['a.yaml:1 ConfigMap/a'], []],
  ['one file', { 'b/x.yml': map('b') }, { path: 'b/x.yml' }, ['b/x.yml:1 ConfigMap/b'], []],
  ['JSON', { 'a.json': '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"}}' }, {}, ['a.json:1 Secret/s'], []],
  [
    'a List',
    { 'l.yaml': `apiVersion: v1\nkind: List\nitems:\n- ${map('a').replaceAll('\n', '\n  ')}\n- ${map('b').replaceAll('\n', '\n  ')}` },
    {},
    ['l.yaml:4 ConfigMap/a', 'l.yaml:9 ConfigMap/b'],
    [],
  ],
  [
    'a typed list implies kind and version',
    { 'l.yaml': 'apiVersion: v1\nkind: ConfigMapList\nitems:\n- metadata: {name: a}\n' },
    {},
    ['l.yaml:4 ConfigMap/a'],
    [],
  ],
  ['hidden files', { '.github/w.yaml': 'x: 1', '.a.yaml': 'x: 1', 'a.yaml': map('a') }, {}, ['a.yaml:1 ConfigMap/a'], []],
  [
    'ignore, include, exclude',
    { 'p/a.yaml': map('a'), 'p/b.yaml': map('b'), 'p/c/d.yaml': map('d'), 'p/e.yaml': map('e') },
    { path: 'p', ignore: '/p/b.yaml', exclude: ['c/'], include: ['*.yaml', '!e.yaml'] },
    ['p/a.yaml:1 ConfigMap/a'],
    [],
  ],
  ['comments only', { 'a.yaml': '# nothing\n---\n' }, {}, [], []],
  ['no such path', {}, { path: 'x' }, [], ['x: there is no such file or folder at this revision (check source.path)']],
  [
    'all problems at once',
    {
      'a.yaml': 'a: [1\n',
      'b.yaml': 'kind: X\nmetadata: {}\n',
      'c.yaml': `${map('c')}---\n- 1\n`,
      'd.yaml': new Uint8Array([0xff, 0xfe, 0]),
    },
    {},
    ['c.yaml:1 ConfigMap/c'],
    [
      "a.yaml:2:1: did not find expected ',' or ']'",
      'b.yaml:1:1: apiVersion is missing (complete it, or leave the file out with source.exclude)',
      'b.yaml:2:1: metadata.name is missing (complete it, or leave the file out with source.exclude)',
      'c.yaml:6:1: a Kubernetes object was expected here, not a list (complete it, or leave the file out with source.exclude)',
      'd.yaml: is not a text file (remove it, or leave it out with source.exclude)',
    ],
  ],
  [
    'labels and annotations are text',
    { 'a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  labels:\n    tier: true\n  annotations:\n    port: 1\n' },
    {},
    [],
    [
      'a.yaml:6:5: metadata.labels["tier"] must be text, not true (put it in quotes)',
      'a.yaml:8:5: metadata.annotations["port"] must be text, not 1 (put it in quotes)',
    ],
  ],
  [
    'generateName makes a new object each time',
    { 'a.yaml': 'apiVersion: batch/v1\nkind: Job\nmetadata:\n  generateName: x-\n' },
    {},
    [],
    ['a.yaml:4:3: metadata.name is missing (generateName makes a new object each time; give it a name (hooks and tests need none))'],
  ],
  [
    'the same object twice, which placing tells, when its namespace is known',
    { 'a.yaml': map('a'), 'b.yaml': `${map('b')}---\n${map('a')}` },
    {},
    ['a.yaml:1 ConfigMap/a', 'b.yaml:1 ConfigMap/b', 'b.yaml:6 ConfigMap/a'],
    [],
  ],
  [
    'links and large files',
    {
      'a.yaml': { type: 'symlink', answer: { found: 'outside', target: '/etc/passwd' } },
      'b.yaml': { type: 'file', answer: { found: 'tooLarge', size: 11, limit: 10 } },
      'c.yaml': { type: 'symlink', answer: { found: 'nothing' } },
      d: { type: 'symlink', answer: { found: 'directory', id: 'x' } },
      e: { type: 'submodule', answer: { found: 'nothing' } },
    },
    {},
    [],
    [
      'd: is a link to a folder and is not followed (list the folder in source.path)',
      'e: is a submodule and is not read (make it a Source of its own)',
      'a.yaml: is a link that leads out of the source, to /etc/passwd (keep everything an App reads inside its repository)',
      'b.yaml: has 11 bytes, at most 10 are read (split it, or leave it out with source.exclude)',
      'c.yaml: is a link that leads nowhere (remove it)',
    ],
  ],
  [
    'folders of other builders are named once',
    { 'a.yaml': map('a'), 'chart/Chart.yaml': 'name: x', 'chart/templates/x.yaml': '{{ .x }}', 'chart/charts/y/Chart.yaml': 'name: y' },
    {},
    ['a.yaml:1 ConfigMap/a'],
    ['chart/Chart.yaml: chart is for helm, not plain manifests (give it an App of its own, or leave it out with source.exclude)'],
  ],
  [
    'too many files',
    { 'a.yaml': map('a'), 'b.yaml': map('b') },
    { limits: { files: 1, objects: 9 } },
    [],
    ['2 manifest files, at most 1 are read (narrow source.path, or use include and exclude)'],
  ],
  [
    'too many objects',
    { 'a.yaml': `${map('a')}---\n${map('b')}` },
    { limits: { files: 9, objects: 1 } },
    ['a.yaml:1 ConfigMap/a', 'a.yaml:6 ConfigMap/b'],
    ['2 objects, at most 1 are allowed (split the App)'],
  ],
  ['hostile keys', { 'a.yaml': `${map('a')}__proto__: {polluted: true}\n` }, {}, ['a.yaml:1 ConfigMap/a'], []],
])('%s', (...row) => {
  const [, files, input, objects, problems] = row;
  const { value } = render(files, input);
  expect(value.value.map(({ object, file, line }) => `${file}:${line} ${formatRef(refOf(object))}`)).toEqual(objects);
  expect(value.problems.map(formatProblem)).toEqual(problems);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

test('nulls in metadata mean nothing', () => {
  const { value } = render({ 'a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  labels:\n  namespace: ~\n' });
  expect(value.value[0]?.object.metadata).toEqual({ name: 'a' });
});

test('the trace is what was read, in two rounds of questions', () => {
  const { used, rounds } = render({ 'a.yaml': map('a'), 'b.yaml': map('b'), 'c.txt': '' });
  expect(rounds).toBe(3);
  expect(used.map((request) => (request.kind === 'file' || request.kind === 'list' ? `${request.kind} ${request.path}` : ''))).toEqual([
    'list ',
    'file a.yaml',
    'file b.yaml',
  ]);
});

test.each<[Files, string, string]>([
  [{ 'c/Chart.yaml': '', 'c/kustomization.yaml': '' }, 'c', 'helm'],
  [{ 'c/kustomization.yml': '' }, 'c', 'kustomize'],
  [{ Kustomization: '' }, '', 'kustomize'],
  [{ 'helmfile.yaml': '' }, '', 'helmfile'],
  [{ 'x/helmfile.yaml': '' }, 'x/helmfile.yaml', 'helmfile'],
  [{ 'a.yaml': '' }, '', 'plain'],
])('%j at %j is built by %s', (files, path, builder) => {
  expect(run(files, (ask) => detectBuilder(ask, '', path)).value).toBe(builder);
});
