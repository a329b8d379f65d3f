/** Stories of what is rendered: every fault names its file. */
import { map, type Story } from './story.ts';

const chart = (files: Readonly<Record<string, string>>): Record<string, string> => ({
  'web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
  ...Object.fromEntries(Object.entries(files).map(([name, text]) => [`web/${name}`, text])),
});

const testJob = (annotations: string): string =>
  `apiVersion: batch/v1\nkind: Job\nmetadata: {name: t, annotations: {${annotations}}}\nspec: {template: {spec: {restartPolicy: Never, containers: [{name: main, image: x}]}}}\n`;

export const manifests: Readonly<Record<string, Story>> = {
  PathNotFound: { path: 'nope', says: /nope/ },
  PathEscapes: {
    files: { 'web/a.yaml': '-> /etc/passwd' },
    says: /web\/a\.yaml: is a link that leads out of the source, to \/etc\/passwd/,
  },
  NothingRendered: { files: { 'web/readme.md': '# nothing\n' }, says: /no object came out of web, built with plain/, shows: 'event' },
  InvalidYaml: { files: { 'web/a.yaml': 'a: [\n' }, says: /web\/a\.yaml/ },
  NotKubernetes: { files: { 'web/a.yaml': 'a: 1\n' }, says: /web\/a\.yaml/ },
  BinaryFile: { files: { 'web/a.yaml': 'a: \0\n' }, says: /web\/a\.yaml: is not a text file/ },
  FileTooLarge: {
    before: (w) => {
      w.repository.fileLimit = 10;
      return Promise.resolve();
    },
    says: /web\/a\.yaml: has \d+ bytes, at most 10 are read/,
  },
  TooManyFiles: {
    files: Object.fromEntries(Array.from({ length: 20_001 }, (_each, index) => [`web/${index}.yaml`, ''])),
    says: /20001 manifest files, at most 20000 are read/,
  },
  TooManyObjects: {
    files: { 'web/a.yaml': Array.from({ length: 10_001 }, (_each, index) => map(`m${index}`)).join('---\n') },
    says: /10001 objects, at most 10000 are allowed/,
  },
  DuplicateObject: { files: { 'web/a.yaml': map('a'), 'web/b.yaml': map('a') }, says: /web\/a\.yaml:1/ },
  NestedBuilder: {
    files: { 'web/a.yaml': map('a'), 'web/sub/Chart.yaml': 'apiVersion: v2\nname: sub\nversion: 1.0.0\n' },
    says: /web\/sub/,
  },
  RenderFailed: { files: chart({ 'templates/a.yaml': '{{ fail "no" }}' }), says: /templates\/a\.yaml.*no/ },
  DependenciesMissing: {
    files: {
      'web/Chart.yaml':
        'apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies: [{name: part, version: 1.0.0, repository: "https://charts.test/"}]\n',
      'web/templates/a.yaml': map('a'),
    },
    says: /dependency "part": it is not in charts\/.*allowedRemotes/,
  },
  ValuesNotFound: {
    files: chart({ 'templates/a.yaml': map('a') }),
    spec: { build: { helm: { valuesFrom: [{ configMap: 'nope' }] } } },
    says: /nope/,
  },
  KustomizeFailed: { files: { 'web/kustomization.yaml': 'resources: [nope.yaml]\n' }, says: /nope\.yaml/ },
  VariablesNotFound: {
    files: { 'web/a.yaml': map('a') },
    spec: { build: { variablesFrom: [{ configMap: 'nope' }] } },
    says: /there is no ConfigMap nope in namespace shop/,
  },
  VariableNotSet: {
    files: { 'web/a.yaml': map('a', ', labels: {x: "${NAME}"}') },
    spec: { build: { variables: { OTHER: '1' } } },
    says: /NAME/,
  },
  InvalidSubstitution: {
    files: { 'web/a.yaml': map('a', ', labels: {x: "${NAME"}') },
    spec: { build: { variables: { NAME: '1' } } },
    says: /web\/a\.yaml/,
  },
  BudgetExceeded: {
    // A chart in a chart in a chart: each is read only when its parent was.
    files: Object.fromEntries(
      Array.from({ length: 40 }, (_each, depth) => [
        `web/${'x/'.repeat(depth)}kustomization.yaml`,
        depth === 39 ? 'resources: []\n' : 'resources: [x]\n',
      ]),
    ),
    says: /rounds/,
  },
  Unsupported: {
    git: null,
    before: async (w) => {
      const verify = { notation: { keysFrom: [{ secretRef: { name: 'keys' } }] } };
      const spec = { oci: { url: 'oci://registry.test/charts', verify }, interval: '10m' };
      await w.put({ apiVersion: 'lockstep.dev/v1', kind: 'Source', metadata: { name: 'charts', namespace: 'shop' }, spec });
    },
    spec: { source: { name: 'charts', chart: 'web', version: '1.0.0' } },
    says: /spec\.oci\.verify\.notation: Notary signatures cannot be checked by this version/,
    shows: { root: 'Source/shop/charts', app: 'SourceNotReady' },
  },
  InvalidWave: {
    files: { 'web/a.yaml': map('a', ', annotations: {lockstep.dev/wave: soon}') },
    says: /wave is "soon"; it may be a whole number/,
  },
  InvalidAnnotation: {
    files: { 'web/a.yaml': testJob('lockstep.dev/test: "true", lockstep.dev/timeout: soon') },
    says: /lockstep\.dev\/timeout/,
  },
  RuleInvalid: { spec: { tests: { only: ['test.['] } }, says: /spec\.tests\.only\[0\]/ },
  InvalidSpec: {
    spec: { source: { name: 'config', chart: 'web' } },
    says: /spec\.source\.chart: Source shop\/config is a Git repository/,
  },
};
