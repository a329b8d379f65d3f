/** Defects made by a file more, or in a file that is no plain manifest: what stands beside the objects of an App. */
import type { JsonObject } from '../../src/core/object/index.ts';
import type { Made, Operator } from './mutation.ts';
import { appsOf, at, changed, delivered, type Delivered, type Draw, edit, type Files, listAt, pick, type WrittenApp } from './system.ts';

const kustomizationOf = (path: string): string => path.replace(/[^/]+$/, 'kustomization.yaml');

/** A file beside an object, in a folder where a file is enough to be delivered; through the kustomization where there is one. */
function beside(files: Files, one: Delivered, object: JsonObject): Files | undefined {
  const path = one.path.replace(/[^/]+$/, 'added.yaml');
  const all = { ...files, [path]: `${JSON.stringify(object)}\n` };
  const listed = kustomizationOf(one.path);
  if (!(listed in files)) return all;
  const text = files[listed] ?? '';
  const named = text.replace(/^resources:\n/m, 'resources:\n  - added.yaml\n');
  return named === text ? undefined : { ...all, [listed]: named };
}

interface Added {
  readonly kinds: readonly string[];
  readonly fits?: (one: Delivered, files: Files) => boolean;
  readonly object: (one: Delivered, metadata: JsonObject) => JsonObject;
  readonly cause?: RegExp;
  readonly warned?: RegExp;
}

const labels = ({ value }: Delivered): JsonObject => (at(value, 'spec', 'selector', 'matchLabels') ?? {}) as JsonObject;
const isPlain = (one: Delivered, files: Files): boolean =>
  one.app.namespace !== '' || at(one.value, 'metadata', 'namespace') !== undefined || appsOf(files).length === 0;

const ADDED: Readonly<Record<string, Added>> = {
  'an autoscaler of nothing': {
    kinds: ['Deployment'],
    object: (_one, metadata) => ({
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata,
      spec: { minReplicas: 1, maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'nobdy' } },
    }),
    cause: /nobdy/,
  },
  'a route to nobody': {
    kinds: ['Service'],
    object: (_one, metadata) => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata,
      spec: { defaultBackend: { service: { name: 'nobdy', port: { number: 80 } } } },
    }),
    warned: /nobdy/,
  },
  'a route to a port that a Service lacks': {
    kinds: ['Service'],
    object: (one, metadata) => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata,
      spec: { defaultBackend: { service: { name: one.name, port: { number: 4711 } } } },
    }),
    warned: /4711/,
  },
  'a budget that lets no Pod go': {
    kinds: ['Deployment', 'StatefulSet'],
    fits: (one) => Object.keys(labels(one)).length > 0,
    object: (one, metadata) => ({
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata,
      spec: { minAvailable: '100%', selector: { matchLabels: labels(one) } },
    }),
    warned: /evict/,
  },
  'a binding of a Role that is not there': {
    kinds: ['Deployment', 'Service', 'ConfigMap'],
    object: (_one, metadata) => ({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'nobdy' },
      subjects: [{ kind: 'ServiceAccount', name: 'default', namespace: String(metadata['namespace'] ?? 'default') }],
    }),
    warned: /nobdy/,
  },
  'a claim of a class that is not there': {
    kinds: ['Deployment', 'StatefulSet', 'ConfigMap'],
    object: (_one, metadata) => ({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata,
      spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'quantum', resources: { requests: { storage: '1Gi' } } },
    }),
    cause: /quantum|added/,
  },
  'a secret encrypted for nobody here': {
    kinds: ['Deployment', 'ConfigMap'],
    object: (_one, metadata) => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata,
      stringData: { password: 'ENC[AES256_GCM,data:Zm9v,iv:YmFy,tag:YmF6,type:str]' },
      sops: {
        age: [
          {
            recipient: 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p',
            enc: '-----BEGIN AGE ENCRYPTED FILE-----\nYQ==\n-----END AGE ENCRYPTED FILE-----\n',
          },
        ],
        mac: 'ENC[AES256_GCM,data:Zm9v,iv:YmFy,tag:YmF6,type:str]',
        lastmodified: '2026-01-01T00:00:00Z',
        version: '3.9.0',
      },
    }),
    cause: /added\.yaml|decrypt|key|sops/i,
  },
};

function ofAdded(name: string, files: Files, draw: Draw): Made | undefined {
  const row = ADDED[name] as Added;
  const one = pick(
    delivered(files).filter((each) => row.kinds.includes(each.kind) && isPlain(each, files) && (row.fits?.(each, files) ?? true)),
    draw,
  );
  if (one === undefined) return undefined;
  const namespace = at(one.value, 'metadata', 'namespace');
  const metadata = { name: 'added', ...(namespace === undefined ? {} : { namespace }) };
  const made = beside(files, one, row.object(one, metadata));
  if (made === undefined) return undefined;
  return {
    what: `beside ${one.kind} ${one.name} in ${one.path}`,
    files: made,
    apps: row.warned === undefined ? [one.app.name] : [],
    cause: row.cause ?? /^/,
    ...(row.warned === undefined ? {} : { warned: row.warned }),
  };
}

/** The spec of an App, changed. */
function ofApp(
  files: Files,
  draw: Draw,
  made: { readonly fits?: (app: WrittenApp) => boolean; readonly spec: (old: JsonObject) => JsonObject; readonly cause: RegExp },
): Made | undefined {
  const app = pick(
    appsOf(files).filter((one) => made.fits?.(one) ?? true),
    draw,
  );
  if (app === undefined) return undefined;
  const spec = made.spec(app.value['spec'] as JsonObject);
  return {
    what: `App ${app.name} in ${app.path}`,
    files: changed(files, app, { ...app.value, spec }),
    apps: [app.name, 'root'],
    cause: made.cause,
  };
}

const source = (old: JsonObject, more: JsonObject): JsonObject => ({ ...old, source: { ...(old['source'] as JsonObject), ...more } });

export const FILE_DEFECTS: Readonly<Record<string, Operator>> = {
  ...Object.fromEntries(Object.keys(ADDED).map((name) => [name, (files: Files, draw: Draw) => ofAdded(name, files, draw)])),
  'an object against its schema': (files, draw) => {
    const custom = new Set(
      delivered(files).flatMap(({ kind, value }) =>
        kind === 'CustomResourceDefinition' ? [String(at(value, 'spec', 'names', 'kind'))] : [],
      ),
    );
    const one = pick(
      delivered(files).filter(({ kind }) => custom.has(kind)),
      draw,
    );
    if (one === undefined) return undefined;
    return {
      what: `${one.kind} ${one.name}`,
      files: changed(files, one, { ...one.value, spec: 'none' }),
      apps: [one.app.name],
      cause: /spec/,
    };
  },
  'a resource that a kustomization lacks': (files, draw) => {
    const path = pick(
      Object.keys(files).filter((one) => one.endsWith('kustomization.yaml') && /^resources:\n/m.test(files[one] ?? '')),
      draw,
    );
    if (path === undefined) return undefined;
    const folder = path.slice(0, path.lastIndexOf('/') + 1);
    return {
      what: path,
      files: edit(files, path, (text) => text.replace(/^resources:\n/m, 'resources:\n  - nobdy.yaml\n')),
      apps: [
        ...appsOf(files)
          .filter((app) => app.folder === '' || `${app.folder}/`.startsWith(folder) || folder.startsWith(`${app.folder}/`))
          .map(({ name }) => name),
        'root',
      ],
      cause: /nobdy\.yaml/,
    };
  },
  'a conflict left in a file': (files, draw) => {
    const one = pick(delivered(files), draw);
    if (one === undefined) return undefined;
    return {
      what: one.path,
      files: edit(files, one.path, (text) => `<<<<<<< HEAD\n${text}=======\n>>>>>>> other\n`),
      apps: [one.app.name],
      cause: new RegExp(one.path.replaceAll('.', '\\.')),
    };
  },
  'a chart dependency that is not there': (files, draw) => {
    const path = pick(
      Object.keys(files).filter((one) => one.endsWith('/Chart.yaml')),
      draw,
    );
    if (path === undefined) return undefined;
    return {
      what: path,
      files: edit(files, path, (text) => `${text}dependencies: [{name: nobdy, version: 1.0.0, repository: "file://../nobdy"}]\n`),
      apps: appsOf(files).flatMap(({ name, values, folder }) => (values.length > 0 || folder.startsWith('charts/') ? [name] : [])),
      cause: /nobdy/,
    };
  },
  'a function that templates lack': (files, draw) => {
    const path = pick(
      Object.keys(files).filter((one) => /\/templates\/[^/]+\.yaml$/.test(one)),
      draw,
    );
    if (path === undefined) return undefined;
    return {
      what: path,
      files: edit(files, path, (text) => `${text}{{ "a" | quot }}\n`),
      apps: appsOf(files).flatMap(({ name, values }) => (values.length > 0 ? [name] : [])),
      cause: /quot/,
    };
  },
  'values that are no YAML': (files, draw) => {
    const app = pick(
      appsOf(files).filter(({ values }) => values.length > 0),
      draw,
    );
    const path = app?.values[0];
    if (app === undefined || path === undefined) return undefined;
    return {
      what: path,
      files: edit(files, path, (text) => `${text}\nimage: [\n`),
      apps: [app.name],
      cause: new RegExp(path.replaceAll('.', '\\.')),
    };
  },
  'an App with a typing error': (files, draw) => ofApp(files, draw, { spec: (old) => ({ ...old, targt: {} }), cause: /targt/ }),
  'an App of a Source that is not there': (files, draw) =>
    ofApp(files, draw, { fits: ({ dependsOn }) => dependsOn.length > 0, spec: (old) => source(old, { name: 'nobdy' }), cause: /nobdy/ }),
  'an App for a cluster that is not there': (files, draw) =>
    ofApp(files, draw, {
      spec: (old) => ({ ...old, target: { ...(old['target'] as JsonObject | undefined), cluster: 'nobdy' } }),
      cause: /nobdy/,
    }),
  'an App as somebody who is not there': (files, draw) =>
    ofApp(files, draw, { spec: (old) => ({ ...old, serviceAccountName: 'nobdy' }), cause: /nobdy/ }),
  'an App that depends on itself': (files, draw) => {
    const app = pick(appsOf(files), draw);
    if (app === undefined) return undefined;
    const spec = { ...(app.value['spec'] as JsonObject), dependsOn: [{ name: app.name }] };
    return { what: app.name, files: changed(files, app, { ...app.value, spec }), apps: [app.name, 'root'], cause: /circle|itself/ };
  },
  'a range that is none': (files, draw) =>
    ofApp(files, draw, {
      fits: ({ value }) => listAt(value, 'spec', 'requires').length > 0,
      spec: (old) => ({ ...old, requires: listAt(old, 'requires').map((one) => ({ ...(one as JsonObject), version: '>=two' })) }),
      cause: />=two/,
    }),
  'an App that was suspended': (files, draw) => ofApp(files, draw, { spec: (old) => ({ ...old, suspend: true }), cause: /[Ss]uspend/ }),
};
