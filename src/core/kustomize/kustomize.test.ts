/** Builds of small trees: what is refused and how it is worded, what an App adds, patches for objects of other engines. */
import { describe, expect, test } from 'vitest';
import { type Ask, type FileAnswer, step } from '../ask/index.ts';
import type { KubeObject } from '../object/index.ts';
import { type BuildOptions, buildKustomization, formatOutput, patchObjects } from './index.ts';

type Files = Readonly<Record<string, string>>;

function memory(files: Files): Ask {
  const found = new Map<string, FileAnswer>();
  for (const [path, text] of Object.entries(files)) {
    found.set(path, { found: 'file', id: path, bytes: Buffer.from(text), text });
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1))
      found.set(path.slice(0, at), { found: 'directory', id: path });
  }
  return ((request: { readonly kind: string; readonly path: string }) =>
    request.kind === 'file' ? (found.get(request.path) ?? { found: 'nothing' }) : { refused: 'not allowed here' }) as Ask;
}

const build = (files: Files, path = '', options: BuildOptions = {}): ReturnType<typeof buildKustomization> =>
  buildKustomization(memory(files), { source: '', path }, options);

const configMap = (name: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`;
const bomb = ['a: &a0 [x,x,x,x,x,x,x,x,x,x]', ...Array.from({ length: 12 }, (_, i) => `b${i}: &a${i + 1} [${`*a${i},`.repeat(10)}]`)].join(
  '\n',
);

describe('what is refused', () => {
  test.each<[string, Files, string, { readonly message: string; readonly file?: string; readonly field?: string }]>([
    [
      'unknown fields',
      { 'kustomization.yaml': 'resourcez: []' },
      '',
      { message: 'unknown field "resourcez"', file: 'kustomization.yaml', field: 'resourcez' },
    ],
    ['no kustomization', { 'a/x.yaml': '' }, 'a', { message: "unable to find one of 'kustomization.yaml'" }],
    [
      'two kustomizations',
      { 'kustomization.yaml': 'namePrefix: a', Kustomization: 'namePrefix: b' },
      '',
      { message: 'Found multiple kustomization files' },
    ],
    [
      'cycles',
      { 'a/kustomization.yaml': 'resources: [../b]', 'b/kustomization.yaml': 'resources: [../a]' },
      'a',
      { message: 'cycle detected' },
    ],
    [
      'files outside',
      { 'a/kustomization.yaml': 'resources: [../x.yaml]', 'x.yaml': configMap('x') },
      'a',
      { message: "security; file '/x.yaml' is not in or below '/a'" },
    ],
    [
      'alias bombs',
      { 'kustomization.yaml': 'resources: [x.yaml]', 'x.yaml': `${configMap('x')}${bomb}` },
      '',
      { message: 'excessive aliasing', file: 'x.yaml' },
    ],
    [
      'programs',
      { 'kustomization.yaml': 'transformers: [t.yaml]', 't.yaml': 'apiVersion: my/v1\nkind: Tool\nmetadata: {name: t}' },
      '',
      { message: "unable to load external plugin 'Tool'", file: 't.yaml' },
    ],
    ['bases by URL', { 'kustomization.yaml': 'resources: ["https://github.com/a/b?ref=v1"]' }, '', { message: 'not allowed here' }],
    [
      'charts, unless allowed',
      { 'kustomization.yaml': 'helmCharts: [{name: c}]' },
      '',
      { message: 'must specify --enable-helm', field: 'helmCharts' },
    ],
    [
      'the same object twice',
      { 'kustomization.yaml': 'resources: [x.yaml, y.yaml]', 'x.yaml': configMap('x'), 'y.yaml': configMap('x') },
      '',
      { message: 'may not add resource with an already registered id: ConfigMap.v1.[noGrp]/x.[noNs]', file: 'y.yaml' },
    ],
    [
      'patches for nothing',
      { 'kustomization.yaml': 'resources: [x.yaml]\npatches: [{path: p.yaml}]', 'x.yaml': configMap('x'), 'p.yaml': configMap('y') },
      '',
      { message: 'no matches for Id ConfigMap.v1.[noGrp]/y.[noNs]', file: 'p.yaml' },
    ],
    [
      'a component that gives two objects one name',
      {
        'a/kustomization.yaml': 'resources: [x.yaml, y.yaml]\ncomponents: [../c]',
        'a/x.yaml': configMap('x'),
        'a/y.yaml': configMap('y'),
        'c/kustomization.yaml': `kind: Component\npatches: [{patch: '[{"op": "replace", "path": "/metadata/name", "value": "z"}]', target: {kind: ConfigMap}}]`,
      },
      'a',
      { message: "recursed merging from path '/c': may not add resource with an already registered id: ConfigMap.v1.[noGrp]/z.[noNs]" },
    ],
  ])('%s', (_, files, path, { message, ...place }) => {
    const { value, problems } = build(files, path);
    expect(value.resources).toEqual([]);
    expect(problems.at(-1)).toMatchObject({ code: 'KustomizeFailed', ...place });
    expect(problems.at(-1)?.message).toContain(message);
  });
});

test('messages that show whole objects leave out what Secrets hold', () => {
  const secret = (namespace: string): string =>
    `apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: ${namespace}}\nstringData: {k: hidden}\n`;
  const { problems } = build({ 'kustomization.yaml': 'namespace: c\nresources: [x.yaml]', 'x.yaml': `${secret('a')}---\n${secret('b')}` });
  expect(problems.at(-1)?.message).toContain('"stringData":{"k":"***"}');
  expect(problems.at(-1)?.message).not.toContain('hidden');
});

test('labels in claim templates go with the templates unless the field for them is written', () => {
  const set = 'apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: s}\nspec: {volumeClaimTemplates: [{metadata: {name: d}}]}\n';
  const labelled = (rules: string): boolean => {
    const { value } = build({ 'kustomization.yaml': `resources: [s.yaml]\nlabels: [{pairs: {a: b}, ${rules}}]`, 's.yaml': set });
    return formatOutput(value).split('volumeClaimTemplates:')[1]?.includes('a: b') === true;
  };
  expect(labelled('includeTemplates: true')).toBe(true);
  expect(labelled('includeTemplates: true, includeVolumeClaimTemplates: false')).toBe(false);
  expect(labelled('includeVolumeClaimTemplates: true')).toBe(true);
});

test('hostile keys are data', () => {
  const files = {
    'kustomization.yaml': 'resources: [x.yaml]\ncommonAnnotations: {__proto__: a, constructor: b}',
    'x.yaml': configMap('x'),
  };
  expect(formatOutput(build(files).value)).toContain('    __proto__: a\n    constructor: b\n');
  expect(({} as { a?: unknown }).a).toBeUndefined();
});

test('old spellings are told, with the file', () => {
  const { problems } = build(
    { 'a/kustomization.yaml': 'bases: [../b]', 'b/kustomization.yaml': 'resources: [x.yaml]', 'b/x.yaml': configMap('x') },
    'a',
  );
  expect(problems).toEqual([expect.objectContaining({ severity: 'warning', file: 'a/kustomization.yaml' })]);
  expect(problems[0]?.message).toContain("'bases' is deprecated");
});

test('a tree is read in few rounds, and a base is in the trace of its overlay', () => {
  const files: Files = {
    'over/kustomization.yaml': 'resources: [../mid]\npatches: [{path: p.yaml}]',
    'over/p.yaml': `${configMap('x')}data: {a: b}\n`,
    'mid/kustomization.yaml': 'resources: [../base]',
    'base/kustomization.yaml': 'resources: [x.yaml]',
    'base/x.yaml': configMap('x'),
  };
  const ask = memory(files);
  const facts = new Map<string, never>();
  const seen: string[] = [];
  for (let rounds = 1; ; rounds++) {
    const pass = step((asking) => buildKustomization(asking, { source: '', path: 'over' }), facts);
    if (pass.done) {
      expect(rounds).toBeLessThanOrEqual(6);
      for (const request of pass.used) if (request.kind === 'file') seen.push(request.path);
      expect(pass.value.problems).toEqual([]);
      break;
    }
    for (const request of pass.need) if (request.kind === 'file') facts.set(`file\0\0${request.path}`, ask(request) as never);
    expect(rounds).toBeLessThan(20);
  }
  expect(seen).toEqual(expect.arrayContaining(['base/x.yaml', 'over/p.yaml']));
});

test('what an App adds stands as if it were in the file', () => {
  const deployment =
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: {containers: [{name: web, image: nginx:1}]}}}\n';
  const files = {
    'kustomization.yaml': 'resources: [web.yaml]\nimages: [{name: nginx, newTag: "2"}]\nnamePrefix: own-',
    'web.yaml': deployment,
    'extra/kustomization.yaml': 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\ncommonAnnotations: {extra: "1"}',
  };
  const additions = {
    images: [{ name: 'nginx', newTag: '3' }],
    replicas: [{ name: 'web', count: 4 }],
    components: ['extra'],
    namePrefix: 'app-',
    patches: [{ target: { kind: 'Deployment' }, patch: '[{"op": "add", "path": "/spec/paused", "value": true}]' }],
  };
  const [web] = build(files, '', { additions }).value.resources;
  expect(web?.object).toMatchObject({
    metadata: { name: 'app-web', annotations: { extra: '1' } },
    spec: { replicas: 4, paused: true, template: { spec: { containers: [{ image: 'nginx:3' }] } } },
  });
});

describe('patches for objects of other engines', () => {
  const objects: readonly KubeObject[] = [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { big: '1' } },
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'b' }, spec: { ports: [{ port: 80 }] } },
  ];
  test('strategic merge, JSON and deletion', () => {
    const { value, problems } = patchObjects(
      objects,
      [
        { patch: 'apiVersion: v1\nkind: Service\nmetadata: {name: b}\nspec: {ports: [{port: 80, name: http}]}' },
        { target: { kind: 'Service' }, patch: '- {op: add, path: /metadata/labels, value: {x: z}}' },
        { target: { name: 'a' }, patch: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n$patch: delete' },
      ],
      { field: 'spec.build.patches' },
    );
    expect(problems).toEqual([]);
    expect(value).toEqual([
      {
        from: 1,
        object: {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name: 'b', labels: { x: 'z' } },
          spec: { ports: [{ name: 'http', port: 80 }] },
        },
      },
    ]);
  });
  test('untouched objects stay the same', () => {
    const { value } = patchObjects(objects, [{ target: { name: 'b' }, patch: '- {op: add, path: /x, value: 1}' }], { field: 'f' });
    expect(value[0]?.object).toBe(objects[0]);
  });
  test('a patch that finds nothing names itself', () => {
    const { problems } = patchObjects(objects, [{ patch: configMap('zzz') }], { field: 'spec.build.patches' });
    expect(problems).toEqual([expect.objectContaining({ code: 'PatchFailed', field: 'spec.build.patches[0]' })]);
  });
});
