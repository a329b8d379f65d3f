/** Defects in a file that is no plain manifest: Apps, kustomizations, charts, values. */
import type { JsonObject } from '../../src/core/object/index.ts';
import type { Made, Operator } from './mutation.ts';
import { ADDED_DEFECTS } from './rows/added.ts';
import { appsOf, at, changed, chartApps, delivered, type Draw, edit, type Files, listAt, pick, type WrittenApp } from './system.ts';

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
  ...ADDED_DEFECTS,
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
      Object.keys(files).filter((one) => one.endsWith('kustomization.yaml') && /^resources:\n *- /m.test(files[one] ?? '')),
      draw,
    );
    if (path === undefined) return undefined;
    const folder = path.slice(0, path.lastIndexOf('/') + 1);
    return {
      what: path,
      files: edit(files, path, (text) => text.replace(/^resources:\n( *)- /m, 'resources:\n$1- nobdy.yaml\n$1- ')),
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
      apps: chartApps(files),
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
      apps: chartApps(files),
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
  'an App for a namespace that is not there': (files, draw) =>
    ofApp(files, draw, {
      fits: ({ namespace, folder }) => namespace !== '' && folder !== '',
      spec: (old) => ({ ...old, target: { ...(old['target'] as JsonObject), namespace: 'nowhere' } }),
      cause: /nowhere/,
    }),
  'an App that depends on a namesake elsewhere': (files, draw) =>
    ofApp(files, draw, {
      fits: ({ dependsOn }) => dependsOn.length > 0,
      spec: (old) => ({
        ...old,
        dependsOn: listAt(old, 'dependsOn').map((one) => ({ ...(one as JsonObject), namespace: 'elsewhere' })),
      }),
      cause: /elsewhere/,
    }),
  'an App of a kind of build that is none': (files, draw) =>
    ofApp(files, draw, { spec: (old) => ({ ...old, build: { jsonnetz: {} } }), cause: /jsonnetz/ }),
  'two providers of one name': (files, draw) => {
    const giver = pick(
      appsOf(files).filter(({ value }) => listAt(value, 'spec', 'provides').length > 0),
      draw,
    );
    const other = pick(
      appsOf(files).filter(({ name, value }) => name !== giver?.name && listAt(value, 'spec', 'provides').length === 0),
      draw,
    );
    if (giver === undefined || other === undefined) return undefined;
    const provides = listAt(giver.value, 'spec', 'provides');
    const spec = { ...(other.value['spec'] as JsonObject), provides: [...provides] };
    return {
      what: `${giver.name} and ${other.name}`,
      files: changed(files, other, { ...other.value, spec }),
      apps: [giver.name, other.name],
      cause: new RegExp(String(at(provides[0], 'name'))),
    };
  },
  'a provider that does not say so': (files, draw) => {
    const required = new Set(
      appsOf(files).flatMap(({ value }) =>
        listAt(value, 'spec', 'requires').flatMap((one) => (at(one, 'optional') === true ? [] : [at(one, 'name')])),
      ),
    );
    const app = pick(
      appsOf(files).filter(({ value }) => listAt(value, 'spec', 'provides').some((one) => required.has(at(one, 'name')))),
      draw,
    );
    if (app === undefined) return undefined;
    const { provides: _, ...spec } = app.value['spec'] as JsonObject;
    const names = listAt(app.value, 'spec', 'provides').map((one) => String(at(one, 'name')));
    return {
      what: app.name,
      files: changed(files, app, { ...app.value, spec }),
      apps: [
        app.name,
        ...appsOf(files).flatMap(({ name, value }) =>
          listAt(value, 'spec', 'requires').some((one) => names.includes(String(at(one, 'name')))) ? [name] : [],
        ),
      ],
      cause: new RegExp(names.join('|')),
    };
  },
  'a chart without a version': (files, draw) => {
    const path = pick(
      Object.keys(files).filter((one) => one.endsWith('/Chart.yaml')),
      draw,
    );
    if (path === undefined) return undefined;
    return {
      what: path,
      files: edit(files, path, (text) => text.replace(/^version:.*$/m, 'version: one')),
      apps: chartApps(files),
      cause: /version/,
    };
  },
  'a patch of nobody': (files, draw) => {
    const path = pick(
      Object.keys(files).filter((one) => one.endsWith('kustomization.yaml') && !/^patches:/m.test(files[one] ?? '')),
      draw,
    );
    if (path === undefined) return undefined;
    const patch = `patches:\n  - patch: |-\n      apiVersion: apps/v1\n      kind: Deployment\n      metadata: {name: nobdy}\n      spec: {replicas: 3}\n`;
    const folder = path.slice(0, path.lastIndexOf('/') + 1);
    return {
      what: path,
      files: edit(files, path, (text) => `${text.trimEnd()}\n${patch}`),
      apps: [
        ...appsOf(files)
          .filter((app) => app.folder === '' || `${app.folder}/`.startsWith(folder) || folder.startsWith(`${app.folder}/`))
          .map(({ name }) => name),
        'root',
      ],
      cause: /nobdy/,
    };
  },
  'an App that was suspended': (files, draw) => ofApp(files, draw, { spec: (old) => ({ ...old, suspend: true }), cause: /[Ss]uspend/ }),
};
