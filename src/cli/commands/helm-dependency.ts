/** `lockstep helm dependency`: what a chart depends on. Source: Helm 4 pkg/action/dependency.go. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, normalize, resolve } from 'node:path';
import { buildDependencies, updateDependencies } from '../../app/index.ts';
import type { Chart, Dependency } from '../../core/chart/index.ts';
import { loadArchive } from '../../core/chart/load/index.ts';
import { parseConstraints, parseStrictVersion, parseVersion } from '../../core/go/semver/index.ts';
import { defineCommand } from '../command.ts';
import { UsageError } from '../errors.ts';
import { load } from '../helm/chart.ts';
import { UNUSED_GLOBAL_FLAGS } from '../helm/flags.ts';
import { ACCESS_FLAGS, accessOf, fail, readKeyring } from '../helm/remote.ts';
import type { Io } from '../io.ts';

export const helmDependency = defineCommand({
  summary: 'List, build or update what a chart depends on',
  usage: 'list|build|update [CHART]',
  details: 'Repositories are named by URL in Chart.yaml: https://, oci:// or file://.',
  examples: ['lockstep helm dependency update ./chart', 'lockstep helm dependency build ./chart', 'lockstep helm dependency list ./chart'],
  flags: {
    ...ACCESS_FLAGS,
    ...UNUSED_GLOBAL_FLAGS,
    'max-col-width': { type: 'integer', value: 'N', default: 80, doc: 'With list: where long cells are cut' },
    verify: {
      type: 'boolean',
      doc: 'With update: refuse charts without a good signature; with build: refuse bad signatures, and tell of missing ones',
    },
    keyring: { type: 'string', value: 'FILE', doc: 'Public keys for --verify; absent: pubring.gpg of GnuPG' },
    'skip-refresh': { type: 'boolean', doc: 'Accepted for compatibility; an index is transferred only when it has changed' },
  },
  args: { min: 1, max: 2 },
  run: async ({ args, flags, io }) => {
    const [what = '', name = '.'] = args;
    const shown = normalize(name).replace(/(.)\/$/, '$1');
    const work = { folder: resolve(io.cwd, name), shown, out: io.out };
    if (what === 'list' || what === 'ls') return list({ shown, path: work.folder, width: flags['max-col-width'] }, io);
    if (what !== 'build' && what !== 'update' && what !== 'up') throw new UsageError(`"${what}" is none of list, build, update`);
    const access = await accessOf(flags, io);
    const signed = flags.verify ? { ...work, verify: { keyring: await readKeyring(flags.keyring, io), always: what !== 'build' } } : work;
    const done = await (what === 'build' ? buildDependencies(signed, access) : updateDependencies(signed, access));
    if (!done.ok) return fail(done.error);
    return 0;
  },
});

interface Listing {
  readonly shown: string;
  readonly path: string;
  /** Of the widest column. */
  readonly width: number;
}

async function list({ shown, path, width }: Listing, io: Io): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return fail({ message: `stat ${shown}: no such file or directory` });
  const { chart } = await load(found.isDirectory() ? { root: path, path: '' } : { root: dirname(path), path: basename(path) });
  const { dependencies } = chart.metadata;
  if (dependencies === undefined) {
    io.out(`WARNING: no dependencies at ${join(shown, 'charts')}\n`);
    return 0;
  }
  const rows = [['NAME', 'VERSION', 'REPOSITORY', 'STATUS']];
  for (const dependency of dependencies)
    rows.push([dependency.name, dependency.version, dependency.repository, await statusOf(dependency, chart, path)]);
  io.out(`${table(rows, width)}\n\n`);
  for (const warning of await strangers(dependencies, path, shown)) io.out(`${warning}\n`);
  return 0;
}

/** As gosuri/uitable prints: columns padded and separated by tabs, long cells cut. */
function table(rows: readonly (readonly string[])[], mostWidth: number): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.min(mostWidth, Math.max(...rows.map((row) => (row[column] ?? '').length))));
  const cell = (text: string, width: number): string =>
    (text.length > mostWidth ? `${text.slice(0, Math.max(1, mostWidth - 3))}...` : text).padEnd(width);
  return rows.map((row) => row.map((text, column) => cell(text, widths[column] ?? 0)).join('\t')).join('\n');
}

/** Archives in charts/ that are called like the dependency count before folders. */
async function statusOf(dependency: Dependency, parent: Chart, path: string): Promise<string> {
  const { name } = dependency;
  const files = await readdir(join(path, 'charts')).catch(() => [] as string[]);
  const archives = files.filter((file) => file.startsWith(`${name}-`) && file.endsWith('.tgz'));
  const versioned = archives.filter((file) => parseStrictVersion(file.slice(name.length + 1, -'.tgz'.length)).ok);
  if (archives.length > 1 && versioned.length > 1) return 'too many matches';
  const [archive] = archives.length === 1 ? archives : versioned;
  if (archive !== undefined) {
    const loaded = loadArchive(await readFile(join(path, 'charts', archive)), archive);
    if (!loaded.ok) return 'corrupt';
    if (loaded.value.chart.metadata.name !== name) return 'misnamed';
    return versionStatus(dependency, loaded.value.chart.metadata.version) ?? 'ok';
  }
  const child = parent.dependencies.find(({ metadata }) => metadata.name === name);
  return child === undefined ? 'missing' : (versionStatus(dependency, child.metadata.version) ?? 'unpacked');
}

function versionStatus(dependency: Dependency, version: string): string | undefined {
  if (version === dependency.version) return undefined;
  const [range, own] = [parseConstraints(dependency.version), parseVersion(version)];
  if (!range.ok || !own.ok) return 'invalid version';
  return range.value.check(own.value) ? undefined : 'wrong version';
}

/** What lies in charts/ without being named. */
async function strangers(dependencies: readonly Dependency[], path: string, shown: string): Promise<readonly string[]> {
  const entries = await readdir(join(path, 'charts'), { withFileTypes: true }).catch(() => []);
  const warnings: string[] = [];
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    if (!entry.isDirectory() && !entry.name.endsWith('.tgz')) continue;
    const file = join(shown, 'charts', entry.name);
    const at = join(path, 'charts');
    const place = entry.isDirectory() ? { root: join(at, entry.name), path: '' } : { root: at, path: entry.name };
    const chart = await load(place).catch(() => undefined);
    if (chart === undefined) warnings.push(`WARNING: ${JSON.stringify(file)} is not a chart.`);
    else if (!dependencies.some(({ name }) => name === chart.chart.metadata.name))
      warnings.push(`WARNING: ${JSON.stringify(file)} is not in Chart.yaml.`);
  }
  return warnings;
}
