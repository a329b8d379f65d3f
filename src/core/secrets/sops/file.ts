/**
 * SOPS files as a whole: which format, where the metadata stands, encryption and decryption of all values.
 * Sources: sops stores/metadata.go, cmd/sops/formats, decrypt/decrypt.go.
 */
import { encodeUtf8, escapeUtf8, unescapeUtf8 } from '../../../std/index.ts';
import { SecretsFailure } from '../failure.ts';
import { readDotenv, writeDotenv } from './dotenv-format.ts';
import { flatten, unflatten } from './flatten.ts';
import { flatText } from './flat-text.ts';
import { readIni, writeIni } from './ini-format.ts';
import { jsonIndent, readJson, writeJson } from './json-format.ts';
import { decryptLeaf, encryptLeaf, type RandomBytes } from './leaf.ts';
import { type Metadata, readMetadata, writeMetadata } from './metadata.ts';
import { type Branch, branchOf, isBranch, isComment, isList, type Item, type Value, valueAt } from './tree.ts';
import { decryptBranches, encryptBranches } from './walk.ts';
import { readYaml, writeYaml, writeYamlValue, yamlIndent } from './yaml-format.ts';

export type SopsFormat = 'yaml' | 'json' | 'dotenv' | 'ini' | 'binary';

/** The format a path says it has. */
export function formatOf(path: string): SopsFormat {
  if (/\.ya?ml$/.test(path)) return 'yaml';
  if (path.endsWith('.json')) return 'json';
  if (path.endsWith('.env')) return 'dotenv';
  return path.endsWith('.ini') ? 'ini' : 'binary';
}

/** An encrypted file, read. `branches` are its documents without the metadata. */
export interface SopsFile {
  readonly branches: readonly Branch[];
  readonly metadata: Metadata;
}

export interface Layout {
  /** Spaces per level in YAML. */
  readonly yamlIndent?: number;
  /** Spaces per level in JSON; tabs when undefined. */
  readonly jsonIndent?: number;
}

/** The documents of a plain file. @throws SecretsFailure */
export function readPlain(bytes: Uint8Array, format: SopsFormat): readonly Branch[] {
  if (format === 'binary') return [branchOf([{ key: 'data', value: escapeUtf8(bytes) }])];
  return readStructured(bytes, format);
}

function readStructured(bytes: Uint8Array, format: SopsFormat): readonly Branch[] {
  const text = escapeUtf8(bytes);
  if (format === 'yaml') return readYaml(text);
  if (format === 'dotenv') return [readDotenv(text)];
  return [format === 'ini' ? readIni(text) : readJson(text)];
}

const metadataKey = 'sops';
const metadataPrefix = 'sops_';

/** Whether a plain file holds what only an encrypted one should. */
export const hasMetadata = (branches: readonly Branch[], format: SopsFormat): boolean =>
  branches.some(({ items }) =>
    items.some(({ key }) => (format === 'dotenv' ? typeof key === 'string' && key.startsWith(metadataPrefix) : key === metadataKey)),
  );

/** An encrypted file. @throws SecretsFailure, `NotEncrypted` when it has no metadata */
export function readEncrypted(bytes: Uint8Array, format: SopsFormat): SopsFile {
  const branches = readStructured(bytes, format);
  const found = format === 'dotenv' ? flatMetadata(branches) : nestedMetadata(branches, format);
  if (found === undefined) throw new SecretsFailure('NotEncrypted', 'the file is not encrypted: it has no "sops" metadata');
  const inside = (item: Item): boolean =>
    format === 'dotenv' ? !(typeof item.key === 'string' && item.key.startsWith(metadataPrefix)) : item.key !== metadataKey;
  return { branches: branches.map(({ items }) => branchOf(items.filter(inside))), metadata: readMetadata(found) };
}

function flatMetadata([branch]: readonly Branch[]): Branch | undefined {
  const items = (branch?.items ?? []).filter(({ key }) => typeof key === 'string' && key.startsWith(metadataPrefix));
  if (items.length === 0) return undefined;
  return unflatten(items.map(({ key, value }) => ({ key: String(key).slice(metadataPrefix.length), value })));
}

function nestedMetadata([branch]: readonly Branch[], format: SopsFormat): Branch | undefined {
  const found = (branch?.items ?? []).filter(({ key }) => key === metadataKey);
  const value = found[0]?.value;
  if (value === undefined) return undefined;
  if (found.length > 1) throw new SecretsFailure('InvalidFile', 'the file has two "sops" entries');
  if (!isBranch(value)) throw new SecretsFailure('InvalidFile', 'the "sops" entry must be a mapping');
  if (format !== 'ini') return value;
  return unflatten(value.items.map(({ key, value: inner }) => ({ key, value: withLines(inner) })));
}

/** Versions of SOPS differ in how often they escape the line feeds of a value. */
const withLines = (value: Value): Value => (typeof value === 'string' ? value.replaceAll(/\\+n/g, '\n') : value);

/** A plain file. @throws SecretsFailure */
export function writePlain(branches: readonly Branch[], format: SopsFormat, layout: Layout = {}): Uint8Array {
  const [first = branchOf([])] = branches;
  if (format !== 'binary') return writeStructured(branches, format, layout);
  const data = valueAt(first, 'data');
  if (typeof data !== 'string') throw new SecretsFailure('InvalidFile', 'there is no binary data in the file (a text under "data")');
  return unescapeUtf8(data);
}

function writeStructured(branches: readonly Branch[], format: SopsFormat, layout: Layout): Uint8Array {
  const [first = branchOf([])] = branches;
  if (format === 'yaml') return unescapeUtf8(writeYaml(branches, layout.yamlIndent ?? yamlIndent));
  if (format === 'dotenv') return unescapeUtf8(writeDotenv(first));
  if (format === 'ini') return unescapeUtf8(writeIni(first));
  const indent = layout.jsonIndent === undefined ? jsonIndent : ' '.repeat(layout.jsonIndent);
  return encodeUtf8(`${writeJson(first, indent)}\n`);
}

/** An encrypted file with its metadata, which every document carries. @throws SecretsFailure */
export function writeEncrypted({ branches, metadata }: SopsFile, format: SopsFormat, layout: Layout = {}): Uint8Array {
  if (hasMetadata(branches, format))
    throw new SecretsFailure('InvalidFile', 'the name "sops" is reserved for the metadata of an encrypted file');
  const items = metadataItems(writeMetadata(metadata), format);
  return writeStructured(
    branches.map((branch) => branchOf([...branch.items, ...items])),
    format,
    layout,
  );
}

function metadataItems(metadata: Branch, format: SopsFormat): readonly Item[] {
  if (format === 'dotenv') return flatten(metadata, metadataPrefix);
  if (format !== 'ini') return [{ key: metadataKey, value: metadata }];
  const escaped = flatten(metadata, '').map(({ key, value }) => ({
    key,
    value: typeof value === 'string' ? value.replaceAll('\n', String.raw`\n`) : value,
  }));
  return [{ key: metadataKey, value: branchOf(escaped) }];
}

export interface DecryptOptions {
  /** Accepts a file whose checksum is missing or wrong. */
  readonly ignoreMac?: boolean;
}

/** The documents in clear. @throws SecretsFailure, `MacMismatch` when something was changed without the key */
export function decryptTree(
  { branches, metadata }: SopsFile,
  dataKey: Uint8Array,
  { ignoreMac = false }: DecryptOptions = {},
): readonly Branch[] {
  checkDataKey(dataKey);
  // Looked for first: a file that was cut off has also lost its rule, and would be told of values that are not encrypted.
  if (!ignoreMac && metadata.mac === '')
    throw new SecretsFailure('MacMismatch', 'the file has no checksum (sops.mac): it was cut off, or changed');
  const { branches: decrypted, mac } = decryptBranches(branches, metadata, dataKey);
  if (!ignoreMac) checkMac(metadata, mac, dataKey);
  return decrypted;
}

function checkDataKey(dataKey: Uint8Array): void {
  if (dataKey.length !== 32) throw new SecretsFailure('CannotDecrypt', `the data key has ${dataKey.length} bytes instead of 32`);
}

function checkMac({ mac: stored, lastModified }: Metadata, computed: string, dataKey: Uint8Array): void {
  if (decryptLeaf(stored, lastModified, dataKey) !== computed)
    throw new SecretsFailure('MacMismatch', 'the checksum over the values is wrong (MAC mismatch): the file was changed without its key');
}

/** The documents encrypted, with the checksum in the metadata. @throws SecretsFailure */
export function encryptTree({ branches, metadata }: SopsFile, dataKey: Uint8Array, randomBytes: RandomBytes): SopsFile {
  checkDataKey(dataKey);
  const cipher = { dataKey, randomBytes };
  const { branches: encrypted, mac } = encryptBranches(branches, metadata, cipher);
  return { branches: encrypted, metadata: { ...metadata, mac: encryptLeaf(mac, metadata.lastModified, cipher) } };
}

/** `["data"]["password"][0]` as steps. @throws SecretsFailure */
export function parseExtract(path: string): readonly (string | number)[] {
  const steps: (string | number)[] = [];
  const step = /\[\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|(\d+))\s*\]/y;
  while (step.lastIndex < path.length) {
    const match = step.exec(path);
    if (match === null) throw new SecretsFailure('InvalidFile', `the path ${path} must look like ["key"]["inner"][0]`);
    steps.push(match[3] === undefined ? (match[2] ?? (match[1] ?? '').replaceAll(/\\(.)/g, '$1')) : Number(match[3]));
  }
  return steps;
}

/** What a path leads to, printed as `sops --extract` does: a leaf bare, anything else in the format. @throws SecretsFailure */
export function extract(branches: readonly Branch[], path: string, format: SopsFormat): Uint8Array {
  let value: Value = branches[0] ?? branchOf([]);
  for (const step of parseExtract(path)) {
    const next: Value | undefined = typeof step === 'number' ? itemAt(value, step) : isBranch(value) ? valueAt(value, step) : undefined;
    if (next === undefined)
      throw new SecretsFailure('InvalidFile', `${path}: there is no ${typeof step === 'number' ? 'item' : 'key'} ${step}`);
    value = next;
  }
  if (typeof value === 'string') return unescapeUtf8(value);
  if (isBranch(value) || isList(value)) return encodeUtf8(format === 'json' ? writeJson(value, jsonIndent) : writeYamlValue(value));
  const text = value === null ? 'null' : (flatText(value) ?? '');
  return encodeUtf8(format === 'json' ? text : `${text}\n`);
}

const itemAt = (value: Value, index: number): Value | undefined =>
  isList(value) ? value.items.filter((item) => !isComment(item))[index] : undefined;
