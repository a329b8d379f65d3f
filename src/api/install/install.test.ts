/** The chart and `lockstep install` say the same, in every combination of settings; and what they say is restricted. */
import { expect, test } from 'vitest';
import { mergeOptions, render, RenderCache } from '../../core/chart/index.ts';
import { loadFiles } from '../../core/chart/load/index.ts';
import { ChartFile } from '../../core/chart/model/index.ts';
import { type KubeObject, refKey, refOf } from '../../core/object/index.ts';
import { decodeManifests } from '../../core/yaml/index.ts';
import { encodeUtf8 } from '../../std/index.ts';
import { CLUSTER_RIGHTS } from './rights.table.ts';
import { chartFiles, installObjects, type InstallSettings, SETTINGS, SYSTEM_NAMESPACE } from './index.ts';

const version = '1.2.3';
const defaults = { ...Object.fromEntries(Object.entries(SETTINGS).map(([name, row]) => [name, row.default])), version } as InstallSettings;

function renderedChart(settings: InstallSettings, namespace = SYSTEM_NAMESPACE): readonly KubeObject[] | string {
  const files = [...chartFiles(version)].map(([name, text]) => new ChartFile(name, encodeUtf8(text)));
  const loaded = loadFiles(files);
  const chosen = Object.entries(settings).filter(([name]) => name !== 'version');
  const values = mergeOptions({ setString: chosen.map(([name, value]) => `${name}=${value}`) });
  if (!loaded.ok || !values.ok) throw new Error('the chart cannot be loaded');
  const nothing = (): never => {
    throw new Error('the chart asks for nothing');
  };
  const release = { name: 'lockstep', namespace };
  const outcome = render(nothing, { chart: loaded.value.chart, values: values.value, release }, { cache: new RenderCache() });
  if (!outcome.ok) return outcome.error.message;
  const made = outcome.value.crds.flatMap(({ text }) => decodeManifests(text).value.map(({ object }) => object as KubeObject));
  return [...made, ...outcome.value.manifests.map(({ object }) => object as KubeObject)];
}

const cases: readonly (readonly [string, Partial<InstallSettings>])[] = [
  ['nothing is chosen', {}],
  [
    'everything is chosen',
    {
      image: 'r.example/l:9',
      storageSize: '1Gi',
      storageClass: 'fast',
      memory: '2Gi',
      pullSecret: 'pull',
      rootRole: 'edit',
      people: 'any',
      dashboardUrl: 'https://l.example',
    },
  ],
  ['the root has no role', { rootRole: 'none' }],
  ['a class that looks like a number', { storageClass: '1', pullSecret: 'true' }],
];

test.each(cases)('the chart renders what is installed: %s', (_name, chosen) => {
  const settings = { ...defaults, ...chosen };
  const installed = installObjects(settings).filter(({ kind }) => kind !== 'Namespace');
  const rendered = renderedChart(settings);
  if (typeof rendered === 'string') throw new Error(rendered);
  const byKey = (objects: readonly KubeObject[]) => Object.fromEntries(objects.map((object) => [refKey(refOf(object)), object]));
  expect(byKey(rendered)).toEqual(byKey(installed));
  expect(rendered).toHaveLength(installed.length);
});

test('the chart refuses another namespace', () => {
  expect(renderedChart(defaults, 'elsewhere')).toMatch(/Lockstep lives in the namespace lockstep-system/);
});

test('nobody may be impersonated but ServiceAccounts, and little but our kinds is written', () => {
  const writes = CLUSTER_RIGHTS.filter(({ verbs }) => verbs.some((verb) => !['get', 'list', 'watch'].includes(verb)));
  expect(writes.map(({ groups, resources, verbs }) => `${groups.join()}/${resources.join()} ${verbs.join()}`)).toEqual([
    'lockstep.dev/* create,update,patch,delete',
    '/serviceaccounts impersonate',
    '/events create,patch',
    'authentication.k8s.io/tokenreviews create',
    'authorization.k8s.io/subjectaccessreviews create',
    '/secrets create,update',
    'bitnami.com/sealedsecrets/status,sealedsecrets/finalizers update,patch',
    'apps/deployments patch',
  ]);
});
