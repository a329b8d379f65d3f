/** The values a test renders with. Source: helm-unittest pkg/unittest/test_job.go getUserValues. */
import type { Ask } from '../ask/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import { mergeOptions } from '../chart/index.ts';
import { coalesceTables, copyTable, isTable, type Table } from '../chart/values/index.ts';
import { dirName, joinPath } from '../go/path/index.ts';
import type { GoRecord, GoValue } from '../go/value/index.ts';
import { getKey, isObject, type Json, type JsonObject, record } from '../object/index.ts';
import { decode, encode, goYamlV3, sigsYaml } from '../yaml/index.ts';
import { tableOf } from './set-path.ts';
import type { Suite, Test } from './suite.ts';

/** `values` as the chart at the end of the route would get them from the first one. */
function scoped(route: string, values: Table): Table {
  let result = values;
  const names = route.split('/').filter((_, i) => i % 2 === 0);
  for (const name of names.slice(1).toReversed()) {
    const global = getKey(result, 'global');
    result = record<GoValue>([...(global === undefined ? [] : [['global', global] as const]), [name, result]]);
  }
  return result;
}

const over = (upper: Table, lower: Table): Table => coalesceTables(upper, lower, { rule: 'merge', warn: () => undefined, prefix: '' });

function fileValues(ask: Ask, suite: Suite, path: string): Result<Table, string> {
  const place = joinPath([dirName(suite.file), path]);
  const file = ask({ kind: 'file', source: '', path: place });
  if (file.found !== 'file') return err(`open ${place}: no such file or directory`);
  const decoded = decode(file.text ?? '', { variant: goYamlV3 });
  if (!decoded.ok) return err(`failed to parse ${path}: ${decoded.error.message}`);
  return ok(isObject(decoded.value) ? copyTable(decoded.value as unknown as GoRecord) : record<GoValue>());
}

function setValues(base: Table, set: JsonObject, route: string): Result<Table, string> {
  let result = base;
  for (const path of Object.keys(set)) {
    const table = tableOf(path, getKey(set, path) ?? null);
    if (!table.ok) return table;
    result = over(scoped(route, copyTable(table.value as unknown as GoRecord)), result);
  }
  return ok(result);
}

/** Files of the suite, files of the command, files of the test, `set` of the suite, `set` of the test: what comes later wins. */
export function valuesFor(
  ask: Ask,
  {
    suite,
    test,
    extra,
    route,
  }: { readonly suite: Suite; readonly test: Test; readonly extra: readonly JsonObject[]; readonly route: string },
): Result<GoRecord, string> {
  let base: Table = record<GoValue>();
  for (const path of [...suite.values, null, ...test.values]) {
    const tables = path === null ? extra.map((table) => ok(copyTable(table as unknown as GoRecord))) : [fileValues(ask, suite, path)];
    for (const table of tables) {
      if (!table.ok) return table;
      base = over(scoped(route, table.value), base);
    }
  }
  for (const set of [suite.set, test.set]) {
    const next = setValues(base, set, route);
    if (!next.ok) return next;
    base = next.value;
  }
  const text = encode(base as unknown as Json, { variant: sigsYaml });
  const values = mergeOptions({ files: [{ name: 'values', text }] });
  return values.ok && isTable(values.value) ? ok(values.value) : err(values.ok ? 'values are no table' : values.error);
}
