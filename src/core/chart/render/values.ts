/** `.Values`: a map with the methods of Helm's `common.Values`. Source: Helm 4 pkg/chart/common/values.go. */
import { err, ok, type Result } from '../../../std/index.ts';
import { basicType, declareRecord, type GoMethod, type GoType, mapType, namedType } from '../../go/type/index.ts';
import type { GoRecord, GoValue } from '../../go/value/index.ts';
import { quote } from '../../go/strconv/index.ts';
import { getKey } from '../../object/index.ts';
import { encodeYaml } from '../../template/index.ts';
import { isTable, type Table } from '../values/index.ts';

const { any, string } = basicType;
const anyMap = mapType(string, any);

function method(params: readonly GoType[], result: GoType, call: (values: Table, argument: string) => Result<GoValue, string>): GoMethod {
  return { signature: { params, variadic: false, result }, call: (receiver, args) => call(receiver as Table, String(args[0] ?? '')) };
}

function tableAt(values: Table, path: readonly string[]): Result<Table, string> {
  let table = values;
  for (const name of path) {
    const next = getKey(table, name);
    if (!isTable(next)) return err(`${quote(name)} is not a table`);
    table = next;
  }
  return ok(table);
}

/** A value that is no table, by its dotted path. */
function pathValue(values: Table, path: string): Result<GoValue, string> {
  if (path === '') return err('YAML path cannot be empty');
  const names = path.split('.');
  const key = names.at(-1) ?? '';
  const table = tableAt(values, names.slice(0, -1));
  const value = table.ok ? getKey(table.value, key) : undefined;
  return value === undefined || isTable(value) ? err(`${quote(key)} is not a value`) : ok(value);
}

const valuesType: GoType = namedType(
  'common.Values',
  anyMap,
  new Map<string, GoMethod>([
    ['AsMap', method([], anyMap, (values) => ok(values))],
    ['YAML', method([], string, (values) => ok(`${encodeYaml(values)}\n`))],
    [
      'Table',
      method([string], anyMap, (values, path) => {
        const table = tableAt(values, path.split('.'));
        return table.ok ? ok(table.value) : table;
      }),
    ],
    ['PathValue', method([string], any, pathValue)],
  ]),
);

/** The table as Helm's own map type. */
export const goValues = <T extends GoRecord>(values: T): T => declareRecord(values, valuesType);
