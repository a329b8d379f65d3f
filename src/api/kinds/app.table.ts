/** `App`: one thing delivered to one place. What it wants; what became of it is in `app-status.table.ts`. */
import { always, bool, by, duration, free, int, list, map, must, object, str, time, word, type Infer } from '../schema/field.ts';
import { appStatus } from './app-status.table.ts';
import { AGE, conditionColumn, type Kind } from './kind.ts';
import { cel, gitRef, label, metadataText, objectName, secretRef, sourcePath } from './shared.table.ts';

const semverRange = (doc: string) => str(doc, { maxLength: 253 });

const source = object(
  'What: a path of a Source, or a chart of an oci/helm Source.',
  {
    name: must(objectName('Name of a Source in the same namespace.')),
    path: sourcePath('Directory (or file) inside the source; absent: its root.'),
    ref: gitRef("Another ref than the Source's own, if its `allowedRefs` permits."),
    include: list(str('A pattern in .gitignore syntax, relative to `path`.', { maxLength: 1024 }), 'Only these files; absent: all.'),
    exclude: list(str('A pattern in .gitignore syntax, relative to `path`.', { maxLength: 1024 }), 'Not these files.'),
    chart: str('Name of a chart, for an oci or helm Source.'),
    version: semverRange(
      'Version of the chart: exact, or a range. A range is resolved to a digest in status and marked `Reproducible=False`.',
    ),
    verify: bool("Refuse a chart without a good signature by the Source's keys."),
  },
  {
    atMostOne: ['path', 'chart'],
    rules: [
      { rule: 'has(self.chart) || !has(self.version)', message: 'version needs chart', hint: 'to pick a Git tag, use ref.semver' },
      {
        rule: 'has(self.chart) || !has(self.verify)',
        message: 'verify needs chart',
        hint: 'signed Git revisions are required on the Source, in spec.git.verify',
      },
      {
        rule: '!has(self.chart) || (!has(self.ref) && !has(self.include) && !has(self.exclude))',
        message: 'a chart takes no ref, include or exclude',
      },
    ],
  },
);

const target = object('Where; absent: the cluster and namespace the App lives in.', {
  cluster: objectName('Name of a TargetCluster; absent: the cluster the App lives in.'),
  namespace: label("Namespace for objects that name none; absent: the App's own."),
  namespaceMode: by(
    'default',
    word(['default', 'force'], '`default`: only for objects that name no namespace. `force`: for all namespaced objects.'),
  ),
  createNamespace: object('Create the namespace, with this metadata. It is never deleted by Lockstep.', {
    labels: map(metadataText('Value.'), 'Labels of the namespace.'),
    annotations: map(metadataText('Value.'), 'Annotations of the namespace.'),
  }),
});

const valuesFrom = list(
  object(
    'One origin of values.',
    {
      configMap: objectName('A ConfigMap in the same namespace.'),
      secret: objectName('A Secret in the same namespace.'),
      source: object('A file of a source.', {
        name: objectName('Name of a Source in the same namespace; absent: the App’s own.'),
        path: must(sourcePath('Path of the file.')),
      }),
      url: str('An https:// URL of a file, below an address that `Platform.spec.allowedRemotes` names.', {
        maxLength: 2048,
        pattern: '^https://[^ @]+$',
        means: 'an https:// URL without credentials',
      }),
      key: str('Key inside the ConfigMap or Secret. Default: `values.yaml`.'),
      targetPath: str('Put the content at this path of the values (as `--set` writes paths) instead of merging it as YAML.', {
        maxLength: 1024,
      }),
      literal: bool('With `targetPath`: take the content as a string, never as a number, boolean or list.'),
      optional: bool('Go on when it does not exist.'),
    },
    {
      exactlyOne: ['configMap', 'secret', 'source', 'url'],
      rules: [
        { rule: '!has(self.key) || has(self.configMap) || has(self.secret)', message: 'key needs configMap or secret' },
        { rule: '!has(self.literal) || has(self.targetPath)', message: 'literal needs targetPath' },
      ],
    },
  ),
  'Values from elsewhere; later ones win over earlier ones, `values` wins over all.',
  { maxItems: 32 },
);

const helm = object('Render a Helm chart.', {
  releaseName: str("Name of the release. Default: the App's name.", {
    maxLength: 53,
    pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
    means: 'a Helm release name (at most 53 characters of lower case, digits, "-" and ".")',
  }),
  mode: by(
    'release',
    word(
      ['release', 'template'],
      '`release`: a Helm release with history and hooks, as `helm install` makes. `template`: only the manifests.',
    ),
  ),
  valueFiles: list(sourcePath("A values file, relative to the source's root."), 'Values files of the source; later ones win.'),
  values: free('Values; these win over files and `valuesFrom`.'),
  valuesFrom,
  crds: by(
    'replace',
    word(['create', 'replace', 'skip'], "What happens to CRDs of the chart's `crds/` directory. They are never deleted."),
  ),
  serverSideApply: by(
    'auto',
    word(
      ['auto', 'enabled', 'disabled'],
      'Who merges: the server (`enabled`), or a three-way merge with what the release had (`disabled`). `auto`: a first revision on the server, others as the revision before, which is three-way for what Helm 3 made. `heal: strict` needs the server.',
    ),
  ),
  maxHistory: by(5, int('Release revisions that are kept; 0: all.', 0, 1000)),
  timeout: by('5m', duration('How long one hook or test may take.', 1000)),
  disableHooks: by(false, bool('Run no hooks.')),
  skipTests: by(false, bool('Leave out test hooks.')),
  skipSchemaValidation: by(false, bool("Do not check values against the chart's `values.schema.json`.")),
  kubeVersion: str('Kubernetes version shown to the chart; absent: that of the target cluster.', { maxLength: 64 }),
  apiVersions: list(
    str('`group/version` or `group/version/Kind`.'),
    'API versions shown to the chart besides those of the target cluster.',
    { maxItems: 512 },
  ),
  storageNamespace: label('Namespace of the release records; absent: the target namespace.'),
  keepFailed: by(false, bool('Keep what a failed install made.')),
  keepHistory: by(false, bool('When the App is deleted, its records stay and say `uninstalled`, as with `helm uninstall --keep-history`.')),
  reinstall: list(
    word(
      ['installFailed', 'upgradeFailed', 'chartRenamed'],
      '`installFailed`: before an install that failed is tried again. `upgradeFailed`: once an upgrade failed for good. `chartRenamed`: when the chart has another name.',
    ),
    'Cases in which the release is uninstalled and installed anew, without the history it had. Otherwise it is upgraded in place. Data stays (S3).',
    { maxItems: 3 },
  ),
  waves: map(
    int('The wave.', -999999, 999999),
    "Waves of sub-charts, by the name the umbrella chart knows them by (`db`, `db/redis`): each is healthy before the next begins. The annotation `lockstep.dev/wave` of a sub-chart's Chart.yaml says the same.",
  ),
});

const patchTarget = object('Which objects; every given field has to match. Names are regular expressions, matched whole.', {
  group: str('API group.', { minLength: 0 }),
  version: str('API version.', { maxLength: 63 }),
  kind: str('Kind.', { maxLength: 253 }),
  name: str('Name.', { maxLength: 1024 }),
  namespace: str('Namespace.', { maxLength: 1024 }),
  labelSelector: str('Label selector.', { maxLength: 1024 }),
  annotationSelector: str('The same over annotations.', { maxLength: 1024 }),
});

const patches = list(
  object('One patch.', {
    target: patchTarget,
    patch: must(str('A strategic merge patch or a JSON patch, as YAML.', { maxLength: 65536 })),
  }),
  'Patches, in order.',
);

const kustomize = object('Build a kustomization; these are added to the one in the source.', {
  images: list(
    object('One image.', {
      name: must(str('Image name as it stands in the manifests.', { maxLength: 512 })),
      newName: str('Name to put there.', { maxLength: 512 }),
      newTag: str('Tag to put there.', { maxLength: 128 }),
      digest: str('Digest to put there.', { maxLength: 128 }),
    }),
    'Image names, tags and digests to replace.',
    { maxItems: 128, merge: ['name'] },
  ),
  patches,
  components: list(str('Path of a component, relative to `source.path`.', { maxLength: 1024 }), 'Components to add.'),
  replicas: list(
    object('One workload.', { name: must(str('Name of the workload.')), count: must(int('Replicas.', 0, 1000000)) }),
    'Replica counts to set.',
    { maxItems: 128, merge: ['name'] },
  ),
  namePrefix: str('Put before every name.', { maxLength: 63 }),
  nameSuffix: str('Put after every name.', { maxLength: 63 }),
});

const build = object(
  'How; absent: detected (Chart.yaml, kustomization.yaml, helmfile.yaml, else plain YAML).',
  {
    helm,
    kustomize,
    helmfile: object('Render a helmfile.', {
      environment: by('default', str('Environment.')),
      selector: str('Only releases with these labels, for example `tier=frontend,name!=proxy`.', { maxLength: 1024 }),
      values: free('State values that win over those of the environment.'),
    }),
    plain: object('Read YAML and JSON files as they are.', { recurse: by(true, bool('Read nested directories too.')) }),
    variables: map(
      str('Value.', { minLength: 0, maxLength: 65536 }),
      'Values for `${KEY}`, substituted after the build. Strict: an unset variable is an error.',
    ),
    variablesFrom: list(
      object(
        'One origin of variables: every entry is a variable.',
        {
          configMap: objectName('A ConfigMap in the same namespace.'),
          secret: objectName('A Secret in the same namespace.'),
          optional: bool('Go on when it does not exist.'),
        },
        { exactlyOne: ['configMap', 'secret'] },
      ),
      'Variables from elsewhere; later ones win over earlier ones, `variables` wins over all.',
      { maxItems: 32 },
    ),
    patches,
    metadata: object('Metadata added to every object.', {
      labels: map(metadataText('Value.'), 'Labels.'),
      annotations: map(metadataText('Value.'), 'Annotations.'),
    }),
  },
  { atMostOne: ['helm', 'kustomize', 'helmfile', 'plain'] },
);

const ignore = list(
  object(
    'Fields of some objects.',
    {
      group: str('API group; absent: any.', { minLength: 0 }),
      kind: str('Kind; absent: any.'),
      name: str('Name; absent: any.'),
      namespace: str('Namespace; absent: any.'),
      paths: list(
        str('A JSON pointer such as `/spec/replicas`.', { maxLength: 1024, pattern: '^(/[^/]*)+$', means: 'a JSON pointer' }),
        'These fields.',
      ),
      cel: cel('Only objects for which this is true; `object` is the live object.'),
      managers: list(str('Name of a field manager.'), 'Fields that these managers own.'),
    },
    {
      rules: [
        {
          rule: 'has(self.paths) || has(self.managers)',
          message: 'must name paths or managers',
          hint: 'to leave a whole object alone, annotate it `lockstep.dev/apply: ignore`',
        },
      ],
    },
  ),
  'Fields that are left to others, in the comparison and in the apply.',
);

const windows = list(
  object(
    'One window.',
    {
      allow: str('Cron expression: new revisions and prunes are let through from then on.', { maxLength: 128 }),
      deny: str('Cron expression: new revisions and prunes wait from then on.', { maxLength: 128 }),
      for: must(duration('How long.', 60000)),
      timeZone: by('UTC', str('IANA time zone.', { maxLength: 64 })),
    },
    { exactlyOne: ['allow', 'deny'] },
  ),
  'When new revisions and prunes may go through. Healing, rollback and pinning never wait.',
);

const sync = object('How the manifests get into the cluster.', {
  approve: by(
    'never',
    word(['never', 'prune', 'always'], 'What waits for a person: nothing but the prune guards; every prune; every change.'),
  ),
  prune: by(true, bool('Delete what the source no longer has.')),
  prunePropagation: by('background', word(['background', 'foreground', 'orphan'], 'What becomes of the dependents of a pruned object.')),
  pruneLast: by(false, bool('Prune only after everything else is healthy.')),
  heal: by(
    'auto',
    word(
      ['auto', 'strict', 'report'],
      '`auto`: put drift of our fields back. `strict`: remove fields added by hand too. `report`: only say so.',
    ),
  ),
  conflicts: by(
    'take',
    word(['take', 'yield', 'fail'], 'What happens to fields that another manager owns, when a new revision is applied.'),
  ),
  adopt: by('unowned', word(['unowned', 'never', 'any'], 'Which existing objects may be taken over.')),
  recreate: by(false, bool('Delete and create an object when an immutable field changed. Never for PVC, PV, Namespace, CRD.')),
  ignore,
  retry: always(
    object('Retries of a failed apply.', {
      limit: by(-1, int('How many; -1: without end.', -1, 1000)),
      backoff: by('5s', duration('Wait before the first one.', 100)),
      factor: by(2, int('Each wait is this many times the one before.', 1, 10)),
      max: by('5m', duration('Longest wait.', 100)),
    }),
  ),
  onFailure: by(
    'retry',
    word(
      ['retry', 'pin', 'revert'],
      'When a revision does not get healthy (a failed test counts): try on; stay on the last good revision; push a revert.',
    ),
  ),
  onDelete: by(
    'confirm',
    word(['confirm', 'prune', 'orphan'], 'When the App is deleted: wait for a person; delete its objects; leave them.'),
  ),
  windows,
});

const health = object('When it counts as healthy.', {
  timeout: by('5m', duration('How long until "not yet healthy" is a failure.', 1000)),
  wait: by(true, bool('Ready needs every object healthy; otherwise applied is enough.')),
  checks: list(
    object('A rule for some objects, instead of the built-in one. The expressions read the object\'s fields: `status.phase == "Ready"`.', {
      apiVersion: must(str('apiVersion.')),
      kind: must(str('Kind.')),
      name: str('Name; absent: any.'),
      namespace: str('Namespace; absent: any.'),
      current: must(cel('Healthy when true.')),
      inProgress: cel('Progressing when true.'),
      failed: cel('Degraded when true.'),
    }),
    'Rules of your own.',
  ),
});

const dependsOn = list(
  object('One dependency.', {
    apiVersion: by('lockstep.dev/v1', str('apiVersion.')),
    kind: by('App', str('Kind.')),
    name: must(objectName('Name.')),
    namespace: label("Namespace; absent: the App's own."),
    ready: cel('When it counts as ready; `object` is this App, `dep` the dependency. Absent: its health.'),
  }),
  'What has to be ready before a first install or a new revision. Healing, deletion, rollback and pinning never wait.',
);

const contractName = str('Name of the contract.');

const appSpec = object('One thing delivered to one place.', {
  source: must(source),
  target: always(target),
  serviceAccountName: by('lockstep', objectName('ServiceAccount of the target namespace as which everything is done (S11).')),
  build: always(build),
  dependsOn,
  provides: list(
    object('One contract.', { name: must(contractName), version: must(str('Semantic version.', { maxLength: 128 })) }),
    'Contracts that this App fulfils at run time.',
    { merge: ['name'] },
  ),
  requires: list(
    object('One requirement.', {
      name: must(contractName),
      version: must(semverRange('Range, for example `>=2 <3`.')),
      optional: bool('Only when somebody provides it.'),
    }),
    'Contracts that this App needs at run time.',
    { merge: ['name'] },
  ),
  sync: always(sync),
  health: always(health),
  tests: always(
    object('Tests: test hooks of a chart, and Jobs and Pods annotated `lockstep.dev/test: "true"` or `helm.sh/hook: test`.', {
      after: by('deploy', word(['deploy', 'never'], 'When they run by themselves.')),
      only: list(
        str(
          'A name (`smoke-*`), a label (`tier=smoke`), an expression over `test` (name, kind, weight, labels, annotations); `!` before it: not these.',
        ),
        'Only these tests run by themselves; absent: all.',
      ),
      ignoreFailures: bool('A failed test is told and is no failure of the revision.'),
      timeout: duration(
        'How long one test may take. Default: `build.helm.timeout`. The annotation `lockstep.dev/timeout` of a test wins.',
        1000,
      ),
      every: duration('They run again when the last one ended this long ago.', 10000),
      schedule: str('Cron expression: they run again at these times (`0 6 * * mon-fri`).', { maxLength: 128 }),
      timeZone: str('IANA time zone of `schedule`. Default: UTC.', { maxLength: 64 }),
    }),
  ),
  decrypt: object('Keys for SOPS and git-secret files.', {
    keys: must(
      list(
        object(
          'One key.',
          {
            secretRef: secretRef('Secret with private keys.'),
            platformKey: objectName('A key that the platform lends: its name in `spec.secrets.keys` of the Platform.'),
          },
          { exactlyOne: ['secretRef', 'platformKey'] },
        ),
        'Keys to try.',
        { maxItems: 16 },
      ),
    ),
  }),
  suspend: by(false, bool('Change nothing in the cluster; fetch, plan, drift and health go on.')),
  suspendReason: str('Why, for people.', { maxLength: 1024 }),
  suspendUntil: time('When it ends by itself.'),
  historyLimit: by(10, int('How many entries `status.history` keeps.', 1, 100)),
  links: list(object('One link.', { name: must(str('Text.')), url: must(str('URL.', { maxLength: 2048 })) }), 'Links shown with the App.', {
    maxItems: 32,
  }),
});

export type AppSpec = Infer<typeof appSpec>;

export const appKind: Kind = {
  kind: 'App',
  plural: 'apps',
  singular: 'app',
  shortName: 'lsapp',
  scope: 'Namespaced',
  doc: 'The unit of delivery: one path of a Source, rendered and kept in one place.',
  spec: must(appSpec),
  status: appStatus,
  columns: [
    conditionColumn('Ready', 'Ready', 'status'),
    conditionColumn('Reason', 'Ready', 'reason'),
    conditionColumn('Synced', 'Synced', 'status'),
    { name: 'Health', type: 'string', path: '.status.health.state' },
    { name: 'Revision', type: 'string', path: '.status.applied.inputs[0].revision' },
    { name: 'Suspended', type: 'boolean', path: '.spec.suspend', wide: true },
    conditionColumn('Message', 'Ready', 'message'),
    AGE,
  ],
  example: `apiVersion: lockstep.dev/v1
kind: App
metadata: {name: shop, namespace: team-shop}
spec:
  source: {name: shop-config, path: apps/shop}
`,
};
