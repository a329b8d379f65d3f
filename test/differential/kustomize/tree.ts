/** Kustomizations drawn at random: a base, sometimes a component, and up to two overlays, each with its own choice of features. */
import { dump } from 'js-yaml';
import type { Json, JsonObject } from '../../../src/core/object/index.ts';
import { chance, type Draw, pick, some } from '../draw.ts';
import { apiVersionOf, drawObject, KIND_NAMES, NAMES, NAMESPACES } from './objects.ts';

export interface Tree {
  /** Path ⇒ text. */
  readonly files: Readonly<Record<string, string>>;
  /** The folder to build. */
  readonly root: string;
}

type Files = Record<string, string>;
type Place = { readonly files: Files; readonly folder: string; readonly ids: readonly Id[] };
type Id = { readonly kind: string; readonly name: string };
type Fields = Readonly<Record<string, readonly [probability: number, value: () => Json]>>;

const yaml = (value: Json): string => dump(value, { noRefs: true, lineWidth: -1 });
const labels = (draw: Draw): JsonObject =>
  some<Json>(draw, { team: [0.7, () => pick(draw, ['a', 'b'])], app: [0.2, () => 'all'], 'example.com/x': [0.3, () => '1'] });

/** Writes `text` beside the kustomization and gives its name. */
function beside({ files, folder }: Place, name: string, text: string): string {
  files[`${folder}/${name}`] = text;
  return name;
}

const labelRules = (draw: Draw): Json => [
  {
    pairs: { release: pick(draw, ['r1', 'r2']) },
    ...some<Json>(draw, {
      includeSelectors: [0.3, () => chance(draw, 0.7)],
      includeTemplates: [0.4, () => true],
      fields: [0.15, () => [{ path: 'spec/extra/labels', create: true, kind: 'Widget' }]],
    }),
  },
  ...(chance(draw, 0.3) ? [{ pairs: labels(draw) }] : []),
];

const image = (draw: Draw): Json => ({
  name: pick(draw, ['nginx', 'r.example:5000/team/app', 'busybox', 'absent']),
  ...some<Json>(draw, {
    newName: [0.4, () => pick(draw, ['mirror.example/nginx', 'other'])],
    newTag: [0.6, () => pick(draw, ['1.25', 'v2', '007'])],
    digest: [0.15, () => `sha256:${'1'.repeat(64)}`],
  }),
});

function generator(draw: Draw, place: Place, secret: boolean): Json {
  const made = some<Json>(draw, {
    literals: [0.6, () => ['host=example', 'quoted="a b"', "single='x'", 'eq=a=b']],
    files: [0.4, () => [beside(place, 'app.properties', 'a=1\nb=two\n'), `renamed=${beside(place, 'blob.bin', '\u0001\u0002 text')}`]],
    envs: [0.3, () => [beside(place, 'vars.env', '# comment\nA=1\nB="two words"\n\nC=\n')]],
    options: [
      0.3,
      () =>
        some<Json>(draw, {
          labels: [0.5, () => ({ gen: 'y' })],
          annotations: [0.4, () => ({ note: 'g' })],
          disableNameSuffixHash: [0.4, () => true],
          immutable: [0.3, () => true],
        }),
    ],
    namespace: [0.15, () => pick(draw, NAMESPACES)],
    behavior: [0.2, () => pick(draw, ['create', 'merge', 'replace'])],
    type: [secret ? 0.3 : 0, () => pick(draw, ['Opaque', 'kubernetes.io/tls'])],
  });
  return { name: pick(draw, [...NAMES, 'settings']), ...made };
}

const target = (draw: Draw, id: Id): Json =>
  some<Json>(draw, {
    kind: [0.9, () => id.kind],
    name: [0.7, () => pick(draw, [id.name, `${id.name[0]}.*`])],
    labelSelector: [0.15, () => pick(draw, ['app=web', 'app in (web, api)', '!tier'])],
    annotationSelector: [0.05, () => 'example.com/note'],
    namespace: [0.1, () => pick(draw, NAMESPACES)],
  });

const SCALED = new Set(['Deployment', 'StatefulSet']);
const objectReference = ({ kind, name }: Id): JsonObject => ({ apiVersion: apiVersionOf(kind), kind, name });
const HAS_PODS = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'Job']);

function mergePatch(draw: Draw, id: Id): JsonObject {
  const pods = {
    template: {
      metadata: { annotations: { patched: 'yes' } },
      spec: {
        containers: [
          pick<Json>(draw, [
            {
              name: 'main',
              env: [
                { name: 'LEVEL', value: 'warn' },
                { name: 'NEW', value: 'x' },
              ],
            },
            { name: 'side', $patch: 'delete' },
            { name: 'extra', image: 'busybox' },
            { name: 'main', ports: [{ containerPort: 80, protocol: 'TCP', name: 'web' }], resources: null },
          ]),
        ],
        ...some<Json>(draw, { volumes: [0.2, () => [{ name: 'config', emptyDir: {}, configMap: null }, { $patch: 'replace' }]] }),
      },
    },
  };
  const free = pick<Json>(draw, [
    { metadata: { labels: { patched: 'yes' } } },
    { metadata: { annotations: null } },
    { metadata: { labels: { app: null, z: '1' } } },
  ]) as JsonObject;
  return {
    apiVersion: apiVersionOf(id.kind),
    kind: id.kind,
    ...free,
    metadata: { name: id.name, ...(free['metadata'] as JsonObject) },
    ...(HAS_PODS.has(id.kind) && chance(draw, 0.7) ? { spec: pods } : {}),
    ...(id.kind === 'Widget' ? { spec: { size: 3, parts: [{ name: 'c' }] } } : {}),
    ...(id.kind === 'ConfigMap' ? { data: { host: 'patched', text: null } } : {}),
  };
}

/** Mostly what the kind can take, sometimes not. */
const jsonPatch = (draw: Draw, kind: string): Json => {
  const anywhere: Json[] = [
    { op: 'add', path: '/metadata/labels', value: { json: 'yes' } },
    { op: 'add', path: '/metadata/annotations', value: { 'a/b': 'c' } },
    { op: 'replace', path: '/metadata/name', value: 'renamed' },
    { op: 'copy', from: '/metadata/name', path: '/copied' },
  ];
  const workload: Json[] = [
    { op: 'replace', path: '/spec/replicas', value: 7 },
    { op: 'add', path: '/spec/new', value: [1, 'two', null, { three: 3.5 }] },
    { op: 'add', path: '/spec/template/spec/containers/-', value: { name: 'added', image: 'nginx:1.19' } },
    { op: 'move', from: '/spec/template/spec/containers/0/image', path: '/spec/template/spec/containers/0/was' },
    { op: 'test', path: '/spec/template/spec/containers/0/name', value: 'main' },
  ];
  const risky: Json[] = [
    { op: 'remove', path: '/metadata/labels' },
    { op: 'test', path: '/metadata/name', value: 'web' },
    { op: 'copy', from: '/spec/nothing/here', path: '/spec/copied' },
    { op: 'replace', path: '/metadata/labels/app', value: 'json' },
    { op: 'remove', path: '/spec/template/spec/containers/5' },
  ];
  return [pick(draw, chance(draw, 0.1) ? risky : HAS_PODS.has(kind) && chance(draw, 0.6) ? workload : anywhere)];
};

function patch(draw: Draw, place: Place, at: number): Json {
  const id = pick(draw, place.ids);
  const json = chance(draw, 0.4);
  const text = json
    ? chance(draw, 0.3)
      ? JSON.stringify(jsonPatch(draw, id.kind))
      : yaml(jsonPatch(draw, id.kind))
    : yaml(mergePatch(draw, id));
  const options = some<Json>(draw, { options: [0.15, () => ({ allowNameChange: chance(draw, 0.7), allowKindChange: chance(draw, 0.3) })] });
  const where = json || chance(draw, 0.4) ? { target: target(draw, id) } : {};
  return chance(draw, 0.5)
    ? { patch: text, ...where, ...options }
    : { path: beside(place, `patch-${at}.yaml`, text), ...where, ...options };
}

const FIELDS: Readonly<Record<string, readonly string[]>> = {
  Deployment: ['spec.replicas', 'spec.template.spec.containers.0.image', 'spec.template.spec.containers.[name=main].image'],
  StatefulSet: ['spec.serviceName', 'spec.template.spec.containers.*.image'],
  ConfigMap: ['data.host', 'data.text'],
  Widget: ['spec.size', 'spec.parts.*.name', 'spec.parts.[name=b].v', 'spec.configRef.name'],
  Service: ['spec.ports.0.port', 'spec.selector.app'],
  Ingress: ['spec.rules.0.host', 'spec.rules.0.http.paths.0.path'],
};

const fieldOf = (draw: Draw, kind: string): string =>
  chance(draw, 0.1)
    ? pick(draw, [
        'spec.no.such',
        'metadata.annotations.[example.com/note]',
        'spec.template.spec.containers.[name=main].env.[name=LEVEL].value',
      ])
    : pick(draw, [...(FIELDS[kind] ?? []), 'metadata.name']);

function replacement(draw: Draw, place: Place): Json {
  const [from, to] = [pick(draw, place.ids), pick(draw, place.ids)];
  const options = (create: number): JsonObject =>
    some<Json>(draw, {
      options: [
        0.3,
        () =>
          some<Json>(draw, {
            delimiter: [0.5, () => pick(draw, [':', '/', '.'])],
            index: [0.4, () => pick(draw, [0, 1])],
            create: [create, () => true],
          }),
      ],
    });
  return {
    source: {
      kind: from.kind,
      name: from.name,
      fieldPath: chance(draw, 0.9) ? fieldOf(draw, from.kind) : 'metadata.labels.app',
      ...options(0),
    },
    targets: [
      {
        select: some<Json>(draw, { kind: [0.9, () => to.kind], name: [0.6, () => to.name] }),
        ...some<Json>(draw, { reject: [0.1, () => [{ name: pick(draw, NAMES) }]] }),
        fieldPaths: [fieldOf(draw, to.kind), ...(chance(draw, 0.2) ? [fieldOf(draw, to.kind)] : [])],
        ...options(0.6),
      },
    ],
  };
}

const transformerText = (draw: Draw): string =>
  yaml(
    pick<Json>(draw, [
      { apiVersion: 'builtin', kind: 'PrefixTransformer', metadata: { name: 'p' }, prefix: 'tr-', fieldSpecs: [{ path: 'metadata/name' }] },
      {
        apiVersion: 'builtin',
        kind: 'LabelTransformer',
        metadata: { name: 'l' },
        labels: { tr: 'y' },
        fieldSpecs: [{ path: 'metadata/labels', create: true }],
      },
      {
        apiVersion: 'builtin',
        kind: 'AnnotationsTransformer',
        metadata: { name: 'a' },
        annotations: { tr: 'y' },
        fieldSpecs: [{ path: 'metadata/annotations', create: true }],
      },
      {
        apiVersion: 'builtin',
        kind: 'NamespaceTransformer',
        metadata: { name: 'n', namespace: 'tr' },
        setRoleBindingSubjects: pick(draw, ['none', 'allServiceAccounts', 'defaultOnly']),
        unsetOnly: chance(draw, 0.5),
      },
      {
        apiVersion: 'builtin',
        kind: 'ReplicaCountTransformer',
        metadata: { name: 'r' },
        replica: { name: 'web', count: 4 },
        fieldSpecs: [{ path: 'spec/replicas', create: true, kind: 'Deployment' }],
      },
      { apiVersion: 'builtin', kind: 'ImageTagTransformer', metadata: { name: 'i' }, imageTag: { name: 'nginx', newTag: 'tr' } },
    ]),
  );

const configuration = (draw: Draw): string =>
  yaml(
    pick<Json>(draw, [
      { nameReference: [{ kind: 'ConfigMap', fieldSpecs: [{ path: 'spec/configRef/name', kind: 'Widget' }] }] },
      { commonLabels: [{ path: 'spec/selector', kind: 'Widget', create: true }] },
      { images: [{ path: 'spec/image', kind: 'Widget' }] },
      { namePrefix: [{ path: 'spec/title', kind: 'Widget' }] },
      { varReference: [{ path: 'data/text', kind: 'ConfigMap' }] },
    ]),
  );

/** The features of one layer: `weight` 1 draws them as a base has them, more as an overlay. */
function features(draw: Draw, place: Place, weight: number): JsonObject {
  const id = (): Id => pick(draw, place.ids);
  const common: Fields = {
    namePrefix: [0.2 * weight, () => pick(draw, ['pre-', 'x.'])],
    nameSuffix: [0.12 * weight, () => '-suf'],
    namespace: [0.2 * weight, () => pick(draw, NAMESPACES)],
    commonLabels: [0.12 * weight, () => labels(draw)],
    labels: [0.2 * weight, () => labelRules(draw)],
    commonAnnotations: [0.12 * weight, () => ({ owner: 'me', 'example.com/n': '2' })],
    images: [0.25 * weight, () => [image(draw), ...(chance(draw, 0.3) ? [image(draw)] : [])]],
    replicas: [0.1 * weight, () => [{ name: (place.ids.find(({ kind }) => SCALED.has(kind)) ?? id()).name, count: pick(draw, [0, 5]) }]],
    configMapGenerator: [0.2 * weight, () => [generator(draw, place, false)]],
    secretGenerator: [0.15 * weight, () => [generator(draw, place, true)]],
    generatorOptions: [
      0.1 * weight,
      () =>
        some<Json>(draw, {
          labels: [0.5, () => ({ go: 'y' })],
          annotations: [0.3, () => ({ go: 'a' })],
          disableNameSuffixHash: [0.4, () => true],
          immutable: [0.2, () => true],
        }),
    ],
    patches: [0.3 * weight, () => [0, 1].filter((at) => at === 0 || chance(draw, 0.4)).map((at) => patch(draw, place, at))],
    patchesStrategicMerge: [
      0.08 * weight,
      () => [chance(draw, 0.5) ? yaml(mergePatch(draw, id())) : beside(place, 'sm.yaml', yaml(mergePatch(draw, id())))],
    ],
    patchesJson6902: [0.06 * weight, () => jsonPatchOld(draw, place)],
    replacements: [0.15 * weight, () => [replacement(draw, place)]],
    vars: [
      0.06 * weight,
      () => [
        {
          name: 'HOST',
          objref: objectReference(id()),
          ...some<Json>(draw, { fieldref: [0.5, () => ({ fieldpath: 'metadata.name' })] }),
        },
      ],
    ],
    transformers: [
      0.08 * weight,
      () => [chance(draw, 0.5) ? transformerText(draw) : beside(place, 'transformer.yaml', transformerText(draw))],
    ],
    configurations: [0.08 * weight, () => [beside(place, 'config.yaml', configuration(draw))]],
    sortOptions: [
      0.06 * weight,
      () =>
        pick<Json>(draw, [
          { order: 'fifo' },
          { order: 'legacy' },
          { order: 'legacy', legacySortOptions: { orderFirst: ['Service'], orderLast: ['ConfigMap'] } },
        ]),
    ],
    buildMetadata: [0.06 * weight, () => [pick(draw, ['originAnnotations', 'transformerAnnotations', 'managedByLabel'])]],
  };
  return some<Json>(draw, common);
}

function jsonPatchOld(draw: Draw, place: Place): Json {
  const { kind, name } = pick(draw, place.ids);
  const [first, second] = apiVersionOf(kind).split('/') as [string, string | undefined];
  const [group, version] = second === undefined ? ['', first] : [first, second];
  return [{ target: { ...(group === '' ? {} : { group }), version, kind, name }, patch: yaml(jsonPatch(draw, kind)) }];
}

const kustomization = (kind: 'Kustomization' | 'Component', fields: JsonObject): string =>
  yaml({ apiVersion: `kustomize.config.k8s.io/${kind === 'Component' ? 'v1alpha1' : 'v1beta1'}`, kind, ...fields });

function drawBase(draw: Draw, files: Files): Id[] {
  const objects = new Map<string, JsonObject>();
  for (let left = 1 + Math.floor(draw() * 12); left > 0; left--) {
    const [kind, name] = [pick(draw, KIND_NAMES), pick(draw, NAMES)];
    objects.set(`${kind}/${name}`, drawObject(draw, kind, name));
  }
  const ids = [...objects.values()].map((object) => ({
    kind: object['kind'] as string,
    name: (object['metadata'] as JsonObject)['name'] as string,
  }));
  const unique = [...new Map([...objects.values()].map((object, at) => [`${ids[at]?.kind}/${ids[at]?.name}`, object])).values()];
  const place: Place = { files, folder: 'base', ids };
  const half = Math.ceil(unique.length / 2);
  const resources = [unique.slice(0, half), unique.slice(half)]
    .filter((part) => part.length > 0)
    .map((part, at) => beside(place, `part-${at}.yaml`, part.map(yaml).join('---\n')));
  files['base/kustomization.yaml'] = kustomization('Kustomization', { resources, ...features(draw, place, 0.6) });
  return ids;
}

/** The tree that `draw` gives: mostly right, sometimes wrong in one place. */
export function drawTree(draw: Draw): Tree {
  const files: Files = {};
  const ids = drawBase(draw, files);
  let root = 'base';
  const components = chance(draw, 0.3) ? { components: ['../component'] } : undefined;
  if (components !== undefined)
    files['component/kustomization.yaml'] = kustomization('Component', features(draw, { files, folder: 'component', ids }, 0.8));
  for (const folder of ['stage', 'prod'].slice(0, pick(draw, [0, 1, 1, 2]))) {
    const fields = features(draw, { files, folder, ids }, 1);
    files[`${folder}/kustomization.yaml`] = kustomization('Kustomization', {
      resources: [`../${root}`],
      ...(folder === 'stage' ? components : {}),
      ...fields,
    });
    root = folder;
  }
  return { files, root };
}
