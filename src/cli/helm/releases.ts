/** Stored Helm releases for the commands that look at them, and Helm's way to print them. Source: Helm 4 pkg/cmd (list.go, history.go, status.go). */
import { type Json, getKey, isObject } from '../../core/object/index.ts';
import { computedValues, type Release } from '../../core/release/index.ts';
import { fromSecret, recordSelector } from '../../core/release/store/index.ts';
import { encode, sigsYaml } from '../../core/yaml/index.ts';
import type { ApiResource, KubeClient } from '../../ports/index.ts';
import { CommandError } from '../errors.ts';
import type { FlagTable } from '../flags.ts';
import { type Paint, plain } from './paint.ts';

const SECRETS: ApiResource = { group: '', version: 'v1', kind: 'Secret', resource: 'secrets', namespaced: true, verbs: ['list'] };

export const OUTPUT_FLAGS = {
  output: { type: 'string', short: 'o', value: 'FORMAT', choices: ['table', 'json', 'yaml'], default: 'table', doc: 'How to print it' },
} as const satisfies FlagTable;

/** All revisions of a release, or of all, ascending by name and revision. @throws CommandError when they cannot be read */
export async function readReleases(
  kube: KubeClient,
  where: { readonly namespace?: string; readonly name?: string },
): Promise<readonly Release[]> {
  const { namespace, name } = where;
  const listed = await kube.list(SECRETS, { labelSelector: recordSelector(name), ...(namespace === undefined ? {} : { namespace }) });
  if (!listed.ok) throw new CommandError(listed.error.message);
  const releases = listed.value.items.map((secret) => {
    const read = fromSecret(secret);
    if (!read.ok) throw new CommandError(read.error);
    // Helm shows its own labels, too.
    return { ...read.value, labels: secret.metadata.labels ?? {} };
  });
  const key = ({ namespace: space, name: of }: Release): string => `${of}\0${space}`;
  return releases.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : a.version - b.version));
}

/** The revision asked for, else the newest. @throws CommandError in Helm's words */
export async function readRelease(
  kube: KubeClient,
  of: { readonly namespace: string; readonly name: string; readonly revision: number },
): Promise<Release> {
  const all = await readReleases(kube, of);
  const found = of.revision === 0 ? all.at(-1) : all.find(({ version }) => version === of.revision);
  if (found === undefined) throw new CommandError('release: not found', `List them with: lockstep helm list -n ${of.namespace}`);
  return found;
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const two = (value: number): string => String(value).padStart(2, '0');

interface Moment {
  /** Shifted, so that its UTC parts are the wall clock of the zone it was written in, as Go keeps it. */
  readonly wall: Date;
  /** `+0200`; `+0000` for UTC. */
  readonly zone: string;
  readonly fraction: string;
}

function momentOf(text: string): Moment | undefined {
  const match = /^[^.Z+]*?T\d\d:\d\d:\d\d(\.\d+)?(Z|([-+])(\d\d):(\d\d))$/.exec(text);
  const at = Date.parse(text);
  if (match === null || Number.isNaN(at)) return undefined;
  const [, fraction = '', , sign, hours = '00', minutes = '00'] = match;
  const offset = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1);
  return { wall: new Date(at + offset * 60_000), zone: `${sign ?? '+'}${hours}${minutes}`, fraction: fraction.replace(/\.?0+$/, '') };
}

const clock = (wall: Date): string => `${two(wall.getUTCHours())}:${two(wall.getUTCMinutes())}:${two(wall.getUTCSeconds())}`;

/** `Sun Nov 29 04:39:15 2026` (Go: time.ANSIC) */
export function ansiTime(text: string): string {
  const wall = (momentOf(text) ?? { wall: new Date(-62_135_596_800_000) }).wall;
  const day = String(wall.getUTCDate()).padStart(2, ' ');
  return `${DAYS[wall.getUTCDay()]} ${MONTHS[wall.getUTCMonth()]} ${day} ${clock(wall)} ${String(wall.getUTCFullYear()).padStart(4, '0')}`;
}

/** `2026-11-29 04:39:15.123456789 +0000 UTC` (Go: Time.String) */
export function goTime(text: string): string {
  const moment = momentOf(text);
  if (moment === undefined) return '-';
  const { wall, zone, fraction } = moment;
  const date = `${wall.getUTCFullYear()}-${two(wall.getUTCMonth() + 1)}-${two(wall.getUTCDate())}`;
  return `${date} ${clock(wall)}${fraction} ${zone} ${zone === '+0000' ? 'UTC' : zone}`;
}

/** Columns padded to their width and parted by tabs, as Helm's tables are. `paint` adds what takes no room. */
export function formatColumns(
  rows: readonly (readonly string[])[],
  paint: (cell: string, row: number, column: number) => string = (cell) => cell,
): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const padded = (cell: string, at: number, column: number): string =>
    paint(cell, at, column) + ' '.repeat(Math.max(0, (widths[column] ?? 0) - cell.length));
  return rows.map((row, at) => `${row.map((cell, column) => padded(cell, at, column)).join('\t')}\n`).join('');
}

const metadataText = ({ chart }: Release, key: string): string => {
  const metadata = chart === null ? undefined : getKey(chart, 'metadata');
  const value = isObject(metadata) ? getKey(metadata, key) : undefined;
  return typeof value === 'string' ? value : '';
};

export const chartOf = (release: Release): string =>
  release.chart === null ? 'MISSING' : `${metadataText(release, 'name')}-${metadataText(release, 'version')}`;

export const appVersionOf = (release: Release): string => (release.chart === null ? 'MISSING' : metadataText(release, 'appVersion'));

/** As Go's encoding/json writes it, which escapes what HTML might take for markup; or as YAML. */
export const formatData = (value: Json, format: 'json' | 'yaml'): string =>
  format === 'json' ? `${JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, escaped)}\n` : encode(value, { variant: sigsYaml });

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** `all`: what `helm get all` adds; `debug`: what `--debug` does. */
export interface StatusOptions {
  readonly detail: 'short' | 'debug' | 'all';
  /** Living objects by kind, as tables. */
  readonly resources?: string;
  readonly paint?: Paint;
}

/** What `helm status` prints. */
export function formatStatus(release: Release, options: StatusOptions = { detail: 'short' }): string {
  const { name, namespace, status, version, description, lastDeployed, notes } = release;
  const lines = [`NAME: ${name}`, ...(lastDeployed === '' ? [] : [`LAST DEPLOYED: ${ansiTime(lastDeployed)}`])];
  const { paint = plain } = options;
  lines.push(`NAMESPACE: ${paint.namespace(namespace)}`, `STATUS: ${paint.status(status)}`, `REVISION: ${version}`);
  if (options.detail === 'all')
    lines.push(
      `CHART: ${metadataText(release, 'name')}`,
      `VERSION: ${metadataText(release, 'version')}`,
      `APP_VERSION: ${appVersionOf(release)}`,
    );
  lines.push(`DESCRIPTION: ${description}`);
  if (options.resources !== undefined && options.resources !== '') lines.push(`RESOURCES:\n${options.resources}`);
  lines.push(...testLines(release));
  if (options.detail !== 'short') lines.push(...valueLines(release));
  if (options.detail !== 'short' || description.toLowerCase() === 'dry run complete') lines.push(...contentLines(release));
  if (notes !== '') lines.push('NOTES:', notes.trim());
  return `${lines.join('\n')}\n`;
}

const valueLines = (release: Release): readonly string[] => [
  'USER-SUPPLIED VALUES:',
  encode(release.config ?? null, { variant: sigsYaml }),
  'COMPUTED VALUES:',
  encode(computedValues(release), { variant: sigsYaml }),
];

const contentLines = (release: Release): readonly string[] => [
  'HOOKS:',
  ...release.hooks.map(({ path, manifest }) => `---\n# Source: ${path}\n${manifest}`),
  'MANIFEST:',
  release.manifest,
];

function testLines({ hooks }: Release): readonly string[] {
  const tests = hooks.filter(({ events }) => events.includes('test'));
  if (tests.length === 0) return ['TEST SUITE: None'];
  return tests
    .filter(({ lastRun }) => lastRun.startedAt !== undefined)
    .flatMap(({ name, lastRun }) => [
      `TEST SUITE:     ${name}`,
      `Last Started:   ${ansiTime(lastRun.startedAt ?? '')}`,
      `Last Completed: ${ansiTime(lastRun.completedAt ?? '')}`,
      `Phase:          ${lastRun.phase}`,
    ]);
}
