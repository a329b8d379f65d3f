/**
 * go-yaml's own tables and those of sigs.k8s.io/yaml; then every output of the kustomize corpus, read as a tree and printed again.
 */
import { readdirSync } from 'node:fs';
import { expect } from 'vitest';
import { GoList, GoMap, GoPointer, GoStruct, keyOf, mapSlice } from '../../src/core/go/composite/index.ts';
import type { GoType } from '../../src/core/go/type/index.ts';
import { parseDuration, formatTime } from '../../src/core/go/time/index.ts';
import { duration, GoBoxed, GoFloat32, GoInt, GoTime, type GoValue } from '../../src/core/go/value/index.ts';
import {
  decode,
  decodeGo,
  encode,
  encodeGo,
  goYamlV2,
  goYamlV3,
  kyaml,
  parseDocuments,
  sigsYaml,
  type Variant,
  yamlText,
} from '../../src/core/yaml/index.ts';
import { encodeDocuments, toGo, type YamlNode } from '../../src/core/yaml/node/index.ts';
import { corpusPath, describeCorpus, readCorpus, type Row, runRows } from './corpus.ts';
import { decodeTagged, typeNamed } from './tagged.ts';

type Fields = { readonly [key: string]: unknown };

const libraries: readonly { readonly prefix: string; readonly variant: Variant }[] = [
  { prefix: '', variant: goYamlV2 },
  { prefix: 'v3-', variant: goYamlV3 },
];

const rowsOf = (file: string): Row<Fields>[] =>
  readCorpus<Fields[]>('go-yaml', `${file}.json`).map((value, i) => ({ name: String(value['name'] ?? value['src'] ?? i), value }));

const textOf = (data: unknown): string =>
  typeof data === 'string' ? data : yamlText(new Uint8Array(Buffer.from(String((data as Fields)['$rawString']), 'base64')));

const unwrap = <T>(
  result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: { readonly message: string } },
): T => {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
};

/** Every document of a text as Go values. */
const decodeAll = (text: string, variant: Variant, strict = false): GoValue[] =>
  unwrap(parseDocuments(text, { variant })).map(({ root }) => unwrap(toGo(root, { variant, strict })));

/** Go values as something `toEqual` compares: types by name, maps as sorted entries. */
function shown(value: GoValue): unknown {
  if (value instanceof GoTime) return `time ${formatTime(value, '2006-01-02T15:04:05.999999999Z07:00')}`;
  if (value instanceof GoMap) return { type: value.type.name, entries: sortedEntries(value.entries) };
  if (value instanceof GoList) return { type: value.type.name, items: value.items.map(shown) };
  if (value instanceof GoPointer) return { pointer: shown(value.target) };
  if (value instanceof GoStruct) return { fields: value.fields.map(([name, field]) => [name, shown(field)]) };
  if (value instanceof GoBoxed) return { type: value.type.name, key: keyOf(value) };
  if (Array.isArray(value)) return value.map(shown);
  if (typeof value === 'object' && value !== null) return { record: sortedEntries(Object.entries(value)) };
  return Number.isNaN(value) ? 'NaN' : Object.is(value, -0) ? '-0' : value;
}

const sortedEntries = (entries: readonly (readonly [GoValue, GoValue])[]): unknown[] =>
  entries.map(([key, value]) => [shown(key), shown(value)]).toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

/** Thrown where go-yaml drops a value because it does not fit the target. */
class Misfit extends Error {}

/** What go-yaml stores of a node in a variable of a Go type. The product has no typed variables: this says what a resolved node must allow. */
function into(node: YamlNode, type: GoType, variant: Variant): GoValue {
  if (node.kind === 'alias') return into(node.target, type, variant);
  if (type.name === 'interface {}') return unwrap(toGo(node, { variant }));
  if (type.kind === 'ptr')
    return isNull(node, variant)
      ? decodeTagged({ $nil: type.name })
      : new GoPointer(type.elem as GoType, into(node, type.elem as GoType, variant));
  if (node.kind === 'sequence') return sequenceInto(node.content, type, variant);
  if (node.kind === 'mapping') return mappingInto(node.content, type, variant);
  return scalarInto(node, type, variant);
}

const isNull = (node: YamlNode, variant: Variant): boolean => unwrap(toGo(node, { variant })) === null;

function sequenceInto(content: readonly YamlNode[], type: GoType, variant: Variant): GoValue {
  if (type.kind !== 'slice') throw new Misfit();
  return new GoList(
    type,
    fitting(content, (item) => into(item, type.elem as GoType, variant)),
  );
}

function mappingInto(content: readonly YamlNode[], type: GoType, variant: Variant): GoValue {
  if (type.kind !== 'map') throw new Misfit();
  const keys = content.filter((_, i) => i % 2 === 0);
  const entries = fitting(keys, (key) => {
    const value = content[content.indexOf(key) + 1] as YamlNode;
    const elem = type.elem as GoType;
    const isZero = value.kind === 'scalar' && elem.kind === 'string' && isNull(value, variant);
    return [into(key, type.key as GoType, variant), isZero ? '' : into(value, elem, variant)] as const;
  });
  return new GoMap(type, entries);
}

function fitting<T, U>(items: readonly T[], convert: (item: T) => U): U[] {
  return items.flatMap((item) => {
    try {
      return [convert(item)];
    } catch (error) {
      if (error instanceof Misfit) return [];
      throw error;
    }
  });
}

const zeroOf = (type: GoType): GoValue =>
  type.kind === 'string' ? '' : type.kind === 'bool' ? false : type.kind === 'float64' ? 0 : new GoInt(type, 0);

function scalarInto(node: YamlNode & { readonly kind: 'scalar' }, type: GoType, variant: Variant): GoValue {
  const value = unwrap(toGo(node, { variant }));
  if (value === null) {
    if (type.kind === 'slice' || type.kind === 'map') return decodeTagged({ $nil: type.name });
    if (variant === goYamlV3) throw new Misfit();
    return zeroOf(type);
  }
  if (type.name === 'time.Time') return timeInto(node);
  if (type.kind === 'string') return node.tag === '!!binary' ? value : node.value;
  if (type.kind === 'bool') return boolInto(value);
  if (type.name === 'time.Duration' && typeof value === 'string') {
    const parsed = parseDuration(value);
    if (parsed.ok) return duration(parsed.value);
    throw new Misfit();
  }
  return numberInto(value, type);
}

function timeInto(node: YamlNode): GoValue {
  const time = unwrap(toGo(node, { variant: goYamlV3 }));
  if (time instanceof GoTime) return time;
  throw new Misfit();
}

function boolInto(value: GoValue): GoValue {
  if (typeof value === 'boolean') return value;
  const old = typeof value === 'string' ? unwrap(decode(value, { variant: goYamlV2 })) : null;
  if (typeof old === 'boolean') return old;
  throw new Misfit();
}

function numberInto(value: GoValue, type: GoType): GoValue {
  if (typeof value !== 'number' && !(value instanceof GoInt)) throw new Misfit();
  const number = value instanceof GoInt ? value.float : value;
  if (type.kind === 'float64') return number;
  if (type.kind === 'float32') return new GoFloat32(number);
  if (!Number.isFinite(number)) throw new Misfit();
  const whole = value instanceof GoInt ? value.big : BigInt(Math.trunc(number));
  const fit = new GoInt(type, whole);
  if (fit.big !== whole) throw new Misfit();
  return fit;
}

function checkDecode(row: Fields, variant: Variant): void {
  const text = textOf(row['data']);
  const expected = shown(decodeTagged(row['value']));
  if (row['generic'] === true && row['target'] !== 'string') {
    expect(sameTypes(shown(unwrap(decodeGo(text, { variant }))))).toEqual(sameTypes(expected));
    return;
  }
  const [document] = unwrap(parseDocuments(text.replace(/\.\.\.\n[^]*$/, ''), { variant }));
  if (document === undefined) throw new Error('no document');
  const target = typeNamed(String(row['target']));
  const type = target.kind === 'ptr' ? (target.elem as GoType) : target;
  if (type.name === 'yaml.MapSlice') expect(shown(ordered(unwrap(toGo(document.root, { variant }))))).toEqual(expected);
  else expect(shown(into(document.root, type, variant))).toEqual(expected);
}

/** Maps keep the order of the text; Go keeps it in a MapSlice only. */
const ordered = (value: GoValue): GoValue =>
  value instanceof GoMap ? mapSlice(value.entries.map(([key, field]) => [key, ordered(field)])) : value;

/** A target `map[string]interface {}` fixes the type of the outermost map only by name; what is compared is the content. */
function sameTypes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sameTypes);
  if (typeof value !== 'object' || value === null) return value;
  const fields = value as Fields;
  if ('items' in fields) return (fields['items'] as unknown[]).map(sameTypes);
  const entries = fields['entries'] ?? fields['record'];
  return entries === undefined ? value : { map: (entries as unknown[]).map(sameTypes) };
}

const jsonText = (value: unknown): string => {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number') return value >= 1e21 ? value.toExponential().replace(/e\+(\d)$/, 'e+0$1') : String(value);
  if (Array.isArray(value)) return `[${value.map(jsonText).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value).replaceAll('\ufffd', '\\ufffd');
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, field]) => `${JSON.stringify(key)}:${jsonText(field)}`).join()}}`;
};

function checkSigs(row: Fields): void {
  const text = String(row['yaml']);
  const json = decode(text, { variant: sigsYaml });
  if (row['error'] === true) expect(json.ok).toBe(false);
  else expect(jsonText(unwrap(json))).toBe(row['json']);
  const strict = decode(text, { variant: sigsYaml, strict: true });
  expect(strict.ok).toBe(row['error'] !== true && row['strictError'] !== true);
  const back = unwrap(decode(String(row['json']), { variant: sigsYaml }));
  expect(encode(back, { variant: sigsYaml })).toBe(row['yamlBack']);
}

function checkKeyOrder(keys: readonly unknown[], variant: Variant): void {
  const shuffled = keys.map((key) => decodeTagged(key)).toSorted((a, b) => (String(keyOf(a)) < String(keyOf(b)) ? 1 : -1));
  const map = new GoMap(
    typeNamed('map[interface {}]interface {}'),
    shuffled.map((key) => [key, '']),
  );
  const list = (values: readonly GoValue[]): string[] => values.map((value) => unwrap(encodeGo(value, { variant })).trimEnd());
  const written = unwrap(encodeGo(map, { variant })).trimEnd().split('\n');
  expect(written.map((line) => line.replace(/: ""$/, ''))).toEqual(list(keys.map((key) => decodeTagged(key))));
}

function checkMerge(row: Fields, variant: Variant): void {
  const value = unwrap(decode(String(row['data']), { variant })) as Fields;
  const expected = unwrap(encodeGo(decodeTagged(row['eachValue']), { variant }));
  for (const [key, each] of Object.entries(value)) {
    if ((row['except'] as string[]).includes(key)) continue;
    expect(encode(each as never, { variant: { ...variant, numbersThroughJson: true } }), key).toBe(expected);
  }
}

function goYamlSuite(prefix: string, variant: Variant): void {
  runRows(`${prefix}encode`, rowsOf(`${prefix}encode`), (row) =>
    expect(unwrap(encodeGo(decodeTagged(row['value']), { variant }))).toBe(row['expect']),
  );
  runRows(`${prefix}encode-documents`, rowsOf(`${prefix}encode-documents`), (row) => {
    const texts = (row['values'] as unknown[]).map((value) => unwrap(encodeGo(decodeTagged(value), { variant })));
    const documents = texts.flatMap((text) => unwrap(parseDocuments(text, { variant })));
    expect(encodeDocuments(documents, variant)).toBe(row['expect']);
  });
  runRows(`${prefix}decode`, rowsOf(`${prefix}decode`), (row) => checkDecode(row, variant));
  runRows(`${prefix}decode-documents`, rowsOf(`${prefix}decode-documents`), (row) => {
    const expected = (row['values'] as unknown[]).map((value) => shown(decodeTagged(value)));
    expect(decodeAll(String(row['data']), variant).map(shown)).toEqual(expected);
  });
  runRows(`${prefix}decode-errors`, rowsOf(`${prefix}decode-errors`), (row) => {
    const pattern = new RegExp(`^(?:${String(row['errorPattern'])})$`);
    expect(() => decodeAll(textOf(row['data']), variant)).toThrow(pattern);
  });
  runRows(`${prefix}decode-strict`, rowsOf(`${prefix}decode-strict`), (row) => checkStrict(row, variant));
  runRows(`${prefix}decode-no-panic`, rowsOf(`${prefix}decode-no-panic`), (row) => void decode(String(row['data']), { variant }));
  const keyOrder = readCorpus<Fields>('go-yaml', `${prefix}key-order.json`);
  runRows(`${prefix}key-order`, [{ name: 'keys', value: keyOrder }], (row) => checkKeyOrder(row['keys'] as unknown[], variant));
  const merge = readCorpus<Fields>('go-yaml', `${prefix}merge.json`);
  runRows(`${prefix}merge`, [{ name: 'merge', value: merge }], (row) => checkMerge(row, variant));
}

function checkStrict(row: Fields, variant: Variant): void {
  const text = String(row['data']);
  const pattern = new RegExp(`^(?:${String(row['strictErrorPattern'])})$`);
  expect(() => decodeAll(text, variant, true)).toThrow(pattern);
  if (variant.uniqueKeys === 'strict') expect(decodeAll(text, variant).map(shown)).toEqual([shown(decodeTagged(row['value']))]);
}

describeCorpus('go-yaml', 640, () => {
  for (const { prefix, variant } of libraries) goYamlSuite(prefix, variant);
  runRows('sigs-yaml-to-json', rowsOf('sigs-yaml-to-json'), checkSigs);
});

interface Build {
  readonly name?: string;
  readonly expect?: string;
}

/** Every output of a build, by file and name. */
function outputs(folder: string): Row<string>[] {
  const files = readdirSync(corpusPath('kustomize', folder)).filter((file) => file.endsWith('.json') && file !== 'skipped.json');
  return files.flatMap((file) =>
    (readCorpus<{ readonly cases?: readonly Build[] }>('kustomize', folder, file).cases ?? []).flatMap((build, i) =>
      typeof build.expect === 'string' ? [{ name: `${file}#${build.name ?? i}`, value: build.expect }] : [],
    ),
  );
}

/** kustomize prints with sigs.k8s.io/yaml; what it prints is the same read by either library and printed by the library that printed it. */
function checkPrintedAgain(text: string): void {
  const documents = unwrap(parseDocuments(text, { variant: kyaml }));
  expect(encodeDocuments(documents, { ...kyaml, width: goYamlV2.width, tabsForbidBlocks: true })).toBe(text);
  const values = unwrap(parseDocuments(text, { variant: sigsYaml })).map(({ root }) => unwrap(toGo(root, { variant: sigsYaml })));
  expect(values.map((value) => unwrap(encodeGo(value, { variant: sigsYaml }))).join('---\n')).toBe(text);
}

describeCorpus('kustomize', 323, () => {
  for (const folder of ['krusty', 'builtin-plugins', 'replacements']) {
    runRows(`kustomize ${folder} printed again`, outputs(folder), checkPrintedAgain);
  }
});
