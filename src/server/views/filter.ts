/** What narrows down a list of Apps, compiled once per query into a test of one row. */
import { LEVELS, type QueryOf, SYNC_WORDS } from '../../api/http/index.ts';
import { matchesSelector, parseSelector } from '../../core/object/selector/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import { badInput, type Refused } from '../http/refused.ts';
import type { IndexedApp } from './app-index.ts';

export type Filters = Pick<
  QueryOf<'apps'>,
  'q' | 'level' | 'health' | 'sync' | 'namespace' | 'project' | 'environment' | 'cluster' | 'folder' | 'source' | 'label'
>;

export type Matches = (one: IndexedApp) => boolean;

const HEALTH_WORDS = ['Healthy', 'Progressing', 'Degraded', 'Suspended', 'Missing', 'Unknown'] as const;
const CLOSED: Readonly<Record<string, readonly string[]>> = { level: LEVELS, sync: SYNC_WORDS, health: HEALTH_WORDS };

const listed = (text: string): readonly string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

const READ: Readonly<Record<string, (one: IndexedApp) => string>> = {
  level: ({ row }) => row.level,
  health: ({ row }) => row.health.state,
  sync: ({ row }) => row.sync,
  namespace: ({ row }) => row.namespace,
  project: ({ row }) => row.project,
  environment: ({ row }) => row.environment,
  cluster: ({ row }) => row.cluster,
};

export function compileFilters(filters: Filters): Result<Matches, Refused> {
  const tests: Matches[] = [];
  for (const [field, read] of Object.entries(READ)) {
    const text = filters[field as keyof Filters];
    if (text === undefined) continue;
    const wanted = new Set(listed(text));
    const unknown = [...wanted].find((word) => CLOSED[field]?.includes(word) === false);
    if (unknown !== undefined) return err(badInput({ field, message: `must be among ${CLOSED[field]?.join(', ')}, not "${unknown}"` }));
    tests.push((one) => wanted.has(read(one)));
  }
  const selector = labelTest(filters.label);
  if (!selector.ok) return selector;
  const all = [...tests, ...folderTest(filters.folder), ...sourceTest(filters.source), ...selector.value, ...wordTest(filters.q)];
  return ok((one) => all.every((test) => test(one)));
}

function folderTest(text: string | undefined): readonly Matches[] {
  if (text === undefined) return [];
  const folders = listed(text).map((folder) => folder.replace(/\/+$/, ''));
  return [({ row }) => folders.some((folder) => row.folder === folder || row.folder.startsWith(`${folder}/`))];
}

function sourceTest(text: string | undefined): readonly Matches[] {
  if (text === undefined) return [];
  const sources = listed(text);
  return [({ source }) => sources.some((one) => source === one || source.endsWith(`/${one}`))];
}

function labelTest(text: string | undefined): Result<readonly Matches[], Refused> {
  if (text === undefined) return ok([]);
  const selector = parseSelector(text);
  if (!selector.ok) return err(badInput({ field: 'label', message: `is not a label selector: ${selector.error}` }));
  return ok([({ app }) => matchesSelector(selector.value, app.metadata.labels ?? {})]);
}

function wordTest(text: string | undefined): readonly Matches[] {
  const words = (text ?? '')
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return words.length === 0 ? [] : [(one) => words.every((word) => one.text.includes(word))];
}
