/** `lockstep helm status` and `lockstep helm get`: one revision of a release, or a part of it. Source: Helm 4 pkg/cmd/status.go, get*.go. */
import { type Json, type JsonObject, getKey, isObject } from '../../core/object/index.ts';
import { computedValues, type Release } from '../../core/release/index.ts';
import { defineCommand } from '../command.ts';
import { ActionError, liveResources } from '../../helm/index.ts';
import { CommandError, UsageError } from '../errors.ts';
import { HELM_CLUSTER_FLAGS, withHelmCluster } from '../helm/action.ts';
import { formatResources, withResources } from '../helm/live-resources.ts';
import { type Paint, paintFor } from '../helm/paint.ts';
import { formatByTemplate } from '../helm/release-template.ts';
import { appVersionOf, formatData, formatStatus, OUTPUT_FLAGS, readRelease } from '../helm/releases.ts';

const REVISION = { revision: { type: 'integer', value: 'N', default: 0, doc: 'This revision; 0: the newest' } } as const;

export const helmStatus = defineCommand({
  summary: 'Show the status of a Helm release',
  usage: 'RELEASE',
  examples: ['lockstep helm status web -n shop', 'lockstep helm status web --revision 3 -o json'],
  flags: { ...HELM_CLUSTER_FLAGS, ...OUTPUT_FLAGS, ...REVISION },
  args: { min: 1, max: 1 },
  run: ({ args, flags, io }) =>
    withHelmCluster(flags, io, async (kube, namespace) => {
      const release = await readRelease(kube, { ...flags, namespace, name: args[0] ?? '' });
      const asTables = flags.output === 'table';
      const resources = await liveResources(kube, release, { asTables }).catch((error: unknown) => {
        throw error instanceof ActionError ? new CommandError(error.message) : error;
      });
      io.out(
        asTables
          ? formatStatus(release, { detail: 'short', resources: formatResources(resources), paint: paintFor(flags, io) })
          : formatData(withResources(release, resources), flags.output as 'json'),
      );
      return 0;
    }),
});

const PARTS = ['values', 'manifest', 'notes', 'hooks', 'all', 'metadata'] as const;

export const helmGet = defineCommand({
  summary: 'Show a part of a Helm release: values, manifest, notes, hooks, metadata, or all',
  usage: 'values|manifest|notes|hooks|all|metadata RELEASE',
  examples: [
    'lockstep helm get values web -n shop --all',
    'lockstep helm get manifest web --revision 2',
    "lockstep helm get all web --template '{{.Release.Info.Status}}'",
  ],
  flags: {
    ...HELM_CLUSTER_FLAGS,
    ...OUTPUT_FLAGS,
    ...REVISION,
    all: { type: 'boolean', short: 'a', doc: "With values: the chart's, too" },
    template: { type: 'string', value: 'TEMPLATE', doc: 'With all: print it by a Go template, such as {{.Release.Info.Status}}' },
  },
  args: { min: 2, max: 2 },
  run: ({ args: [part = '', name = ''], flags, io }) => {
    const wanted = PARTS.find((one) => one === part);
    if (wanted === undefined) throw new UsageError(`"${part}" is none of ${PARTS.join(', ')}`);
    return withHelmCluster(flags, io, async (kube, namespace) => {
      const release = await readRelease(kube, { ...flags, namespace, name });
      if (wanted === 'all' && flags.template !== undefined && flags.template !== '') {
        io.out(formatByTemplate(release, flags.template));
        return 0;
      }
      io.out(show(release, wanted, { all: flags.all, output: flags.output as 'table', paint: paintFor(flags, io) }));
      return 0;
    });
  },
});

function show(
  release: Release,
  part: (typeof PARTS)[number],
  { all, output, paint }: { readonly all: boolean; readonly output: 'table' | 'json' | 'yaml'; readonly paint: Paint },
): string {
  switch (part) {
    case 'values': {
      const values = all ? computedValues(release) : (release.config ?? null);
      if (output !== 'table') return formatData(values, output);
      return `${all ? 'COMPUTED' : 'USER-SUPPLIED'} VALUES:\n${formatData(values, 'yaml')}`;
    }
    case 'manifest':
      return `${release.manifest}\n`;
    case 'notes':
      return release.notes === '' ? '' : `NOTES:\n${release.notes}\n`;
    case 'hooks':
      return release.hooks.map(({ path, manifest }) => `---\n# Source: ${path}\n${manifest}\n`).join('');
    case 'all':
      return formatStatus(release, { detail: 'all', paint });
    case 'metadata':
      return output === 'table' ? metadataLines(release) : formatData(metadataOf(release), output);
  }
}

const methods = { ssa: 'server-side apply', csa: 'client-side apply', '': 'client-side apply (defaulted)' } as const;

/** Empty fields are left out, as Go leaves them out. */
function metadataOf(release: Release): JsonObject {
  const metadata = release.chart === null ? undefined : getKey(release.chart, 'metadata');
  const of = (key: string): Json => (isObject(metadata) ? (getKey(metadata, key) ?? '') : '');
  const filled = (key: string, value: Json): JsonObject =>
    value === '' || (isObject(value) && Object.keys(value).length === 0) ? {} : { [key]: value };
  return {
    name: release.name,
    chart: of('name'),
    version: of('version'),
    appVersion: of('appVersion'),
    ...filled('annotations', of('annotations')),
    ...filled('labels', release.labels),
    ...filled('dependencies', of('dependencies')),
    namespace: release.namespace,
    revision: release.version,
    status: release.status,
    deployedAt: release.lastDeployed.replace(/\.\d+/, ''),
    ...filled('applyMethod', release.applyMethod),
  };
}

function metadataLines(release: Release): string {
  const { chart, version, annotations, dependencies, deployedAt } = metadataOf(release);
  const names = (Array.isArray(dependencies) ? dependencies : []).flatMap((one) => (isObject(one) ? [String(one['name'])] : []));
  return [
    `NAME: ${release.name}`,
    `CHART: ${String(chart)}`,
    `VERSION: ${String(version)}`,
    `APP_VERSION: ${appVersionOf(release)}`,
    `ANNOTATIONS: ${pairsOf(annotations)}`,
    `LABELS: ${pairsOf(release.labels)}`,
    `DEPENDENCIES: ${names.toSorted().join(',')}`,
    `NAMESPACE: ${release.namespace}`,
    `REVISION: ${release.version}`,
    `STATUS: ${release.status}`,
    `DEPLOYED_AT: ${String(deployedAt)}`,
    `APPLY_METHOD: ${methods[release.applyMethod]}\n`,
  ].join('\n');
}

const pairsOf = (of: Json | undefined): string =>
  Object.entries(isObject(of) ? of : {})
    .map(([key, value]) => `${key}=${String(value)}`)
    .toSorted()
    .join(',');
