/** Keys and values from literals, files and env files. Source: api/kv/kv.go, api/internal/generators. */
import { isUtf8, unescapeUtf8 } from '../../../std/index.ts';
import { baseName } from '../../go/path/index.ts';
import type { GeneratorArgs } from '../config/types.ts';
import type { Loader } from '../load/loader.ts';
import { KustomizeError, within } from '../problem.ts';

export type Pair = readonly [key: string, value: string];

/** All pairs of a generator, in order: env files, literals, files. Values are "escaped" texts (std/utf8). */
export function loadPairs({ envs = [], literals = [], files = [] }: GeneratorArgs, loader: Loader): readonly Pair[] {
  return [
    ...within(
      () => `env source files: [${envs.join(' ')}]`,
      () => envs.flatMap((path) => envPairs(loader.load(path).text)),
    ),
    ...within(
      () => `literal sources [${literals.join(' ')}]`,
      () => literals.map(literalPair),
    ),
    ...within(
      () => `file sources: [${files.join(' ')}]`,
      () => files.map((source) => filePair(source, loader)),
    ),
  ];
}

function literalPair(source: string): Pair {
  const at = source.indexOf('=');
  if (at <= 0) throw new KustomizeError(`invalid literal source ${source}, expected key=value`, { field: 'literals' });
  return [source.slice(0, at), unquoted(source.slice(at + 1))];
}

/** Without one pair of equal quotes around it. */
function unquoted(text: string): string {
  const first = text[0];
  return text.length >= 2 && first === text.at(-1) && (first === '"' || first === "'") ? text.slice(1, -1) : text;
}

function filePair(source: string, loader: Loader): Pair {
  const [key, path] = parseFileSource(source);
  return [key, loader.load(path).text];
}

/** `key=path`, or a path whose last part is the key. */
export function parseFileSource(source: string): readonly [key: string, path: string] {
  const count = source.split('=').length - 1;
  const place = { field: 'files' };
  if (count === 0) return [baseName(source), source];
  if (count > 1) throw new KustomizeError(`source "${source}" key name or file path contains '='`, place);
  if (source.startsWith('=')) throw new KustomizeError(`missing key name for file path "${source.slice(1)}" in source "${source}"`, place);
  if (source.endsWith('='))
    throw new KustomizeError(`missing file path for key name "${source.slice(0, -1)}" in source "${source}"`, place);
  const at = source.indexOf('=');
  return [source.slice(0, at), source.slice(at + 1)];
}

/** Longest line Go's scanner reads; it stops silently at a longer one. */
const LONGEST_LINE = 64 * 1024;

function envPairs(text: string): readonly Pair[] {
  const pairs: Pair[] = [];
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  for (const [number, raw] of lines.entries()) {
    if (raw.length >= LONGEST_LINE) break;
    const pair = envPair(raw.endsWith('\r') ? raw.slice(0, -1) : raw, number);
    if (pair !== undefined) pairs.push(pair);
  }
  return pairs;
}

function envPair(raw: string, number: number): Pair | undefined {
  const bytes = unescapeUtf8(raw);
  if (!isUtf8(bytes)) throw new KustomizeError(`line [${bytes.join(' ')}] has invalid utf8 bytes : ${raw}`, { field: 'envs' });
  const line = (number === 0 ? raw.replace(/^\ufeff/, '') : raw).replace(
    /^[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/,
    '',
  );
  if (line === '' || line.startsWith('#')) return undefined;
  const at = line.indexOf('=');
  const key = at < 0 ? line : line.slice(0, at);
  return key === '' ? undefined : [key, at < 0 ? '' : line.slice(at + 1)];
}
