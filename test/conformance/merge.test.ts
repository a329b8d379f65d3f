/** Merging, patching and field ownership against the corpus: structured-merge-diff, apimachinery and evanphx/json-patch. */
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../src/core/object/index.ts';
import { equalJson } from '../../src/core/object/value/index.ts';
import {
  type Typed,
  type UpdateOutcome,
  type VersionedSet,
  apply,
  decodeManagedFields,
  encodeManagedFields,
  entryId,
  sortManagedFields,
  update,
} from '../../src/core/merge/apply/index.ts';
import {
  type FieldFilter,
  FieldSet,
  type Path,
  applyFilter,
  formatElement,
  formatPath,
  fromFieldsV1,
  parseElement,
  toFieldsV1,
} from '../../src/core/merge/fieldset/index.ts';
import {
  compareTyped,
  extractItems,
  formatTypedErrors,
  mergeTyped,
  reconcile,
  removeItems,
  toFieldSet,
  validate,
} from '../../src/core/merge/typed/index.ts';
import { type TypeNode, openApiSchema, smdTypes, untypedNodes } from '../../src/core/schema/index.ts';
import {
  combineMergePatches,
  createMergePatch,
  filterPatch,
  mergePatch,
  threeWayMergePatch,
} from '../../src/core/merge/json-merge/index.ts';
import { type PatchOptions, applyJsonPatch, parsePatch } from '../../src/core/merge/json-patch/index.ts';
import { sortMergingLists, strategicMerge, threeWayPatch, twoWayPatch } from '../../src/core/merge/strategic/index.ts';
import { describeCorpus, readCorpus, runRows } from './corpus.ts';

type Schemas = Readonly<Record<string, JsonObject>>;
interface File<T> {
  readonly schemas?: Schemas;
  readonly cases: readonly T[];
}
interface Named {
  readonly name: string;
}
type Fields = Json | null;

const rowsOf = <T extends Named>(cases: readonly T[]): { name: string; value: T }[] =>
  cases.map((value, index) => ({ name: `${index} ${value.name}`, value }));

const setOf = (fields: Fields): FieldSet => (fields === null ? FieldSet.EMPTY : fromFieldsV1(fields === undefined ? {} : fields));
/** A set with nothing in it reads as the root itself, which nobody owns. */
const same = (actual: FieldSet, expected: Fields, what: string): void =>
  expect(toFieldsV1(actual), what).toEqual(toFieldsV1(setOf(expected)));
const sameJson = (actual: Json | undefined, expected: Json | undefined, what: string): void => {
  if (!equalJson(actual ?? null, expected ?? null)) expect(actual ?? null, what).toEqual(expected ?? null);
};
const pathOf = (path: readonly string[]): Path => path.map((text) => parseElement(text)).filter((element) => element !== undefined);

const deduced = untypedNodes(false).deduced;

function typeFinder(schemas: Schemas): (schema: string, name: string) => TypeNode {
  const compiled = new Map<string, (name: string) => TypeNode | undefined>();
  return (schema, name) => {
    const find = compiled.get(schema) ?? smdTypes(schemas[schema] ?? {});
    compiled.set(schema, find);
    return find(name) ?? expect.fail(`no type ${name} in ${schema}`);
  };
}

interface TypedRow extends Named {
  readonly kind: string;
  readonly schema: string;
  readonly oldSchema: string;
  readonly typeName: string;
  readonly deduced?: boolean;
  readonly lhs: Json;
  readonly rhs: Json;
  readonly out: Json;
  readonly object: Json;
  readonly partial: Json;
  readonly fields: Fields;
  readonly removed?: Json;
  readonly extracted?: Json;
  readonly modified?: Json;
  readonly added?: Json;
  readonly verdict: string;
  readonly oldFields: Fields;
  readonly fixedFields: Fields;
  readonly comparison: { readonly added: Fields; readonly modified: Fields; readonly removed: Fields };
  readonly remove: Fields;
  readonly expect: { readonly added: Fields; readonly modified: Fields; readonly removed: Fields };
  readonly fails: boolean;
}

const typedChecks: Readonly<Record<string, (row: TypedRow, type: TypeNode) => void>> = {
  merge: (row, type) => {
    const merged = mergeTyped(type, row.lhs, row.rhs);
    if (!merged.ok) expect.fail(formatTypedErrors(merged.errors));
    sameJson(merged.value, row.out, 'merged');
  },
  compare: (row, type) => {
    const forward = compareTyped(type, row.lhs, row.rhs);
    same(forward.removed, row.removed ?? {}, 'removed');
    same(forward.modified, row.modified ?? {}, 'modified');
    same(forward.added, row.added ?? {}, 'added');
    const back = compareTyped(type, row.rhs, row.lhs);
    same(back.removed, row.added ?? {}, 'removed, reversed');
    same(back.added, row.removed ?? {}, 'added, reversed');
    same(back.modified, row.modified ?? {}, 'modified, reversed');
  },
  toFieldSet: (row, type) => same(toFieldSet(type, row.object), row.fields, 'fields'),
  removeExtract: (row, type) => {
    const fields = setOf(row.fields);
    if (row.removed !== undefined) sameJson(removeItems(type, row.object, fields), row.removed, 'removed');
    if (row.extracted !== undefined) sameJson(extractItems(type, row.object, fields), row.extracted, 'extracted');
  },
  reversibleExtract: (row, type) => {
    const merged = mergeTyped(type, row.object, row.partial);
    if (!merged.ok) expect.fail(formatTypedErrors(merged.errors));
    sameJson(extractItems(type, merged.value ?? null, toFieldSet(type, row.partial).leaves()), row.partial, 'extracted');
  },
  extractWithKeys: (row, type) =>
    sameJson(extractItems(type, row.object, setOf(row.fields), { withKeys: true }), row.extracted, 'extracted'),
  validate: (row, type) => {
    const strict = validate(type, row.object).length === 0;
    const lenient = validate(type, row.object, { allowDuplicates: true }).length === 0;
    expect(strict ? 'valid' : lenient ? 'duplicates' : 'invalid').toBe(row.verdict);
  },
  reconcile: (row, type) => {
    const old = setOf(row.oldFields);
    const fixed = reconcile(type, old);
    if (row.fixedFields === null) expect(fixed).toBe(old);
    else same(fixed, row.fixedFields, 'fixed');
  },
  excludeFields: (row) => {
    for (const part of ['added', 'modified', 'removed'] as const) {
      same(setOf(row.comparison[part]).recursiveDifference(setOf(row.remove)), row.expect[part], part);
    }
  },
};

interface FieldRow extends Named {
  readonly kind: string;
  readonly input: string;
  readonly canonical?: string;
  readonly roundTrip?: boolean;
  readonly error?: boolean;
  readonly unknown?: boolean;
  readonly path: readonly string[];
  readonly text: string;
  readonly set: Json;
  readonly member: boolean;
  readonly a: Json;
  readonly b: Json;
  readonly equal: boolean;
  readonly expect: Json;
  readonly expected: Json;
  readonly expectDifference: Json;
  readonly expectRecursiveDifference: Json;
  readonly filter: { readonly include?: readonly (readonly string[])[]; readonly exclude?: Json };
  readonly schema: JsonObject;
  readonly schemaType: string;
  readonly value: string;
  readonly expectedBefore: Json;
  readonly expectedAfter: Json;
  readonly newSchema?: JsonObject;
  readonly newSchemaType?: string;
  readonly managedFields: readonly JsonObject[] | null;
  readonly managedFieldsEntry: JsonObject;
}

/** JSON text as the API server reads it; nothing but whitespace is an error, as is anything after the value. */
const parseText = (text: string): Json => JSON.parse(text) as Json;

function filterOf(filter: FieldRow['filter']): FieldFilter {
  const include = filter.include?.map((path) => path.map((part) => (part === '*' ? '*' : (parseElement(part) ?? expect.fail(part)))));
  return {
    ...(filter.exclude === undefined ? {} : { exclude: setOf(filter.exclude) }),
    ...(include === undefined ? {} : { include }),
  };
}

const fieldChecks: Readonly<Record<string, (row: FieldRow) => void>> = {
  pathElement: (row) => {
    if (row.error === true) return expect(() => parseElement(row.input)).toThrow();
    const element = parseElement(row.input);
    if (row.unknown === true) return expect(element).toBeUndefined();
    return expect(element && formatElement(element)).toBe(row.canonical);
  },
  set: (row) => {
    if (row.error === true) return expect(() => fromFieldsV1(parseText(row.input))).toThrow();
    const set = fromFieldsV1(parseText(row.input));
    if (row.canonical !== undefined) expect(JSON.stringify(toFieldsV1(set))).toBe(row.canonical);
    return undefined;
  },
  pathText: (row) => expect(formatPath(pathOf(row.path))).toBe(row.text),
  has: (row) => expect(setOf(row.set).has(pathOf(row.path))).toBe(row.member),
  equals: (row) => expect(setOf(row.a).equals(setOf(row.b))).toBe(row.equal),
  union: (row) => same(setOf(row.a).union(setOf(row.b)), row.expect, 'union'),
  intersection: (row) => same(setOf(row.a).intersection(setOf(row.b)), row.expect, 'intersection'),
  difference: (row) => same(setOf(row.a).difference(setOf(row.b)), row.expect, 'difference'),
  differences: (row) => {
    same(setOf(row.a).difference(setOf(row.b)), row.expectDifference, 'plain');
    same(setOf(row.a).recursiveDifference(setOf(row.b)), row.expectRecursiveDifference, 'recursive');
  },
  leaves: (row) => same(setOf(row.input).leaves(), row.expected, 'leaves'),
  filter: (row) => same(applyFilter(setOf(row.input), filterOf(row.filter)), row.expect, 'filtered'),
  managedFieldsRoundTrip: (row) => {
    const managed = decodeManagedFields(row.managedFields);
    if (typeof managed === 'string') expect.fail(managed);
    expect(encodeManagedFields({ ...managed, entries: new Map() })).toEqual(row.managedFields ?? []);
    expect(encodeManagedFields(managed)).toEqual(row.managedFields ?? []);
  },
  managerIdentifier: (row) => expect(entryId(row.managedFieldsEntry)).toBe(JSON.stringify(row.expect)),
  sortManagedFields: (row) => expect(sortManagedFields(row.managedFields ?? [])).toEqual(row.expect),
  ensureNamedFields: (row) => {
    const type = smdTypes(row.schema)(row.schemaType) ?? expect.fail(row.schemaType);
    const before = toFieldSet(type, parseText(row.value));
    same(before, row.expectedBefore, 'before');
    const after = row.newSchema === undefined ? type : smdTypes(row.newSchema)(row.newSchemaType ?? row.schemaType);
    same(before.withNamedFields(after), row.expectedAfter, 'after');
  },
};

interface Operation {
  readonly op: string;
  readonly manager: string;
  readonly apiVersion: string;
  readonly object: Json;
  readonly schema: string;
  readonly conflicts?: readonly { readonly manager: string; readonly path: readonly string[] }[];
}

interface OpsRow extends Named {
  readonly schema: string;
  readonly deduced?: boolean;
  readonly typeName?: string;
  readonly byApiVersion?: boolean;
  readonly ops: readonly Operation[];
  readonly expectObject?: Json;
  readonly expectApiVersion: string;
  readonly expectManagers?: Readonly<Record<string, { readonly apiVersion: string; readonly fields: Fields }>>;
  readonly error?: boolean;
  readonly ignoreFilter?: Readonly<Record<string, FieldRow['filter']>>;
  readonly ignoredFields?: Readonly<Record<string, Json>>;
  readonly converter?: string;
}

type Convert = (object: Typed, version: string) => { ok: Typed } | { missing: true } | { error: string };

/** Renames all map keys below the top level. */
function renameKeys(value: Json, rename: (key: string, depth: number) => string, depth = 0): Json {
  if (Array.isArray(value)) return value.map((item) => renameKeys(item as Json, rename, depth + 1));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [rename(key, depth), renameKeys(item as Json, rename, depth + 1)]));
}

const isMap = (value: Json): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Keys are single letters repeated N times in version vN; values that are not maps are dropped. Of keys that become equal the last in order wins. */
function repeat(value: Json, count: number, depth = 0): Json {
  if (!isMap(value)) return null;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    entries.map(([key, item]) => [depth === 0 ? key : (key[0] ?? '').repeat(count), repeat(item ?? null, count, depth + 1)]),
  );
}

class State {
  live: Typed | undefined;
  managers: ReadonlyMap<string, VersionedSet> = new Map();
  type: (version: string) => TypeNode;
  #accepted: readonly string[] = [];
  readonly #row: OpsRow;
  readonly #find: (schema: string, name: string) => TypeNode;

  constructor(row: OpsRow, find: (schema: string, name: string) => TypeNode) {
    this.#row = row;
    this.#find = find;
    this.type = this.#types(row.schema);
  }

  #types(schema: string): (version: string) => TypeNode {
    const { row, find } = { row: this.#row, find: this.#find };
    if (row.deduced === true) return () => deduced;
    return (version) => find(schema, row.byApiVersion === true ? version : (row.typeName ?? ''));
  }

  readonly #convert: Convert = (object, version) => {
    const type = this.type(version);
    const value = object.value;
    switch (this.#row.converter) {
      case 'repeatingConverter':
        return { ok: { type, value: repeat(value, Number(version.slice(1))) } };
      case 'renamingConverter': {
        const from = object.type.name;
        if (from === version) return { ok: object };
        const rename = (key: string): string => (key.endsWith(from) ? key.slice(0, -from.length) + version : key);
        return { ok: { type, value: renameKeys(value, rename) } };
      }
      case 'reliantFieldsConverter':
        return rely(object, { type, version });
      default:
        return this.#accepted.length > 0 && !this.#accepted.includes(version) ? { missing: true } : { ok: object };
    }
  };

  get #rules() {
    const { ignoreFilter, ignoredFields, converter } = this.#row;
    const filters = new Map<string, FieldFilter>();
    for (const [version, filter] of Object.entries(ignoreFilter ?? {})) filters.set(version, filterOf(filter));
    for (const [version, fields] of Object.entries(ignoredFields ?? {})) filters.set(version, { exclude: setOf(fields) });
    return converter === undefined ? { filters } : { filters, convert: this.#convert };
  }

  run(op: Operation & { readonly acceptedVersions?: readonly string[] }): void {
    this.#accepted = op.acceptedVersions ?? [];
    if (op.op === 'ChangeParser') {
      this.type = this.#types(op.schema);
      const { live } = this;
      if (live === undefined) return;
      const type = this.#row.deduced === true ? deduced : this.#find(op.schema, live.type.name);
      const errors = validate(type, live.value);
      if (errors.length > 0) throw new Error(formatTypedErrors(errors));
      this.live = { type, value: live.value };
      return;
    }
    const type = this.type(op.apiVersion);
    const errors = validate(type, op.object, { allowDuplicates: op.op === 'Update' });
    if (errors.length > 0) throw new Error(formatTypedErrors(errors));
    const object = op.op === 'ExtractApply' ? this.#extracted(op, type) : { type, value: op.object };
    const started = this.live ?? { type, value: null };
    const live = this.#row.converter === undefined ? started : this.#convert(started, op.apiVersion);
    if ('error' in live) throw new Error(live.error);
    const at = 'ok' in live ? live.ok : 'type' in live ? live : expect.fail('live object is in a missing version');
    const request = { live: at, object, version: op.apiVersion, managers: this.managers, manager: op.manager };
    this.live = at;
    const outcome = op.op === 'Update' ? update(request, this.#rules) : apply({ ...request, force: op.op !== 'Apply' }, this.#rules);
    this.#take(op, outcome);
  }

  #extracted(op: Operation, type: TypeNode): Typed {
    if (this.live === undefined) return { type, value: op.object };
    const held = this.managers.get(op.manager);
    if (held !== undefined && held.version !== op.apiVersion) throw new Error('cannot extract from another version');
    const extracted = extractItems(type, this.live.value, held?.set.leaves() ?? FieldSet.EMPTY);
    const merged = mergeTyped(type, extracted, op.object);
    if (!merged.ok) throw new Error(formatTypedErrors(merged.errors));
    return { type, value: merged.value ?? null };
  }

  #take(op: Operation, outcome: UpdateOutcome): void {
    const texts = outcome.kind === 'conflicts' ? outcome.conflicts.map(({ manager, path }) => `${manager} ${formatPath(path)}`) : [];
    const expected = (op.conflicts ?? []).map(({ manager, path }) => `${manager} ${formatPath(pathOf(path))}`);
    expect([...new Set(texts)].sort(), 'conflicts').toEqual([...new Set(expected)].sort());
    if (outcome.kind === 'error') throw new Error(outcome.message);
    if (outcome.kind === 'conflicts') return;
    this.live = outcome.object;
    this.managers = outcome.managers;
  }

  check(): void {
    const { expectObject, expectApiVersion, expectManagers } = this.#row;
    if (expectObject !== undefined && this.live !== undefined) {
      const seen = this.#row.converter === undefined ? { ok: this.live } : this.#convert(this.live, expectApiVersion);
      sameJson('ok' in seen ? seen.ok.value : null, expectObject, 'object');
    }
    for (const [manager, held] of this.managers) expect(held.set.empty, `empty set of ${manager}`).toBe(false);
    if (expectManagers === undefined) return;
    const actual = [...this.managers].map(([manager, { version, set }]) => ({ manager, version, fields: toFieldsV1(set) }));
    const expected = Object.entries(expectManagers)
      .map(([manager, { apiVersion, fields }]) => ({ manager, version: apiVersion, fields: toFieldsV1(setOf(fields)) }))
      .filter(({ fields }) => Object.keys(fields).length > 0);
    const byName = (a: { manager: string }, b: { manager: string }): number => (a.manager < b.manager ? -1 : 1);
    expect(actual.sort(byName)).toEqual(expected.sort(byName));
  }
}

/** v2 to v1 renames `required_field_bar`, which must be there, to `field_foo_rely_on_bar`; v1 to v2 the reverse. */
function rely(object: Typed, to: { type: TypeNode; version: string }): ReturnType<Convert> {
  const value = object.value;
  if (object.type.name === to.version || !isMap(value)) return { ok: { type: to.type, value } };
  const [from, into] =
    to.version === 'v1' ? ['required_field_bar', 'field_foo_rely_on_bar'] : ['field_foo_rely_on_bar', 'required_field_bar'];
  if (to.version === 'v1' && !(from in value)) return { error: 'required_field_bar is missing' };
  return { ok: { type: to.type, value: renameKeys(value, (key) => (key === from ? into : key)) } };
}

interface PatchRow extends Named {
  readonly kind: string;
  readonly original?: JsonObject;
  readonly modified?: JsonObject;
  readonly current?: JsonObject;
  readonly twoWay?: JsonObject;
  readonly twoWayResult?: JsonObject;
  readonly threeWay?: JsonObject;
  readonly result?: JsonObject;
  readonly conflict?: boolean;
  readonly errorContains?: string;
  readonly oldText: string;
  readonly newText: string;
  readonly patchText: string;
  readonly resultText: string;
  readonly sorted: JsonObject;
  readonly originalObj: JsonObject;
  readonly expectedWithNull: JsonObject;
  readonly expectedWithoutNull: JsonObject;
}

type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: string };
const valueOf = <T>(result: Outcome<T>): T => (result.ok ? result.value : expect.fail(result.error));

/** Text as the API server reads it: whole numbers beyond 2^53 keep their digits. */
const readExact = (text: string): JsonObject =>
  JSON.parse(text.replace(/:(\d{16,})\b/g, ':"bigint $1"'), (_, value: unknown) =>
    typeof value === 'string' && value.startsWith('bigint ') ? BigInt(value.slice(7)) : value,
  ) as JsonObject;

const strategicChecks: Readonly<Record<string, (row: PatchRow, type: TypeNode) => void>> = {
  create: (row, type) => {
    const { original = {}, modified = {}, current = {} } = row;
    const twoWay = valueOf(twoWayPatch(original, modified, type));
    sameJson(twoWay, row.twoWay, 'two-way patch');
    sameJson(valueOf(strategicMerge(original, twoWay, type)), row.twoWayResult ?? modified, 'two-way result');
    if (row.conflict === true) expect(threeWayPatch({ original, modified, current }, type).ok, 'conflict').toBe(false);
    if (row.conflict === true && row.result === undefined) return;
    const threeWay = valueOf(threeWayPatch({ original, modified, current }, type, { overwrite: row.conflict === true }));
    sameJson(threeWay, row.threeWay, 'three-way patch');
    sameJson(valueOf(strategicMerge(current, threeWay, type)), row.result, 'three-way result');
  },
  apply: (row, type) => {
    const result = strategicMerge(row.original ?? {}, row.twoWay ?? {}, type);
    if (row.errorContains === undefined) return sameJson(valueOf(result), row.modified, 'result');
    return expect(result.ok ? 'no error' : result.error).toContain(row.errorContains);
  },
  numbers: (row, type) => {
    const [before, after] = [readExact(row.oldText), readExact(row.newText)];
    const patch = valueOf(twoWayPatch(before, after, type));
    expect(patch).toEqual(readExact(row.patchText));
    expect(valueOf(strategicMerge(before, patch, type))).toEqual(readExact(row.resultText));
  },
  sort: (row, type) => sameJson(valueOf(sortMergingLists(row.original ?? {}, type)), row.sorted, 'sorted'),
};

interface JsonPatchRow extends Named {
  readonly doc?: Json;
  readonly docText?: string;
  readonly patch: Json;
  readonly expected?: Json;
  readonly expectedText?: string;
  readonly error?: boolean | string;
  readonly disabled?: boolean;
  readonly failOnDecode?: boolean;
  readonly changes?: boolean;
  readonly applies?: boolean;
  readonly failedPath?: string;
  readonly a?: string;
  readonly b?: string;
  readonly equal?: boolean;
  readonly allowMissingPathOnRemove?: boolean;
  readonly ensurePathExistsOnAdd?: boolean;
}

function patched(
  row: JsonPatchRow,
  options: PatchOptions,
): { readonly value: Json | undefined } | { readonly failure: string; readonly path: string; readonly at: string } {
  const patch = parsePatch(row.patch, options.dialect);
  if (!patch.ok) return { failure: patch.error, path: '', at: 'decode' };
  const result = applyJsonPatch(row.docText === undefined ? row.doc : undefined, patch.value, options);
  return result.ok ? { value: result.value } : { failure: result.error.message, path: result.error.path, at: result.error.kind };
}

function checkPatch(row: JsonPatchRow, options: PatchOptions): void {
  const result = patched(row, options);
  if (row.error !== undefined && row.error !== false) {
    if (!('failure' in result)) expect.fail(`no error, but ${JSON.stringify(result.value)}`);
    if (row.failOnDecode !== undefined) expect(result.at === 'decode').toBe(row.failOnDecode);
    return;
  }
  if (row.applies === false) {
    if (!('failure' in result)) expect.fail('applies');
    expect({ path: result.path, at: result.at }).toEqual({ path: row.failedPath, at: 'test' });
    return;
  }
  if ('failure' in result) expect.fail(result.failure);
  if (row.changes === true) expect(equalJson(result.value, row.doc)).toBe(false);
  if (row.expectedText !== undefined) expect(result.value).toBeUndefined();
  else if (row.expected !== undefined) sameJson(result.value, row.expected, 'document');
}

interface MergePatchRow extends Named {
  readonly kind: string;
  readonly target: Json;
  readonly patch: Json;
  readonly targetText?: string;
  readonly patchText?: string;
  readonly original: Json;
  readonly modified: Json;
  readonly patch1: Json;
  readonly patch2: Json;
  readonly expected: Json;
  readonly error?: boolean;
}

function mergePatchResult(row: MergePatchRow): Outcome<Json> {
  if (row.kind === 'create') return createMergePatch(row.original, row.modified);
  if (row.kind === 'combine') return combineMergePatches(row.patch1, row.patch2);
  // Text that is no JSON is refused by whoever reads it.
  if (row.targetText !== undefined || row.patchText !== undefined) return { ok: false, error: 'not JSON' };
  return mergePatch(row.target, row.patch);
}

describeCorpus('merge', 1466, () => {
  describe('field sets', () => {
    const { cases } = readCorpus<File<FieldRow>>('merge', 'fields-v1.json');
    for (const [kind, check] of Object.entries(fieldChecks)) runRows(kind, rowsOf(cases.filter((row) => row.kind === kind)), check);
  });
  describe('typed values', () => {
    const { cases, schemas } = readCorpus<File<TypedRow>>('merge', 'ownership-typed.json');
    const find = typeFinder(schemas ?? {});
    for (const [kind, check] of Object.entries(typedChecks)) {
      const rows = rowsOf(cases.filter((row) => row.kind === kind));
      runRows(kind, rows, (row) => check(row, row.deduced === true || row.schema === undefined ? deduced : find(row.schema, row.typeName)));
    }
    test('every kind is run', () => expect([...new Set(cases.map((row) => row.kind))].sort()).toEqual(Object.keys(typedChecks).sort()));
  });
  describe('ownership', () => {
    const { cases, schemas } = readCorpus<File<OpsRow>>('merge', 'ownership-ops.json');
    const find = typeFinder(schemas ?? {});
    runRows('operations', rowsOf(cases), (row) => {
      const state = new State(row, find);
      const run = (): void => row.ops.forEach((op) => state.run(op));
      if (row.error === true) return expect(run).toThrow();
      run();
      return state.check();
    });
  });
  describe('strategic merge patches', () => {
    const { cases, schemas } = readCorpus<File<PatchRow>>('merge', 'strategic.json');
    const typeOf = (name: string): TypeNode => openApiSchema(schemas?.[name] ?? {}).named(name) ?? expect.fail(name);
    const types = { numbers: typeOf('precisionItem') };
    const mergeItem = typeOf('mergeItem');
    for (const [kind, check] of Object.entries(strategicChecks)) {
      const type = kind === 'numbers' ? types.numbers : mergeItem;
      runRows(kind, rowsOf(cases.filter((row) => row.kind === kind)), (row) => check(row, type));
    }
  });
  describe('JSON merge patches', () => {
    const { cases } = readCorpus<File<MergePatchRow>>('merge', 'json-merge-patch.json');
    runRows('rows', rowsOf(cases), (row) => {
      const result = mergePatchResult(row);
      if (row.error === true) return expect(result.ok).toBe(false);
      return sameJson(valueOf(result), row.expected, 'result');
    });
    const threeWay = readCorpus<File<PatchRow>>('merge', 'json-merge-three-way.json').cases;
    runRows('three-way', rowsOf(threeWay.filter((row) => row.kind === 'threeWay')), (row) => {
      const { original = {}, modified = {}, current = {} } = row;
      const patch = valueOf(threeWayMergePatch({ original, modified, current }));
      sameJson(patch, row.threeWay, 'patch');
      sameJson(valueOf(mergePatch(current, patch)), row.result, 'result');
    });
    runRows('nulls', rowsOf(threeWay.filter((row) => row.kind === 'filterNull')), (row) => {
      sameJson(filterPatch(row.originalObj, 'nulls'), row.expectedWithNull, 'nulls');
      sameJson(filterPatch(row.originalObj, 'values'), row.expectedWithoutNull, 'values');
    });
  });
  describe('JSON patches', () => {
    const suite = readCorpus<File<JsonPatchRow>>('merge', 'json-patch-suite.json').cases.filter((row) => row.disabled !== true);
    runRows('RFC 6902', rowsOf(suite), (row) => checkPatch(row, { dialect: 'rfc' }));
    const more = readCorpus<File<JsonPatchRow>>('merge', 'json-patch-more.json').cases;
    runRows('evanphx/json-patch', rowsOf(more), (row) => {
      if (row.a !== undefined && row.b !== undefined) return expect(equalJson(readExact(row.a), readExact(row.b))).toBe(row.equal);
      const { allowMissingPathOnRemove = false, ensurePathExistsOnAdd = false } = row;
      // The bad cases of that library were run with this limit.
      const copyLimit = row.failOnDecode === undefined ? {} : { copyLimit: 100 };
      return checkPatch(row, { dialect: 'v5', allowMissingPathOnRemove, ensurePathExistsOnAdd, ...copyLimit });
    });
  });
});
