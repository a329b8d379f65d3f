/** The values a user gives: files, then the --set family, in Helm's order. Source: Helm 4 pkg/cli/values/options.go. */
import { err, ok, type Result } from '../../../std/index.ts';
import type { GoRecord, GoValue } from '../../go/value/index.ts';
import { record } from '../../object/index.ts';
import { isRecord } from '../../template/index.ts';
import { decodeJson } from '../../template/json/index.ts';
import { mergeMaps, readValues } from '../load/index.ts';
import { readJsonPrefix } from './json-prefix.ts';
import { applySet, type SetKind, SetProblem } from './strvals.ts';
import { copyTable, type Table } from './tables.ts';

export interface ValueFile {
  /** For errors. */
  readonly name: string;
  readonly text: string;
}

export interface ValueOptions {
  /** What everything else is merged over. */
  readonly base?: GoRecord;
  readonly files?: readonly ValueFile[];
  readonly set?: readonly string[];
  readonly setString?: readonly string[];
  readonly setJson?: readonly string[];
  readonly setFile?: readonly string[];
  readonly setLiteral?: readonly string[];
  /** The content of a file named by --set-file; undefined when there is none. */
  readonly readFile?: (path: string) => string | undefined;
}

/** The merged values, or Helm's complaint. */
export function mergeOptions(options: ValueOptions): Result<GoRecord, string> {
  let base: GoRecord = options.base ?? record<GoValue>();
  for (const file of options.files ?? []) {
    const values = readValues(file.text);
    if (!values.ok) return err(`failed to parse ${file.name}: ${values.error}`);
    base = mergeMaps(base, values.value);
  }
  let table: Table = copyTable(base);
  for (const input of options.setJson ?? []) {
    const merged = mergeJson(table, input);
    if (!merged.ok) return merged;
    table = merged.value;
  }
  const families: readonly (readonly [SetKind, readonly string[] | undefined])[] = [
    ['set', options.set],
    ['set-string', options.setString],
    ['set-file', options.setFile],
    ['set-literal', options.setLiteral],
  ];
  for (const [kind, inputs] of families) {
    for (const input of inputs ?? []) {
      const problem = problemOf(() => applySet(input, table, { kind, readFile: reader(options), readJson: readJsonPrefix }));
      if (problem !== undefined) return err(`failed parsing --${kind} data: ${problem}`);
    }
  }
  return ok(table);
}

/** The files that --set-file names. */
export function valueFilesOf(options: ValueOptions): readonly string[] {
  const names: string[] = [];
  const read = (path: string): string => {
    names.push(path);
    return '';
  };
  for (const input of options.setFile ?? [])
    problemOf(() => applySet(input, record<GoValue>(), { kind: 'set-file', readFile: read, readJson: readJsonPrefix }));
  return names;
}

const reader =
  (options: ValueOptions) =>
  (path: string): string => {
    const text = options.readFile?.(path);
    if (text === undefined) throw new SetProblem(`open ${path}: no such file or directory`);
    return text;
  };

/** A whole JSON object, or `key=json`. */
function mergeJson(table: Table, input: string): Result<Table, string> {
  const trimmed = input.trim();
  if (trimmed.startsWith('{')) {
    const decoded = decodeJson(trimmed);
    if (!decoded.ok || !isRecord(decoded.value)) return err(`failed parsing --set-json data JSON: ${input}`);
    return ok(mergeMaps(table, decoded.value) as Table);
  }
  const problem = problemOf(() =>
    applySet(input, table, {
      kind: 'set-json',
      readFile: () => '',
      readJson: readJsonPrefix,
    }),
  );
  return problem === undefined ? ok(table) : err(`failed parsing --set-json data ${input}`);
}

function problemOf(run: () => void): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof SetProblem) return error.message;
    throw error;
  }
}
