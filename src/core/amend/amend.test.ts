/** Where an image, a version and values are written, for every way an App can be built; comments and layout stay. */
import { expect, test } from 'vitest';
import type { JsonObject } from '../object/index.ts';
import { Draft, parseWish, setImages, setValues, setVersion, type Subject } from './index.ts';

type Texts = Readonly<Record<string, string>>;

interface Story {
  readonly files: Texts;
  readonly spec: JsonObject;
  /** File of the App; its spec is taken from `spec`. */
  readonly home?: string;
  readonly others?: Subject['others'];
}

function subject({ files, spec, home, others = [] }: Story): { readonly subject: Subject; readonly draft: Draft } {
  const draft = new Draft({ paths: Object.keys(files).toSorted(), read: (path) => files[path] });
  const place = home === undefined ? {} : { home: { draft, place: { file: home, document: 0, at: [] } } };
  return { draft, subject: { name: 'shop/web', spec, source: draft, others, ...place } };
}

const wish = (text: string) => {
  const made = parseWish(text);
  if (made === undefined) throw new Error(`${text} is no wish`);
  return made;
};

const changed = (draft: Draft): Texts => Object.fromEntries(draft.changes().map(({ path, after }) => [path, after]));

const pod = (image: string, name = 'web'): string =>
  `# the shop\nkind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n        - name: ${name} # main\n          image: ${image} # set by hand\n`;

const appFile =
  'kind: App # five lines\nspec:\n  source: {name: charts, chart: web, version: 1.2.3}\n  build:\n    helm:\n      values:\n        # who pays\n        replicas: 2\n';
const chartSpec = { source: { name: 'charts', chart: 'web', version: '1.2.3' }, build: { helm: { values: { replicas: 2 } } } };

const IMAGES: readonly (readonly [name: string, story: Story, wish: string, after: Texts])[] = [
  [
    'a plain manifest',
    { files: { 'web/d.yaml': pod('ghcr.io/acme/web:1.0') }, spec: { source: { path: 'web' } } },
    'ghcr.io/acme/web:1.1',
    { 'web/d.yaml': pod('ghcr.io/acme/web:1.1') },
  ],
  [
    'by its last part',
    { files: { 'web/d.yaml': pod('ghcr.io/acme/web:1.0') }, spec: { source: { path: 'web' } } },
    'web:1.1',
    { 'web/d.yaml': pod('ghcr.io/acme/web:1.1') },
  ],
  [
    'a registry with a port',
    { files: { 'web/d.yaml': pod('reg:5000/web:1.0@sha256:' + 'a'.repeat(64)) }, spec: { source: { path: './web/' } } },
    'reg:5000/web:1.1',
    { 'web/d.yaml': pod('reg:5000/web:1.1') },
  ],
  [
    'of a container',
    { files: { 'web/d.yaml': pod('nginx:1', 'proxy') }, spec: { source: { path: 'web' } } },
    'proxy=ghcr.io/acme/proxy:2',
    { 'web/d.yaml': pod('ghcr.io/acme/proxy:2', 'proxy') },
  ],
  [
    'of Docker, written in full',
    { files: { 'web/d.yaml': pod('nginx:1') }, spec: { source: { path: 'web' } } },
    'docker.io/library/nginx:2',
    { 'web/d.yaml': pod('nginx:2') },
  ],
  [
    'only below its own folder',
    { files: { 'web/d.yaml': pod('a/w:1'), 'website/d.yaml': pod('a/w:1') }, spec: { source: { path: 'web' } } },
    'a/w:2',
    { 'web/d.yaml': pod('a/w:2') },
  ],
  [
    'an entry of a kustomization',
    {
      files: {
        'web/kustomization.yaml': 'resources: [d.yaml]\nimages: [{name: a/w, newTag: "1.0"}] # pinned\n',
        'web/d.yaml': pod('a/w:0'),
      },
      spec: { source: { path: 'web' } },
    },
    'a/w:1.10',
    { 'web/kustomization.yaml': 'resources: [d.yaml]\nimages: [{name: a/w, newTag: "1.10"}] # pinned\n' },
  ],
  [
    'a kustomization whose base has the image',
    {
      files: {
        'live/kustomization.yaml': 'namespace: x\nresources:\n  - ../base\n',
        'base/kustomization.yaml': 'resources: [d.yaml]',
        'base/d.yaml': pod('a/w:0'),
      },
      spec: { source: { path: 'live' } },
    },
    'w:2',
    { 'live/kustomization.yaml': 'namespace: x\nresources:\n  - ../base\nimages:\n- name: a/w\n  newTag: "2"\n' },
  ],
  [
    'values with repository and tag',
    {
      files: { 'c/Chart.yaml': 'name: c', 'c/values.yaml': 'image:\n  repository: a/w\n  tag: "1" # now\n' },
      spec: { source: { path: 'c' } },
    },
    'a/w:2',
    { 'c/values.yaml': 'image:\n  repository: a/w\n  tag: "2" # now\n' },
  ],
  [
    'a shared chart: in the values file of the App',
    {
      files: { 'c/Chart.yaml': 'name: c', 'c/values.yaml': 'image: {repository: a/w, tag: x}\n', 'v/web.yaml': 'replicas: 1\n' },
      spec: { source: { path: 'c' }, build: { helm: { valueFiles: ['v/web.yaml'] } } },
      others: [{ name: 'shop/other', spec: { source: { path: 'c' } } }],
    },
    'a/w:2',
    { 'v/web.yaml': 'replicas: 1\nimage:\n  tag: "2"\n' },
  ],
  [
    'an image beside its version',
    {
      files: { 'c/Chart.yaml': 'name: c', 'c/values.yaml': 'image: ""\nversion: ""\n', 'v.yaml': 'image: a/w\nversion: 5.0.1 # of both\n' },
      spec: { source: { path: 'c' }, build: { helm: { valueFiles: ['v.yaml'] } } },
    },
    'w:5.1.0',
    { 'v.yaml': 'image: a/w\nversion: 5.1.0 # of both\n' },
  ],
  [
    'a digest that would outlive its tag',
    {
      files: { 'c/Chart.yaml': '', 'c/values.yaml': 'image: {repository: w, tag: v1, digest: "sha256:0"}\n' },
      spec: { source: { path: 'c' } },
    },
    'w:v2',
    { 'c/values.yaml': 'image: {repository: w, tag: v2, digest: ""}\n' },
  ],
];

test.each(IMAGES)('an image in %s', (_name, story, text, after) => {
  const { subject: app, draft } = subject(story);
  expect(setImages(app, [wish(text)])).toMatchObject({ ok: true });
  expect(changed(draft)).toEqual(after);
});

test('the tag of a chart from elsewhere is set by its path, in the App', () => {
  const { subject: app, draft } = subject({ files: { 'apps/web.yaml': appFile }, spec: chartSpec, home: 'apps/web.yaml' });
  expect(setImages(app, [wish('a/w:2')])).toMatchObject({ ok: false, error: { hint: expect.stringContaining('--set-path') } });
  expect(setImages(app, [wish('a/w:2')], 'image.tag')).toMatchObject({ ok: true });
  expect(changed(draft)).toEqual({ 'apps/web.yaml': `${appFile}        image:\n          tag: "2"\n` });
});

test('where nothing fits, every place that was looked at is named', () => {
  const { subject: app } = subject({ files: { 'web/d.yaml': pod('a/w:1'), 'web/t.yaml': '{{ x }}' }, spec: { source: { path: 'web' } } });
  expect(setImages(app, [wish('b/other:2')])).toMatchObject({
    ok: false,
    error: { message: 'shop/web uses no image b/other', looked: ['a/w:1 (container web) in web/d.yaml'] },
  });
});

test('an image without a container is not the one of no container', () => {
  const files = { 'c/Chart.yaml': '', 'c/values.yaml': 'image: a/w\nversion: "1"\n' };
  const { subject: app, draft } = subject({ files, spec: { source: { path: 'c' } } });
  expect(setImages(app, [wish('nope:2')])).toMatchObject({ ok: false, error: { looked: ['c/values.yaml', 'a/w:1 (version)'] } });
  expect(draft.changes()).toEqual([]);
});

test.each(['web', 'web:', '', 'a b:1', 'x=y', '-x:1'])('%s is no wish', (text) => expect(parseWish(text)).toBeUndefined());

const VERSIONS: readonly (readonly [name: string, story: Story, chart: string | undefined, after: Texts | string])[] = [
  [
    'of the chart',
    { files: { 'apps/web.yaml': appFile }, spec: chartSpec, home: 'apps/web.yaml' },
    undefined,
    { 'apps/web.yaml': appFile.replace('1.2.3', '2.0.0') },
  ],
  [
    'of the only dependency',
    { files: { 'c/Chart.yaml': 'name: c\ndependencies:\n  - name: pg\n    version: ~1 # why\n' }, spec: { source: { path: 'c' } } },
    undefined,
    { 'c/Chart.yaml': 'name: c\ndependencies:\n  - name: pg\n    version: 2.0.0 # why\n' },
  ],
  [
    'of one of two',
    { files: { 'c/Chart.yaml': 'dependencies: [{name: pg, version: 1}, {name: mq, version: 1}]\n' }, spec: { source: { path: 'c' } } },
    'mq',
    { 'c/Chart.yaml': 'dependencies: [{name: pg, version: 1}, {name: mq, version: 2.0.0}]\n' },
  ],
  [
    'of two',
    { files: { 'c/Chart.yaml': 'dependencies: [{name: pg, version: 1}, {name: mq, version: 1}]\n' }, spec: { source: { path: 'c' } } },
    undefined,
    'shop/web has several versions',
  ],
  [
    'of a helmCharts entry',
    { files: { 'k/kustomization.yaml': 'helmCharts:\n- name: pg\n  version: 1.0.0\n' }, spec: { source: { path: 'k' } } },
    undefined,
    { 'k/kustomization.yaml': 'helmCharts:\n- name: pg\n  version: 2.0.0\n' },
  ],
  [
    'of the tag it follows',
    {
      files: { 'a.yaml': 'spec: {source: {name: x, path: p, ref: {tag: v1}}}\n' },
      spec: { source: { name: 'x', path: 'p', ref: { tag: 'v1' } } },
      home: 'a.yaml',
    },
    undefined,
    { 'a.yaml': 'spec: {source: {name: x, path: p, ref: {tag: 2.0.0}}}\n' },
  ],
  ['of nothing', { files: { 'p/x.yaml': 'a: 1' }, spec: { source: { path: 'p' } } }, undefined, 'no version is written for shop/web'],
];

test.each(VERSIONS)('a version %s', (_name, story, chart, after) => {
  const { subject: app, draft } = subject(story);
  const done = setVersion(app, '2.0.0', chart);
  if (typeof after === 'string') expect(done).toMatchObject({ ok: false, error: { message: after } });
  else expect([done.ok, changed(draft)]).toEqual([true, after]);
});

test('values go where they are set already, else to the App', () => {
  const files = {
    'c/Chart.yaml': 'name: c',
    'c/values.yaml': 'a: 1\nb: {c: 1}\n',
    'v.yaml': 'b:\n  c: 2 # two\n',
    'app.yaml': 'spec: {}\n',
  };
  const spec = { source: { path: 'c' }, build: { helm: { valueFiles: ['v.yaml'] } } };
  const { subject: app, draft } = subject({ files, spec, home: 'app.yaml', others: [{ name: 'shop/b', spec: { source: { path: 'c' } } }] });
  const set = (text: string, kind: 'set' | 'setString' | 'setJson' = 'set') => ({ text, kind });
  const done = setValues(app, [set('b.c=3'), set('b.d=true'), set('x.y[0].z=1'), set('s=01', 'setString'), set('j={"k":[1]}', 'setJson')]);
  expect(done).toMatchObject({ ok: true, value: { said: expect.arrayContaining(['v.yaml: b.c: 2 → 3']) } });
  expect(changed(draft)).toEqual({ 'v.yaml': 'b:\n  c: 3 # two\n  d: true\nx:\n  "y":\n  - z: 1\ns: "01"\nj:\n  k:\n  - 1\n' });
  expect(setValues(app, [set('a=7')], 'App')).toMatchObject({ ok: true });
  expect(changed(draft)['app.yaml']).toBe('spec:\n  build:\n    helm:\n      values:\n        a: 7\n');
  expect(setValues(app, [set('a=7')], 'w.yaml')).toMatchObject({
    ok: false,
    error: { looked: ['c/values.yaml', 'v.yaml', 'spec.build.helm.values in app.yaml'] },
  });
  expect(setValues(app, [set('a.b[x]=7')])).toMatchObject({
    ok: false,
    error: { message: expect.stringContaining('failed parsing --set data') },
  });
});

test('encrypted files are not touched, and who has no values says so', () => {
  const { subject: app } = subject({
    files: { 'c/Chart.yaml': '', 'c/values.yaml': 'a: ENC[x]\nsops: {mac: x}\n' },
    spec: { source: { path: 'c' } },
  });
  expect(setValues(app, [{ text: 'a=1', kind: 'set' }])).toMatchObject({
    ok: false,
    error: { message: expect.stringContaining('lockstep secrets edit c/values.yaml') },
  });
  const plain = subject({ files: { 'p/x.yaml': 'a: 1' }, spec: { source: { path: 'p' } } });
  expect(setValues(plain.subject, [{ text: 'a=1', kind: 'set' }])).toMatchObject({
    ok: false,
    error: { message: 'shop/web has no values: it is built by plain' },
  });
  const program = subject({ files: { 'p/helmfile.yaml.gotmpl': 'a: 1' }, spec: { source: { path: 'p' } } });
  expect(setImages(program.subject, [wish('web:1')])).toMatchObject({
    ok: false,
    error: { message: 'shop/web is built by a helmfile, whose values are programs' },
  });
});
