/**
 * The compact form of a type graph, as it is shipped: types by number, equal types once, only what differs from the default.
 * `encodeTable` is used by the generator; `decodeTable` builds a node when it is first reached.
 */
import type { Gvk, Json } from '../object/index.ts';
import { record } from '../object/index.ts';
import type { Resource } from './resources.ts';
import { ResourceList } from './resources.ts';
import { type Schema, gvkKey } from './schema.ts';
import type { FieldType, JsonType, OpenNode, ScalarKind, TypeNode } from './types.ts';
import { openNode } from './types.ts';

/** A field: the number of its type, or that with what else is said about it. */
type FieldRow = number | { readonly t: number; readonly d?: Json; readonly p?: readonly string[]; readonly k?: string };

/** Key letters: n name, j JSON type, f format, s scalar, l list, m map, e enum, u nullable, p preserve unknown. */
interface TypeRow {
  readonly n?: string;
  readonly j?: JsonType;
  readonly f?: string;
  readonly s?: ScalarKind;
  /** e element, a associative, k keys. */
  readonly l?: { readonly e: number; readonly a?: 1; readonly k?: readonly string[] };
  /** f fields, e element, a atomic, r required. */
  readonly m?: { readonly f?: { readonly [name: string]: FieldRow }; readonly e?: number; readonly a?: 1; readonly r?: readonly string[] };
  readonly e?: readonly Json[];
  readonly u?: 1;
  readonly p?: 1;
}

export interface SchemaTable {
  readonly version: string;
  readonly types: readonly TypeRow[];
  /** Group, version, kind, number of the type. */
  readonly kinds: readonly (readonly [string, string, string, number])[];
  readonly resources: readonly Resource[];
}

/** A schema over a table. Nodes are built when first reached and kept by the returned object. */
export function decodeTable(table: SchemaTable, options: { readonly strictKeys: boolean }): Schema {
  const nodes: (TypeNode | undefined)[] = [];
  const node = (id: number): TypeNode => {
    const known = nodes[id];
    if (known !== undefined) return known;
    const row = table.types[id] ?? {};
    const open = openNode(row.n ?? '', options.strictKeys);
    nodes[id] = open;
    fillNode(open, row, node);
    return open;
  };
  const kinds = new Map<string, number>(table.kinds.map(([group, version, kind, id]) => [gvkKey({ group, version, kind }), id]));
  const names = new Map<string, number>();
  table.types.forEach((row, id) => row.n !== undefined && names.set(row.n, id));
  const find = (id: number | undefined): TypeNode | undefined => (id === undefined ? undefined : node(id));
  return {
    typeOf: (gvk) => find(kinds.get(gvkKey(gvk))),
    named: (name) => find(names.get(name)),
    kinds: table.kinds.map(([group, version, kind]) => ({ group, version, kind })),
    resources: new ResourceList(table.resources),
  };
}

function fillNode(open: OpenNode, row: TypeRow, node: (id: number) => TypeNode): void {
  open.jsonType = row.j ?? '';
  open.format = row.f ?? '';
  open.scalar = row.s;
  open.enum = row.e;
  open.nullable = row.u === 1;
  open.preserveUnknown = row.p === 1;
  if (row.l !== undefined) open.list = { element: node(row.l.e), associative: row.l.a === 1, keys: row.l.k ?? [] };
  if (row.m === undefined) return;
  const fields = new Map<string, FieldType>();
  open.map = { fields, element: row.m.e === undefined ? undefined : node(row.m.e), atomic: row.m.a === 1, required: row.m.r ?? [] };
  for (const [name, field] of Object.entries(row.m.f ?? {})) {
    const said = typeof field === 'number' ? { t: field } : field;
    fields.set(name, { name, type: node(said.t), default: said.d, patchStrategy: said.p ?? [], patchMergeKey: said.k ?? '' });
  }
}

/** The table of a schema's kinds and everything they reach. */
export function encodeTable(schema: Schema, facts: { readonly version: string; readonly resources: readonly Resource[] }): SchemaTable {
  const encoder = new Encoder();
  const kinds: [string, string, string, number][] = [];
  for (const gvk of sortedKinds(schema.kinds)) {
    const type = schema.typeOf(gvk);
    if (type !== undefined) kinds.push([gvk.group, gvk.version, gvk.kind, encoder.idOf(type)]);
  }
  return { version: facts.version, types: encoder.rows, kinds, resources: facts.resources };
}

const sortedKinds = (kinds: readonly Gvk[]): Gvk[] => kinds.toSorted((a, b) => (gvkKey(a) < gvkKey(b) ? -1 : 1));

class Encoder {
  readonly rows: TypeRow[] = [];
  readonly #ids = new Map<TypeNode, number>();
  readonly #byText = new Map<string, number>();

  /** Named types get their number before their fields are visited (they may be recursive); equal types in place share one. */
  idOf(type: TypeNode): number {
    const known = this.#ids.get(type);
    if (known !== undefined) return known;
    if (type.name !== '') {
      const id = this.rows.push({}) - 1;
      this.#ids.set(type, id);
      this.rows[id] = this.#row(type);
      return id;
    }
    const row = this.#row(type);
    const text = JSON.stringify(row);
    const equal = this.#byText.get(text) ?? this.rows.push(row) - 1;
    this.#byText.set(text, equal);
    this.#ids.set(type, equal);
    return equal;
  }

  #row(type: TypeNode): TypeRow {
    const { list, map } = type;
    return {
      ...(type.name === '' ? {} : { n: type.name }),
      ...(type.jsonType === '' ? {} : { j: type.jsonType }),
      ...(type.format === '' ? {} : { f: type.format }),
      ...(type.scalar === undefined ? {} : { s: type.scalar }),
      ...(type.enum === undefined ? {} : { e: type.enum }),
      ...(type.nullable ? { u: 1 as const } : {}),
      ...(type.preserveUnknown ? { p: 1 as const } : {}),
      ...(list === undefined
        ? {}
        : {
            l: {
              e: this.idOf(list.element),
              ...(list.associative ? { a: 1 as const } : {}),
              ...(list.keys.length > 0 ? { k: list.keys } : {}),
            },
          }),
      ...(map === undefined ? {} : { m: this.#mapRow(map) }),
    };
  }

  #mapRow(map: NonNullable<TypeNode['map']>): NonNullable<TypeRow['m']> {
    const fields = [...map.fields.values()].map((field): [string, FieldRow] => [field.name, this.#fieldRow(field)]);
    return {
      ...(fields.length === 0 ? {} : { f: record<FieldRow>(fields) }),
      ...(map.element === undefined ? {} : { e: this.idOf(map.element) }),
      ...(map.atomic ? { a: 1 as const } : {}),
      ...(map.required.length === 0 ? {} : { r: map.required }),
    };
  }

  #fieldRow(field: FieldType): FieldRow {
    const id = this.idOf(field.type);
    const said = {
      ...(field.default === undefined ? {} : { d: field.default }),
      ...(field.patchStrategy.length === 0 ? {} : { p: field.patchStrategy }),
      ...(field.patchMergeKey === '' ? {} : { k: field.patchMergeKey }),
    };
    return Object.keys(said).length === 0 ? id : { t: id, ...said };
  }
}
