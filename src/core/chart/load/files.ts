/** From files to charts: which file is what, subcharts by folder and by archive. Source: Helm 4 pkg/chart/v2/loader/load.go LoadFiles. */
import { err, ok, type Result } from '../../../std/index.ts';
import { extension } from '../../go/path/index.ts';
import { sortStrings } from '../../go/sort/index.ts';
import type { GoRecord } from '../../go/value/index.ts';
import {
  type Chart,
  ChartFile,
  type Lock,
  type RawMetadata,
  readLock,
  readMetadata,
  validateMetadata,
  type Warning,
} from '../model/index.ts';
import { readArchive } from './tar.ts';
import { readValues } from './values-file.ts';

const maxDepth = 32;

/** A chart being put together. */
interface Draft {
  metadata: RawMetadata | undefined;
  lock: Lock | undefined;
  values: GoRecord | undefined;
  valuesFile: ChartFile | undefined;
  schema: string | undefined;
  readonly templates: ChartFile[];
  readonly files: ChartFile[];
  readonly subcharts: Map<string, ChartFile[]>;
  readonly warnings: Warning[];
}

export interface Loaded {
  readonly chart: Chart;
  readonly warnings: readonly Warning[];
}

/** The chart the files make, or Helm's complaint. Subcharts are in the order of their folders' names. */
export function loadFiles(files: readonly ChartFile[], depth = 0): Result<Loaded, string> {
  if (depth > maxDepth) return err('charts are nested too deeply');
  const draft: Draft = {
    metadata: undefined,
    lock: undefined,
    values: undefined,
    valuesFile: undefined,
    schema: undefined,
    templates: [],
    files: [],
    subcharts: new Map(),
    warnings: [],
  };
  const chartYaml = files.find((file) => file.name === 'Chart.yaml');
  if (chartYaml !== undefined) {
    const read = readMetadata(chartYaml.text);
    if (!read.ok) return err(`cannot load Chart.yaml: ${read.error}`);
    draft.metadata = read.value.apiVersion === '' ? { ...read.value, apiVersion: 'v1' } : read.value;
  }
  for (const file of files) {
    const problem = place(draft, file);
    if (problem !== undefined) return err(problem);
  }
  if (draft.metadata === undefined) return err('Chart.yaml file is missing');
  const metadata = validateMetadata(draft.metadata);
  if (!metadata.ok) return metadata;
  const dependencies = loadSubcharts(draft, metadata.value.name, depth);
  if (!dependencies.ok) return dependencies;
  const { lock, values, valuesFile, schema, templates, files: others, warnings } = draft;
  const raw = valuesFile === undefined ? {} : { valuesFile };
  return ok({
    chart: { metadata: metadata.value, lock, templates, files: others, values, ...raw, schema, dependencies: dependencies.value },
    warnings,
  });
}

/** Puts one file where it belongs; gives what is wrong with it. */
function place(draft: Draft, file: ChartFile): string | undefined {
  switch (file.name) {
    case 'Chart.yaml':
      return undefined;
    case 'Chart.lock':
    case 'requirements.lock':
      return placeLock(draft, file);
    case 'values.yaml': {
      const values = readValues(file.text);
      if (!values.ok) return `cannot load values.yaml: ${values.error}`;
      draft.values = values.value;
      draft.valuesFile = file;
      return undefined;
    }
    case 'values.schema.json':
      draft.schema = file.text;
      return undefined;
    case 'requirements.yaml':
      return placeRequirements(draft, file);
    default:
      placeOther(draft, file);
      return undefined;
  }
}

const isVersion1 = (draft: Draft): boolean => draft.metadata?.apiVersion === 'v1';

const note = (draft: Draft, message: string): void => void draft.warnings.push({ level: 'INFO', message, details: '' });

function placeLock(draft: Draft, file: ChartFile): string | undefined {
  const lock = readLock(file.text);
  if (!lock.ok) return `cannot load ${file.name}: ${lock.error}`;
  draft.lock = lock.value;
  if (file.name === 'Chart.lock') return undefined;
  if (isVersion1(draft)) draft.files.push(file);
  else note(draft, 'Warning: Dependency locking is handled in Chart.lock since apiVersion "v2". We recommend migrating to Chart.lock.');
  return undefined;
}

function placeRequirements(draft: Draft, file: ChartFile): string | undefined {
  const isOld = isVersion1(draft);
  const read = readMetadata(file.text, draft.metadata);
  if (!read.ok) return `cannot load requirements.yaml: ${read.error}`;
  draft.metadata = read.value;
  if (isOld) draft.files.push(file);
  else
    note(
      draft,
      'Warning: Dependencies are handled in Chart.yaml since apiVersion "v2". We recommend migrating dependencies to Chart.yaml.',
    );
  return undefined;
}

function placeOther(draft: Draft, file: ChartFile): void {
  if (file.name.startsWith('templates/')) draft.templates.push(file);
  else if (file.name.startsWith('charts/') && extension(file.name) !== '.prov') {
    const name = file.name.slice('charts/'.length);
    const folder = name.split('/', 1)[0] ?? '';
    const inside = draft.subcharts.get(folder) ?? [];
    inside.push(new ChartFile(name, file.bytes));
    draft.subcharts.set(folder, inside);
  } else draft.files.push(file);
}

function loadSubcharts(draft: Draft, parent: string, depth: number): Result<readonly Chart[], string> {
  const charts: Chart[] = [];
  for (const folder of sortStrings([...draft.subcharts.keys()])) {
    if (folder.startsWith('_') || folder.startsWith('.')) continue;
    const files = draft.subcharts.get(folder) ?? [];
    const loaded = extension(folder) === '.tgz' ? loadPacked(files, { folder, parent, depth }) : loadFolder(files, depth);
    if (!loaded.ok) return err(`error unpacking subchart ${folder} in ${parent}: ${loaded.error}`);
    draft.warnings.push(...loaded.value.warnings);
    charts.push(loaded.value.chart);
  }
  return ok(charts);
}

function loadPacked(
  files: readonly ChartFile[],
  at: { readonly folder: string; readonly parent: string; readonly depth: number },
): Result<Loaded, string> {
  const [file] = files;
  if (file === undefined || file.name !== at.folder) {
    return err(`error unpacking subchart tar in ${at.parent}: expected ${at.folder}, got ${file?.name ?? ''}`);
  }
  const unpacked = readArchive(file.bytes);
  return unpacked.ok ? loadFiles(unpacked.value, at.depth + 1) : unpacked;
}

/** Files that lie directly in charts/ belong to no chart. */
function loadFolder(files: readonly ChartFile[], depth: number): Result<Loaded, string> {
  const inner = files.flatMap((file) => {
    const slash = file.name.indexOf('/');
    return slash < 0 ? [] : [new ChartFile(file.name.slice(slash + 1), file.bytes)];
  });
  return loadFiles(inner, depth + 1);
}
