/** `lockstep helm list`: the releases of a namespace, whoever made them. Source: Helm 4 pkg/cmd/list.go, pkg/action/list.go. */
import type { Release } from '../../core/release/index.ts';
import { defineCommand } from '../command.ts';
import { CommandError } from '../errors.ts';
import { appVersionOf, chartOf, formatColumns, formatData, goTime, OUTPUT_FLAGS, readReleases } from '../helm/releases.ts';
import { HELM_CLUSTER_FLAGS, withHelmCluster } from '../helm/action.ts';

const HEADER = ['NAME', 'NAMESPACE', 'REVISION', 'UPDATED', 'STATUS', 'CHART', 'APP VERSION'];

export const helmList = defineCommand({
  summary: 'List Helm releases',
  usage: '',
  examples: ['lockstep helm list -n shop', 'lockstep helm list -A -o json', 'lockstep helm list --failed'],
  flags: {
    ...HELM_CLUSTER_FLAGS,
    ...OUTPUT_FLAGS,
    'all-namespaces': { type: 'boolean', short: 'A', doc: 'Releases of all namespaces' },
    filter: { type: 'string', short: 'f', value: 'PATTERN', doc: 'Only names that match this regular expression' },
    short: { type: 'boolean', short: 'q', doc: 'Print the names alone' },
    reverse: { type: 'boolean', short: 'r', doc: 'The last name first' },
    'no-headers': { type: 'boolean', doc: 'Leave out the first line' },
    deployed: { type: 'boolean', doc: 'Only deployed ones' },
    failed: { type: 'boolean', doc: 'Only failed ones' },
    pending: { type: 'boolean', doc: 'Only pending ones' },
    superseded: { type: 'boolean', doc: 'Only superseded ones' },
    uninstalled: { type: 'boolean', doc: 'Only uninstalled ones' },
    uninstalling: { type: 'boolean', doc: 'Only those being uninstalled' },
  },
  args: { min: 0, max: 0 },
  run: ({ flags, io }) =>
    withHelmCluster(flags, io, async (kube, namespace) => {
      const all = await readReleases(kube, flags['all-namespaces'] ? {} : { namespace });
      const wanted = newest(all).filter((release) => fits(release, flags));
      const shown = flags.reverse ? wanted.toReversed() : wanted;
      if (flags.short)
        io.out(
          flags.output === 'table'
            ? shown.map(({ name }) => `${name}\n`).join('')
            : formatData(
                shown.map(({ name }) => name),
                flags.output as 'json',
              ),
        );
      else if (flags.output !== 'table') io.out(formatData(shown.map(element), flags.output as 'json'));
      else io.out(formatColumns([...(flags['no-headers'] ? [] : [HEADER]), ...shown.map(row)]));
      return 0;
    }),
});

const newest = (releases: readonly Release[]): readonly Release[] =>
  releases.filter(({ name, namespace }, index) => {
    const next = releases[index + 1];
    return next?.name !== name || next.namespace !== namespace;
  });

const STATES = ['deployed', 'failed', 'superseded', 'uninstalled', 'uninstalling'] as const;

type Choice = Readonly<Record<(typeof STATES)[number] | 'pending', boolean>> & { readonly filter: string | undefined };

/** Without a choice everything is shown but what is superseded, uninstalled or being uninstalled, as Helm 4 does. */
function fits({ name, status }: Release, flags: Choice): boolean {
  if (flags.filter !== undefined && !matches(flags.filter, name)) return false;
  const chosen = [...STATES.filter((state) => flags[state]), ...(flags.pending ? ['pending'] : [])];
  const state = status.startsWith('pending-') ? 'pending' : status;
  return chosen.length === 0 || chosen.includes(state);
}

function matches(pattern: string, name: string): boolean {
  if (pattern.length > 256) throw new CommandError('the filter is too long');
  try {
    return new RegExp(pattern).test(name);
  } catch {
    throw new CommandError(`invalid filter ${JSON.stringify(pattern)}`);
  }
}

const row = (release: Release): string[] => [
  release.name,
  release.namespace,
  String(release.version),
  goTime(release.lastDeployed),
  release.status,
  chartOf(release),
  appVersionOf(release),
];

const element = (release: Release): Record<string, string> => ({
  name: release.name,
  namespace: release.namespace,
  revision: String(release.version),
  updated: goTime(release.lastDeployed),
  status: release.status,
  chart: chartOf(release),
  app_version: appVersionOf(release),
});
