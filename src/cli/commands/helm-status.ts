/** `lockstep helm status` and `lockstep helm get`: one revision of a release, or a part of it. Source: Helm 4 pkg/cmd/status.go, get*.go. */
import type { JsonObject } from '../../core/object/index.ts';
import { computedValues, type Release, releaseToJson } from '../../core/release/index.ts';
import { defineCommand } from '../command.ts';
import { UsageError } from '../errors.ts';
import { appVersionOf, chartOf, formatData, formatStatus, OUTPUT_FLAGS, readRelease, RELEASE_FLAGS } from '../helm/releases.ts';
import { withCluster } from '../session.ts';

const REVISION = { revision: { type: 'integer', value: 'N', default: 0, doc: 'This revision; 0: the newest' } } as const;

export const helmStatus = defineCommand({
  summary: 'Show the status of a Helm release',
  usage: 'RELEASE',
  examples: ['lockstep helm status web -n shop', 'lockstep helm status web --revision 3 -o json'],
  flags: { ...RELEASE_FLAGS, ...OUTPUT_FLAGS, ...REVISION },
  args: { min: 1, max: 1 },
  run: ({ args, flags, io }) =>
    withCluster(flags, io, async (kube) => {
      const release = await readRelease(kube, { ...flags, name: args[0] ?? '' });
      io.out(flags.output === 'table' ? formatStatus(release) : formatData(releaseToJson(release), flags.output as 'json'));
      return 0;
    }),
});

const PARTS = ['values', 'manifest', 'notes', 'hooks', 'all', 'metadata'] as const;

export const helmGet = defineCommand({
  summary: 'Show a part of a Helm release: values, manifest, notes, hooks, metadata, or all',
  usage: 'values|manifest|notes|hooks|all|metadata RELEASE',
  examples: ['lockstep helm get values web -n shop --all', 'lockstep helm get manifest web --revision 2'],
  flags: { ...RELEASE_FLAGS, ...OUTPUT_FLAGS, ...REVISION, all: { type: 'boolean', short: 'a', doc: "With values: the chart's, too" } },
  args: { min: 2, max: 2 },
  run: ({ args: [part = '', name = ''], flags, io }) => {
    const wanted = PARTS.find((one) => one === part);
    if (wanted === undefined) throw new UsageError(`"${part}" is none of ${PARTS.join(', ')}`);
    return withCluster(flags, io, async (kube) => {
      const release = await readRelease(kube, { ...flags, name });
      io.out(show(release, wanted, { all: flags.all, output: flags.output as 'table' }));
      return 0;
    });
  },
});

function show(
  release: Release,
  part: (typeof PARTS)[number],
  { all, output }: { readonly all: boolean; readonly output: 'table' | 'json' | 'yaml' },
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
      return formatStatus(release, { whole: true, computed: computedValues(release) });
    case 'metadata':
      return output === 'table' ? metadataLines(release) : formatData(metadataOf(release), output);
  }
}

const methods = { ssa: 'server-side apply', csa: 'client-side apply (defaulted)', '': 'client-side apply (defaulted)' } as const;

const metadataOf = (release: Release): JsonObject => ({
  name: release.name,
  chart: chartOf(release).replace(/-[^-]*$/, ''),
  version: chartOf(release).replace(/^.*-/, ''),
  appVersion: appVersionOf(release),
  labels: release.labels,
  namespace: release.namespace,
  revision: release.version,
  status: release.status,
  deployedAt: release.lastDeployed,
  applyMethod: release.applyMethod,
});

function metadataLines(release: Release): string {
  const labels = Object.entries(release.labels).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const { chart, version } = metadataOf(release);
  return [
    `NAME: ${release.name}`,
    `CHART: ${String(chart)}`,
    `VERSION: ${String(version)}`,
    `APP_VERSION: ${appVersionOf(release)}`,
    `LABELS: ${labels.map(([key, value]) => `${key}=${value}`).join(',')}`,
    `NAMESPACE: ${release.namespace}`,
    `REVISION: ${release.version}`,
    `STATUS: ${release.status}`,
    `DEPLOYED_AT: ${release.lastDeployed}`,
    `APPLY_METHOD: ${methods[release.applyMethod]}\n`,
  ].join('\n');
}
