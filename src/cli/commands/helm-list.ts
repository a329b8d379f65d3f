/** `lockstep helm list`: the releases of a namespace, whoever made them. Source: Helm 4 pkg/cmd/list.go, pkg/action/list.go. */
import { compileRegexp } from '../../core/go/regexp/index.ts';
import { formatTime, parseTime } from '../../core/go/time/index.ts';
import { matchesSelector, parseSelector } from '../../core/object/selector/index.ts';
import type { Release, ReleaseStatus } from '../../core/release/index.ts';
import { defineCommand } from '../command.ts';
import { CommandError } from '../errors.ts';
import { appVersionOf, chartOf, formatColumns, formatData, goTime, OUTPUT_FLAGS, readReleases } from '../helm/releases.ts';
import { HELM_CLUSTER_FLAGS, withHelmCluster } from '../helm/action.ts';
import { type Paint, paintFor } from '../helm/paint.ts';

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
    selector: { type: 'string', short: 'l', value: 'SELECTOR', doc: 'Only records with these labels: `team=shop,stage!=test`' },
    date: { type: 'boolean', short: 'd', doc: 'The oldest first, instead of by name' },
    max: { type: 'integer', short: 'm', value: 'N', doc: 'At most as many; 0: all', default: 256 },
    offset: { type: 'integer', value: 'N', doc: 'Leave out as many at the beginning', default: 0 },
    'time-format': { type: 'string', value: 'LAYOUT', doc: 'How to write times, as Go does: `2006-01-02 15:04`' },
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
      const shown = choose(all, flags);
      const timed = timeWriter(flags['time-format']);
      if (flags.short)
        io.out(
          flags.output === 'table'
            ? shown.map(({ name }) => `${name}\n`).join('')
            : formatData(
                shown.map(({ name }) => name),
                flags.output as 'json',
              ),
        );
      else if (flags.output !== 'table')
        io.out(
          formatData(
            shown.map((release) => element(release, timed)),
            flags.output as 'json',
          ),
        );
      else
        io.out(
          table(
            shown.map((release) => element(release, timed)),
            { headed: !flags['no-headers'], paint: paintFor(flags, io) },
          ),
        );
      return 0;
    }),
});

function table(rows: readonly Record<string, string>[], { headed, paint }: { readonly headed: boolean; readonly paint: Paint }): string {
  const cells = rows.map((row) => Object.values(row));
  return formatColumns(headed ? [HEADER, ...cells] : cells, (cell, row, column) => {
    if (headed && row === 0) return paint.header(cell);
    const name = HEADER[column];
    return name === 'NAMESPACE' ? paint.namespace(cell) : name === 'STATUS' ? paint.status(cell as ReleaseStatus) : cell;
  });
}

const STATES = ['deployed', 'failed', 'superseded', 'uninstalled', 'uninstalling'] as const;

interface Choice extends Readonly<Record<(typeof STATES)[number] | 'pending' | 'reverse' | 'date', boolean>> {
  readonly filter: string | undefined;
  readonly selector: string | undefined;
  readonly max: number;
  readonly offset: number;
}

/** Superseded revisions are never the newest of their release: asked for alone, all of them are meant. */
function choose(all: readonly Release[], flags: Choice): readonly Release[] {
  const states = new Set([...STATES.filter((state) => flags[state]), ...(flags.pending ? ['pending'] : [])]);
  const found = states.size === 1 && states.has('superseded') ? all : newest(all);
  const hasLabels = labelFilter(flags.selector);
  const fits = (release: Release): boolean =>
    (flags.filter === undefined || matches(flags.filter, release.name)) && isIn(states, release) && hasLabels(release);
  const named = found.filter(fits);
  const sorted = flags.date ? named.toSorted((a, b) => Date.parse(a.lastDeployed) - Date.parse(b.lastDeployed)) : named;
  const shown = flags.reverse ? sorted.toReversed() : sorted;
  return shown.slice(flags.offset, flags.max > 0 ? flags.offset + flags.max : undefined);
}

const newest = (releases: readonly Release[]): readonly Release[] =>
  releases.filter(({ name, namespace }, index) => {
    const next = releases[index + 1];
    return next?.name !== name || next.namespace !== namespace;
  });

/** Without a choice everything is shown. */
const isIn = (states: ReadonlySet<string>, { status }: Release): boolean =>
  states.size === 0 || states.has(status.startsWith('pending-') ? 'pending' : status);

function labelFilter(text: string | undefined): (release: Release) => boolean {
  if (text === undefined || text === '') return () => true;
  const selector = parseSelector(text);
  if (!selector.ok) throw new CommandError(selector.error);
  return ({ labels }) => matchesSelector(selector.value, labels);
}

function matches(pattern: string, name: string): boolean {
  const compiled = compileRegexp(pattern);
  if (!compiled.ok) throw new CommandError(compiled.error);
  return compiled.value.matches(name);
}

type TimeWriter = (text: string) => string;

/** As Go prints a time, or by a layout of Go's. */
function timeWriter(layout: string | undefined): TimeWriter {
  if (layout === undefined || layout === '') return goTime;
  return (text) => {
    const time = parseTime('2006-01-02T15:04:05Z07:00', text);
    return time.ok ? formatTime(time.value, layout) : '-';
  };
}

const element = (release: Release, timed: TimeWriter): Record<string, string> => ({
  name: release.name,
  namespace: release.namespace,
  revision: String(release.version),
  updated: timed(release.lastDeployed),
  status: release.status,
  chart: chartOf(release),
  app_version: appVersionOf(release),
});
