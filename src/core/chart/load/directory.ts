/** Charts in a tree of files, read through the Ask protocol. Source: Helm 4 pkg/chart/v2/loader/directory.go. */
import type { Ask, TreeEntry } from '../../ask/index.ts';
import { err, ok, type Result } from '../../../std/index.ts';
import { compareStrings } from '../../go/sort/index.ts';
import { ChartFile, readMetadata } from '../model/index.ts';
import { loadFiles, type Loaded } from './files.ts';
import { LoadedCharts } from './loaded-charts.ts';
import { type IgnoreRules, isIgnored, parseIgnore } from './ignore.ts';
import { archiveLimits, readArchive, withoutBom } from './tar.ts';

/** Where a chart is: a folder, or an archive file. */
export interface ChartPlace {
  readonly source: string;
  readonly path: string;
}

const join = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`);

/** Entries that are not ignored; a directory that is takes everything below with it. */
function wanted(entries: readonly TreeEntry[], rules: IgnoreRules): TreeEntry[] {
  const kept: TreeEntry[] = [];
  const parents = new Map<string, boolean>();
  const isParentIgnored = (path: string): boolean => {
    const slash = path.lastIndexOf('/');
    if (slash < 0) return false;
    const folder = path.slice(0, slash);
    const known = parents.get(folder);
    if (known !== undefined) return known;
    const ignored = isParentIgnored(folder) || isIgnored(rules, { path: folder, isDirectory: true });
    parents.set(folder, ignored);
    return ignored;
  };
  for (const entry of entries) {
    if (entry.type === 'directory' || isParentIgnored(entry.path)) continue;
    if (!isIgnored(rules, { path: entry.path, isDirectory: false })) kept.push(entry);
  }
  return kept;
}

/** The order a walk meets files in: by name at each level, not by the whole path. */
const compareWalk = (a: string, b: string): number => compareStrings(a.replaceAll('/', '\0'), b.replaceAll('/', '\0'));

/** Loads a chart from a folder or from a .tgz file. `kept`: charts that were loaded before. */
export function loadChart(ask: Ask, place: ChartPlace, kept: LoadedCharts = new LoadedCharts()): Result<Loaded, string> {
  const ids: string[] = [];
  const noting = ((request: Parameters<Ask>[0]) => {
    const answer = ask(request);
    if (request.kind === 'file') ids.push(`${request.path}\0${(answer as { readonly id?: string }).id ?? ''}`);
    return answer;
  }) as Ask;
  const files = filesAt(noting, place);
  if (!files.ok) return files;
  if (files.value === 'packed') return loadPackedAt(noting, place);
  const read = files.value;
  const size = read.reduce((sum, file) => sum + file.bytes.length, 0);
  return kept.once([place.path, ...ids].join('\n'), size, () => {
    const unsupported = versionProblem(read);
    return unsupported === undefined ? loadFiles(read) : err(unsupported);
  });
}

/** The files of a chart's folder; `packed` when it is none. */
function filesAt(ask: Ask, place: ChartPlace): Result<readonly ChartFile[] | 'packed', string> {
  const list = ask({ kind: 'list', source: place.source, path: place.path, recursive: true });
  if (list === null) return ok('packed');
  const ignoreFile = list.entries.some((entry) => entry.path === '.helmignore') ? readText(ask, place, '.helmignore') : '';
  const rules = parseIgnore(ignoreFile);
  if (!rules.ok) return rules;
  return readAll(
    wanted(list.entries, rules.value).sort((a, b) => compareWalk(a.path, b.path)),
    (entry) => readEntry(ask, place, entry),
  );
}

type ReadEntry = (entry: TreeEntry) => Result<readonly ChartFile[], string>;

/** Every entry is asked for, whatever becomes of the others: one round of questions. The first problem counts. */
function readAll(entries: readonly TreeEntry[], read: ReadEntry): Result<readonly ChartFile[], string> {
  const results = entries.map(read);
  return results.find(({ ok: fine }) => !fine) ?? ok(results.flatMap((result) => (result.ok ? result.value : [])));
}

/** Charts of versions that Helm does not render. Only the outermost chart is asked for its version. */
function versionProblem(files: readonly ChartFile[]): string | undefined {
  const file = files.find(({ name }) => name === 'Chart.yaml');
  const metadata = file === undefined ? undefined : readMetadata(file.text);
  if (metadata?.ok !== true || ['', 'v1', 'v2'].includes(metadata.value.apiVersion)) return undefined;
  return metadata.value.apiVersion === 'v3' ? 'invalid chart apiVersion' : 'unsupported chart version';
}

function readText(ask: Ask, place: ChartPlace, name: string): string {
  const answer = ask({ kind: 'file', source: place.source, path: join(place.path, name) });
  return answer.found === 'file' ? answer.text : '';
}

/** `links`: how many links to folders lead here. */
function readEntry(ask: Ask, place: ChartPlace, entry: TreeEntry, links = 0): Result<readonly ChartFile[], string> {
  const path = join(place.path, entry.path);
  if (entry.type === 'submodule') return ok([]);
  if (entry.size !== undefined && entry.size > archiveLimits.file) return err(oversized(entry.path));
  const answer = ask({ kind: 'file', source: place.source, path });
  switch (answer.found) {
    case 'file': {
      const bytes = withoutBom(answer.bytes);
      if (bytes.length > archiveLimits.file) return err(oversized(entry.path));
      return ok([new ChartFile(entry.path, bytes, bytes === answer.bytes && !answer.text.includes('\ufffd') ? answer.text : undefined)]);
    }
    case 'directory':
      return readLinkedFolder(ask, place, entry.path, links + 1);
    case 'outside':
      return err(`cannot load ${entry.path}: the symbolic link leaves the source (${answer.target})`);
    case 'tooLarge':
      return err(oversized(entry.path));
    default:
      return entry.type === 'symlink' ? err(`error evaluating symlink ${entry.path}: it leads to nothing`) : ok([]);
  }
}

const oversized = (path: string): string =>
  `chart file ${JSON.stringify(path.slice(path.lastIndexOf('/') + 1))} is larger than the maximum file size ${archiveLimits.file}`;

/** Each link within a link takes a round of questions of its own; real charts have one. */
const mostLinks = 10;

/** A symbolic link to a folder: its files appear under the link's name. */
function readLinkedFolder(ask: Ask, place: ChartPlace, name: string, links: number): Result<readonly ChartFile[], string> {
  if (links > mostLinks) return err(`cannot load ${name}: symbolic links are nested too deeply, or run in a circle`);
  const list = ask({ kind: 'list', source: place.source, path: join(place.path, name), recursive: true });
  const entries = (list?.entries ?? []).filter(({ type }) => type !== 'directory');
  return readAll(entries, (entry) => readEntry(ask, place, { ...entry, path: join(name, entry.path) }, links));
}

function loadPackedAt(ask: Ask, place: ChartPlace): Result<Loaded, string> {
  const answer = ask({ kind: 'file', source: place.source, path: place.path });
  if (answer.found !== 'file') return err(`path ${JSON.stringify(place.path)} not found`);
  return loadArchive(answer.bytes, place.path);
}

/** Loads a chart from the bytes of an archive. `name` is for errors. */
export function loadArchive(bytes: Uint8Array, name: string): Result<Loaded, string> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) {
    if (/\.ya?ml$/.test(name)) return err(`file '${name}' seems to be a YAML file, but expected a gzipped archive`);
    return err(`file '${name}' does not appear to be a gzipped archive; got 'application/octet-stream'`);
  }
  const files = readArchive(bytes);
  if (!files.ok) return files;
  const unsupported = versionProblem(files.value);
  return unsupported === undefined ? loadFiles(files.value) : err(unsupported);
}
