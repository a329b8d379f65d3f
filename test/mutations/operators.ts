/** Defects, made at random in the files of a green system: what a tired person does. Each knows which Apps it hurts and what a good message says. */
import type { JsonObject } from '../../src/core/object/index.ts';
import {
  annotated,
  appsOf,
  at,
  changed,
  chartApps,
  delivered,
  type Delivered,
  type Draw,
  edit,
  type Files,
  listAt,
  needs,
  pick,
  podSpec,
  without,
  withContainer,
  withPod,
  written,
  type WrittenApp,
} from './system.ts';
import { FILE_DEFECTS } from './files.ts';
import type { Made, Mutation, Operator } from './mutation.ts';
import { OBJECT_ROWS, ofObject } from './rows/objects.ts';

const choose = (files: Files, draw: Draw, fits: (one: Delivered) => boolean): Delivered | undefined =>
  pick(delivered(files).filter(fits), draw);
const isWorkload = ({ kind }: Delivered): boolean => ['Deployment', 'StatefulSet'].includes(kind);
const place = ({ path, kind, name }: Delivered): string => `${kind} ${name} in ${path}`;
const escaped = (name: string): string => name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** One object changed. */
const with_ = (files: Files, one: Delivered, value: JsonObject, more: Pick<Made, 'cause'> & Partial<Made>): Made => ({
  what: place(one),
  files: changed(files, one, value),
  apps: [one.app.name],
  ...more,
});

/** An App of the file, changed. */
const withApp = (files: Files, app: WrittenApp, spec: JsonObject, more: Omit<Made, 'files'>): Made => ({
  files: changed(files, app, { ...app.value, spec: { ...(app.value['spec'] as JsonObject), ...spec } }),
  ...more,
});

const appWhere = (files: Files, draw: Draw, fits: (app: WrittenApp) => boolean): WrittenApp | undefined =>
  pick(appsOf(files).filter(fits), draw);

/** What nothing but objects of Apps refer to, and who does. */
function referredTo(files: Files): readonly { readonly one: Delivered; readonly apps: readonly string[] }[] {
  const all = delivered(files);
  return all.flatMap((one) => {
    const users = all.filter((other) => {
      if (one.kind === 'Namespace') return other.app.namespace === one.name || at(other.value, 'metadata', 'namespace') === one.name;
      if (one.kind === 'PriorityClass') return at(podSpec(other.value), 'priorityClassName') === one.name;
      if (one.kind === 'CustomResourceDefinition') return other.kind === at(one.value, 'spec', 'names', 'kind');
      return (
        other.app.name === one.app.name &&
        needs(other.value).some(({ kind, name }) => kind === one.kind && name === one.name) &&
        other.kind !== 'CronJob'
      );
    });
    const charts =
      one.kind === 'Namespace' ? appsOf(files).filter(({ namespace, values }) => namespace === one.name && values.length > 0) : [];
    const apps = [...new Set([...users.map(({ app }) => app.name), ...charts.map(({ name }) => name)])];
    return apps.length === 0 ? [] : [{ one, apps }];
  });
}

const DEFECTS: Readonly<Record<string, Operator>> = {
  'drop an object': (files, draw) => {
    const found = pick(referredTo(files), draw);
    if (found === undefined) return undefined;
    const { one, apps } = found;
    const kind = one.kind === 'CustomResourceDefinition' ? String(at(one.value, 'spec', 'names', 'kind')) : one.name;
    return {
      what: `without ${place(one)}`,
      files: without(files, one),
      apps: [...apps, one.app.name],
      cause: new RegExp(`\\b${escaped(kind)}\\b`),
    };
  },
  'break YAML': (files, draw) => {
    const one = choose(files, draw, ({ document }) => document === 0);
    if (one === undefined) return undefined;
    return {
      what: `a tab in ${one.path}`,
      files: edit(files, one.path, (text) => text.replace(/\n {2}/, '\n\t')),
      apps: [one.app.name],
      cause: new RegExp(`${escaped(one.path)}|yaml|tab|character`, 'i'),
    };
  },
  'an unknown kind': (files, draw) => {
    const one = choose(files, draw, ({ kind }) => ['Deployment', 'Service', 'ConfigMap', 'StatefulSet', 'Job'].includes(kind));
    return one === undefined ? undefined : with_(files, one, { ...one.value, kind: `${one.kind}x` }, { cause: new RegExp(`${one.kind}x`) });
  },
  'remove a key': (files, draw) => {
    const one = choose(files, draw, isWorkload);
    const key = pick(['image', 'selector', 'name', 'containers', 'data'], draw);
    if (one === undefined) return undefined;
    if (key === 'image')
      return with_(
        files,
        one,
        withContainer(one.value, ({ image: _image, ...rest }) => rest),
        { what: `no image: ${place(one)}`, cause: /image/ },
      );
    if (key === 'containers')
      return with_(
        files,
        one,
        withPod(one.value, ({ containers: _containers, ...rest }) => rest),
        { what: `no containers: ${place(one)}`, cause: /containers/ },
      );
    if (key === 'selector') {
      const { selector: _selector, ...spec } = one.value['spec'] as JsonObject;
      return with_(files, one, { ...one.value, spec }, { what: `no selector: ${place(one)}`, cause: /selector/ });
    }
    if (key === 'name') {
      const { name: _name, ...metadata } = one.value['metadata'] as JsonObject;
      return with_(files, one, { ...one.value, metadata }, { what: `no name: ${place(one)}`, cause: /name/ });
    }
    const app = appWhere(files, draw, ({ values }) => values.length > 0);
    const path = app?.values[0];
    if (app === undefined || path === undefined) return undefined;
    const gone = pick(['image', 'version'], draw) ?? 'image';
    return {
      what: `no ${gone} in ${path}`,
      files: edit(files, path, (text) => text.replace(new RegExp(`^${gone}: .*\n`, 'm'), '')),
      apps: [app.name],
      cause: new RegExp(gone),
    };
  },
  'a wrong type': (files, draw) => {
    const one = choose(files, draw, isWorkload);
    if (one === undefined) return undefined;
    const spec = { ...(one.value['spec'] as JsonObject), replicas: 'two' };
    return with_(files, one, { ...one.value, spec }, { what: `replicas: two: ${place(one)}`, cause: /replicas/ });
  },
  'an invalid name': (files, draw) => {
    const one = choose(files, draw, ({ kind }) => ['Service', 'ConfigMap'].includes(kind));
    if (one === undefined) return undefined;
    const name = `${one.name}_1`;
    return with_(
      files,
      one,
      { ...one.value, metadata: { ...(one.value['metadata'] as JsonObject), name } },
      { cause: new RegExp(escaped(name)) },
    );
  },
  'a selector that misses': (files, draw) => {
    const one = choose(files, draw, isWorkload);
    if (one === undefined) return undefined;
    const spec = { ...(one.value['spec'] as JsonObject), selector: { matchLabels: { 'app.kubernetes.io/name': 'somebody-else' } } };
    return with_(files, one, { ...one.value, spec }, { cause: /selector|labels/ });
  },
  'requests above limits': (files, draw) => {
    const one = choose(files, draw, isWorkload);
    if (one === undefined) return undefined;
    const resources = { requests: { memory: '2Gi' }, limits: { memory: '1Gi' } };
    return with_(
      files,
      one,
      withContainer(one.value, (container) => ({ ...container, resources })),
      { cause: /memory/ },
    );
  },
  'an unknown priority': (files, draw) => {
    const one = choose(files, draw, isWorkload);
    return one === undefined
      ? undefined
      : with_(
          files,
          one,
          withPod(one.value, (spec) => ({ ...spec, priorityClassName: 'custmer-facing' })),
          { cause: /custmer-facing/ },
        );
  },
  'a crash loop': (files, draw) => {
    const one = choose(files, draw, isWorkload);
    if (one === undefined) return undefined;
    const template = at(one.value, 'spec', 'template') as JsonObject;
    const spec = { ...(one.value['spec'] as JsonObject), template: annotated(template, { 'lockstep.dev/simulate': 'crash-loop' }) };
    return with_(files, one, { ...one.value, spec }, { cause: /CrashLoopBackOff|crash|restart/i });
  },
  'exceed a quota': (files, draw) => {
    const quota = delivered(files).find(({ kind }) => kind === 'ResourceQuota');
    if (quota !== undefined && draw(2) === 0) {
      const app = appWhere(files, draw, ({ values }) => values.length > 0);
      const path = app?.values[0];
      if (app === undefined || path === undefined) return undefined;
      return {
        what: `99 replicas in ${path}`,
        files: edit(files, path, (text) => text.replace(/^replicas: .*$/m, 'replicas: 99')),
        apps: [app.name],
        cause: /quota/,
      };
    }
    const one = choose(files, draw, (each) => isWorkload(each) && each.app.namespace !== '');
    if (one === undefined) return undefined;
    const path = one.path.replace(/[^/]+$/, 'small-quota.yaml');
    // A kustomization takes in what it names; elsewhere a file is enough.
    if (Object.keys(files).some((other) => other === one.path.replace(/[^/]+$/, 'kustomization.yaml'))) return undefined;
    const text = `apiVersion: v1\nkind: ResourceQuota\nmetadata:\n  name: small\n  namespace: ${one.app.namespace}\nspec:\n  hard: {pods: "0"}\n`;
    return {
      what: `no room for Pods beside ${place(one)}`,
      files: { ...files, [path]: text },
      apps: appsOf(files).flatMap(({ name, namespace }) => (namespace === one.app.namespace ? [name] : [])),
      cause: /quota/,
    };
  },
  'make a cycle': (files, draw) => {
    const leaf = appWhere(files, draw, ({ dependsOn }) => dependsOn.includes('platform'));
    const platform = appsOf(files).find(({ name }) => name === 'platform');
    if (leaf === undefined || platform === undefined) return undefined;
    return withApp(
      files,
      platform,
      { dependsOn: [{ name: leaf.name }] },
      { what: `platform depends on ${leaf.name}`, apps: ['platform', leaf.name], cause: /circle/ },
    );
  },
  'swap an order': (files, draw) => {
    const leaf = appWhere(
      files,
      draw,
      ({ dependsOn, namespace }) => dependsOn.length === 1 && dependsOn[0] === 'platform' && namespace !== '',
    );
    const platform = appsOf(files).find(({ name }) => name === 'platform');
    if (leaf === undefined || platform === undefined) return undefined;
    const first = withApp(files, platform, { dependsOn: [{ name: leaf.name }] }, { what: '', apps: [], cause: /^/ }).files;
    const again = appsOf(first).find(({ name }) => name === leaf.name) as WrittenApp;
    return withApp(
      first,
      again,
      { dependsOn: [] },
      {
        what: `platform after ${leaf.name}, not before`,
        apps: [leaf.name],
        cause: new RegExp(`namespace.*${leaf.namespace}|${leaf.namespace}.*namespace|circle`, 'is'),
      },
    );
  },
  'swap waves': (files, draw) => {
    const workloads = delivered(files).filter((one) => isWorkload(one) && needs(one.value).some(({ kind }) => kind === 'ConfigMap'));
    const one = pick(workloads, draw);
    const need = one === undefined ? undefined : needs(one.value).find(({ kind }) => kind === 'ConfigMap');
    const config = delivered(files).find(
      ({ kind, name, app }) => kind === 'ConfigMap' && name === need?.name && app.name === one?.app.name,
    );
    if (one === undefined || config === undefined) return undefined;
    return with_(files, config, annotated(config.value, { 'lockstep.dev/wave': '5' }), {
      what: `${config.name} after ${place(one)}`,
      cause: new RegExp(`"${config.name}" not found|${config.name}`),
    });
  },
  'depend on nothing': (files, draw) => {
    const app = appWhere(files, draw, ({ dependsOn }) => dependsOn.length > 0);
    if (app === undefined) return undefined;
    return withApp(
      files,
      app,
      { dependsOn: [{ name: 'platfrom' }] },
      { what: `${app.name} depends on an App that is not there`, apps: [app.name], cause: /platfrom does not exist/ },
    );
  },
  'a path that is not there': (files, draw) => {
    const app = appWhere(files, draw, ({ folder }) => folder !== '');
    if (app === undefined) return undefined;
    const source = { ...(at(app.value, 'spec', 'source') as JsonObject), path: `${app.folder}s` };
    return withApp(
      files,
      app,
      { source },
      { what: `${app.name} delivers ${app.folder}s`, apps: [app.name], cause: new RegExp(escaped(`${app.folder}s`)) },
    );
  },
  'a values file that is not there': (files, draw) => {
    const app = appWhere(files, draw, ({ values }) => values.length > 0);
    if (app === undefined) return undefined;
    return withApp(
      files,
      app,
      { build: { helm: { valueFiles: ['services/nobody.yaml'] } } },
      { what: `${app.name} reads services/nobody.yaml`, apps: [app.name], cause: /services\/nobody\.yaml/ },
    );
  },
  'a second owner': (files, draw) => {
    const one = choose(files, draw, ({ kind, app }) => kind === 'ConfigMap' && app.namespace !== '');
    const other = choose(
      files,
      draw,
      ({ app, path }) => app.name !== one?.app.name && !Object.keys(files).includes(path.replace(/[^/]+$/, 'kustomization.yaml')),
    );
    if (one === undefined || other === undefined) return undefined;
    const metadata = { name: one.name, namespace: one.app.namespace };
    const copy = `apiVersion: v1\nkind: ConfigMap\nmetadata: ${JSON.stringify(metadata)}\ndata: {taken: "yes"}\n`;
    return {
      what: `${place(one)} in ${other.app.name} too`,
      files: { ...files, [other.path.replace(/[^/]+$/, 'copy.yaml')]: copy },
      apps: [one.app.name, other.app.name],
      cause: /belongs to|is rendered by App/,
    };
  },
  'the same object twice': (files, draw) => {
    const one = choose(
      files,
      draw,
      ({ kind, path }) =>
        ['ConfigMap', 'Service'].includes(kind) && !Object.keys(files).includes(path.replace(/[^/]+$/, 'kustomization.yaml')),
    );
    if (one === undefined) return undefined;
    return {
      what: `${place(one)} twice`,
      files: {
        ...files,
        [one.path.replace(/[^/]+$/, 'again.yaml')]: JSON.stringify({
          ...one.value,
          metadata: { ...(one.value['metadata'] as JsonObject), labels: { again: 'yes' } },
        }),
      },
      apps: [one.app.name],
      cause: new RegExp(`${one.name}[^]*(twice|again|already|duplicate)|(twice|again|already|duplicate)[^]*${one.name}`, 'i'),
    };
  },
  'break a test': (files, draw) => {
    const smoke = Object.keys(files).find((path) => path.includes('/templates/tests/'));
    if (smoke !== undefined && draw(2) === 0) {
      const broken = edit(files, smoke, (text) =>
        text.replace(/^ {4}metadata:\n/m, '    metadata:\n      annotations: {lockstep.dev/simulate: fail}\n'),
      );
      return {
        what: `the test in ${smoke} fails`,
        files: broken,
        apps: chartApps(files),
        cause: /test/i,
      };
    }
    const one = choose(files, draw, ({ kind }) => kind === 'Job');
    if (one === undefined) return undefined;
    const template = annotated({ metadata: {}, ...(at(one.value, 'spec', 'template') as JsonObject) }, { 'lockstep.dev/simulate': 'fail' });
    return with_(files, one, { ...one.value, spec: { ...(one.value['spec'] as JsonObject), template } }, { cause: /Job|backoff/i });
  },
  'break a template': (files, draw) => {
    const path = pick(
      Object.keys(files).filter((one) => /\/templates\/[^/]+\.yaml$/.test(one)),
      draw,
    );
    if (path === undefined) return undefined;
    return {
      what: `an end too few in ${path}`,
      files: edit(files, path, (text) => `${text}{{ if .Values.image }}\n`),
      apps: chartApps(files),
      cause: new RegExp(escaped(path.replace(/^.*\/templates\//, ''))),
    };
  },
  'raise a version': (files, draw) => {
    const required = new Set(
      appsOf(files).flatMap(({ value }) =>
        listAt(value, 'spec', 'requires').flatMap((one) => (at(one, 'optional') === true ? [] : [at(one, 'name')])),
      ),
    );
    const app = appWhere(files, draw, ({ value }) => listAt(value, 'spec', 'provides').some((one) => required.has(at(one, 'name'))));
    if (app === undefined) return undefined;
    const provides = listAt(app.value, 'spec', 'provides').map((one) => ({ ...(one as JsonObject), version: '99.0.0' }));
    return withApp(files, app, { provides }, { what: `${app.name} provides 99.0.0`, apps: [app.name], cause: /provides 99\.0\.0/ });
  },
  'require too much': (files, draw) => {
    const app = appWhere(files, draw, ({ value }) => listAt(value, 'spec', 'requires').some((one) => at(one, 'optional') !== true));
    if (app === undefined) return undefined;
    const [first, ...rest] = listAt(app.value, 'spec', 'requires');
    const name = draw(2) === 0 ? 'nobody-api' : String(at(first, 'name'));
    return withApp(
      files,
      app,
      { requires: [{ name, version: '>=77' }, ...rest] },
      { what: `${app.name} requires ${name} >=77`, apps: [app.name], cause: new RegExp(`${name}[^]*>=77|>=77[^]*${name}`) },
    );
  },
  'a bad image': (files, draw) => {
    const one = choose(files, draw, isWorkload);
    if (one === undefined) return undefined;
    const image = 'ghcr.io/example/does-not-exist:0.0.0';
    return with_(
      files,
      one,
      withContainer(one.value, (container) => ({ ...container, image })),
      { cause: /^/, apps: [], assumed: image },
    );
  },
};

const harmless = (files: Files, one: Delivered | undefined, value: (object: JsonObject) => JsonObject): Made | undefined =>
  one === undefined ? undefined : { what: place(one), files: changed(files, one, value(one.value)), apps: [], cause: /^$/ };

const HARMLESS: Readonly<Record<string, Operator>> = {
  'another value': (files, draw) => {
    const one = choose(files, draw, ({ kind, value }) => kind === 'ConfigMap' && Object.keys(at(value, 'data') as JsonObject).length > 0);
    return harmless(files, one, (value) => ({ ...value, data: { ...(value['data'] as JsonObject), LOG_LEVEL: 'warn' } }));
  },
  'another label': (files, draw) =>
    harmless(
      files,
      choose(files, draw, () => true),
      (value) => annotated(value, { 'example.com/touched': 'yes' }),
    ),
  'one replica more': (files, draw) =>
    harmless(files, choose(files, draw, isWorkload), (value) => ({ ...value, spec: { ...(value['spec'] as JsonObject), replicas: 3 } })),
  'another name of a file': (files, draw) => {
    const one = choose(files, draw, ({ path }) => !Object.keys(files).includes(path.replace(/[^/]+$/, 'kustomization.yaml')));
    if (one === undefined) return undefined;
    const { [one.path]: text = '', ...rest } = files;
    return { what: one.path, files: { ...rest, [one.path.replace(/\.yaml$/, '-renamed.yaml')]: text }, apps: [], cause: /^$/ };
  },
  'a ConfigMap more': (files, draw) => {
    const one = choose(files, draw, ({ path }) => !Object.keys(files).includes(path.replace(/[^/]+$/, 'kustomization.yaml')));
    const path = one?.path.replace(/[^/]+$/, 'more.yaml');
    if (one === undefined || path === undefined) return undefined;
    const namespace = one.app.namespace === '' ? 'default' : one.app.namespace;
    return {
      what: path,
      files: { ...files, [path]: `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: more, namespace: ${namespace}}\n` },
      apps: [],
      cause: /^$/,
    };
  },
  'a comment': (files, draw) => {
    const one = pick(written(files), draw);
    return one === undefined
      ? undefined
      : { what: one.path, files: edit(files, one.path, (text) => `# looked at\n${text}`), apps: [], cause: /^$/ };
  },
};

const OF_OBJECTS: Readonly<Record<string, Operator>> = Object.fromEntries(
  Object.keys(OBJECT_ROWS).map((name) => [name, (files: Files, draw: Draw) => ofObject(name, files, draw)]),
);
const ALL: Readonly<Record<string, Operator>> = { ...DEFECTS, ...FILE_DEFECTS, ...OF_OBJECTS, ...HARMLESS };

/** One mutation; about one in five does no harm, to see what cries wolf. `only`: a part of the operator's name. */
export function mutate(files: Files, draw: Draw, only = ''): Mutation {
  const defects = Object.entries({ ...DEFECTS, ...FILE_DEFECTS, ...OF_OBJECTS });
  for (let tries = 0; tries < 10_000; tries += 1) {
    const among =
      only !== '' ? Object.entries(ALL).filter(([name]) => name.includes(only)) : draw(5) === 0 ? Object.entries(HARMLESS) : defects;
    const [name, operator] = pick(among, draw) as [string, Operator];
    const made = operator(files, draw);
    if (made !== undefined) return { name, ...made };
  }
  throw new Error(`no mutation fits${only === '' ? '' : ` that is called ${only}`}`);
}

/** Every kind of mutation. */
export const OPERATORS: readonly string[] = Object.keys(ALL);
