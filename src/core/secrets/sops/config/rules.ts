/**
 * `.sops.yaml`: which keys and which rule a new file gets, by its path. Source: sops config/config.go.
 */
import { compileRegexp } from '../../../go/regexp/index.ts';
import { getKey, isObject, type Json, type JsonObject } from '../../../object/index.ts';
import { decode, goYamlV3 } from '../../../yaml/index.ts';
import { err, ok, type Result } from '../../../../std/index.ts';
import { SecretsFailure, valueOrFail } from '../../failure.ts';
import type { Layout } from '../file.ts';
import { defaultRule, type EncryptionRule, type MasterKey, type MasterKeyKind, recipientOf, ruleKinds } from '../metadata.ts';

/** What a new file is encrypted with. */
export interface CreationRule {
  readonly groups: readonly (readonly MasterKey[])[];
  readonly shamirThreshold: number;
  readonly rule: EncryptionRule;
  readonly macOnlyEncrypted: boolean;
}

export interface SopsConfig {
  /** The rule for a path relative to the folder of the configuration; undefined when there are no rules at all. @throws SecretsFailure */
  readonly ruleFor: (path: string) => CreationRule | undefined;
  readonly layout: Layout;
}

/** @throws SecretsFailure for what is no valid configuration */
export function readConfig(text: string): SopsConfig {
  const json = valueOrFail(decode(text, { variant: goYamlV3 }), 'InvalidFile', '.sops.yaml: ');
  const root = isObject(json) ? json : undefined;
  if (root === undefined && json !== null) throw new SecretsFailure('InvalidFile', '.sops.yaml must be a mapping');
  const rules = listAt(root, 'creation_rules');
  return { ruleFor: (path) => (rules === undefined ? undefined : matching(rules, path)), layout: layoutOf(root) };
}

function layoutOf(root: JsonObject | undefined): Layout {
  const stores = objectAt(root, 'stores');
  const [yaml, json] = ['yaml', 'json'].map((name) => getKey(objectAt(stores, name) ?? {}, 'indent'));
  return { ...(typeof yaml === 'number' ? { yamlIndent: yaml } : {}), ...(typeof json === 'number' ? { jsonIndent: json } : {}) };
}

function objectAt(object: JsonObject | undefined, key: string): JsonObject | undefined {
  const value = object === undefined ? undefined : getKey(object, key);
  return isObject(value) ? value : undefined;
}

function listAt(object: JsonObject | undefined, key: string): readonly JsonObject[] | undefined {
  const value = object === undefined ? undefined : getKey(object, key);
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value) || !value.every(isObject))
    throw new SecretsFailure('InvalidFile', `.sops.yaml: ${key} must be a list of mappings`);
  return value;
}

function matching(rules: readonly JsonObject[], path: string): CreationRule {
  for (const rule of rules) {
    const pattern = textAt(rule, 'path_regex');
    if (pattern === '') return ruleOf(rule);
    const regexp = compileRegexp(pattern);
    if (!regexp.ok) throw new SecretsFailure('InvalidFile', `.sops.yaml: path_regex "${pattern}": ${regexp.error}`);
    if (regexp.value.matches(path)) return ruleOf(rule);
  }
  throw new SecretsFailure('InvalidFile', `.sops.yaml: no creation rule matches ${path}`);
}

function textAt(object: JsonObject, key: string): string {
  const value = getKey(object, key) ?? '';
  if (typeof value === 'string') return value;
  throw new SecretsFailure('InvalidFile', `.sops.yaml: ${key} must be a text`);
}

/** A text with commas, or a list of such. */
function namesAt(object: JsonObject, key: string): readonly string[] {
  const value: Json = getKey(object, key) ?? [];
  const texts = typeof value === 'string' ? [value] : value;
  if (!Array.isArray(texts) || !texts.every((text) => typeof text === 'string'))
    throw new SecretsFailure('InvalidFile', `.sops.yaml: ${key} must be a text or a list of texts`);
  return splitNames(texts.join(','));
}

/** Names parted by commas. */
export const splitNames = (text: string): readonly string[] =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

/** A key that nothing is encrypted to yet. */
export const newMasterKey = (kind: MasterKeyKind, id: string): MasterKey => ({
  kind,
  id: kind === 'pgp' ? id.replaceAll(' ', '').toUpperCase() : id,
  encrypted: '',
  createdAt: '',
  rest: [],
});

/** Where a key of a Vault is: `https://vault.example:8200`, `transit`, `NAME`. */
export interface VaultKey {
  readonly address: string;
  readonly engine: string;
  readonly name: string;
}

/** A key of Vault's transit engine by its URI: `https://vault.example:8200/v1/transit/keys/NAME`. The error is a sentence for a person. */
export function vaultKeyAt(uri: string): Result<VaultKey, string> {
  const [, address = '', engine = '', name = ''] = /^(https?:\/\/[^/@\s]+)\/(?:v1\/)?(.+)\/keys\/([^/]+)$/.exec(uri) ?? [];
  if (name === '' || `${engine}/${name}`.split('/').some((part) => part === '..' || part === '.' || part === ''))
    return err(`${uri} must look like https://vault.example:8200/v1/transit/keys/NAME`);
  return ok({ address, engine, name });
}

/** Nothing is encrypted to it yet. @throws SecretsFailure */
export function newVaultKey(uri: string): MasterKey {
  const found = vaultKeyAt(uri);
  if (!found.ok) throw new SecretsFailure('InvalidKey', found.error);
  const { address, engine, name } = found.value;
  const rest = [
    { key: 'engine_path', value: engine },
    { key: 'key_name', value: name },
  ];
  return { kind: 'hc_vault', id: address, encrypted: '', createdAt: '', rest };
}

const unsupported = ['kms', 'gcp_kms', 'hckms', 'azure_keyvault', 'azure_kv'];

function groupOf(object: JsonObject): readonly MasterKey[] {
  for (const key of unsupported) {
    const value = getKey(object, key);
    const isEmpty = value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
    if (!isEmpty)
      throw new SecretsFailure('Unsupported', `.sops.yaml: ${key}: key services of clouds are not supported; age, pgp and hc_vault are`);
  }
  const merged = (listAt(object, 'merge') ?? []).flatMap(groupOf);
  const own = [
    ...namesAt(object, 'age').map((id) => newMasterKey('age', id)),
    ...namesAt(object, 'pgp').map((id) => newMasterKey('pgp', id)),
    ...[...namesAt(object, 'hc_vault_transit_uri'), ...namesAt(object, 'hc_vault')].map(newVaultKey),
  ];
  const all = [...merged, ...own];
  const named = all.map((key) => `${key.kind} ${recipientOf(key)}`);
  return all.filter((_key, i) => named.indexOf(named[i] ?? '') === i);
}

function ruleOf(object: JsonObject): CreationRule {
  const rules = ruleKinds.map((kind) => ({ kind, value: textAt(object, kind) })).filter(({ value }) => value !== '');
  if (rules.length > 1)
    throw new SecretsFailure('InvalidFile', `.sops.yaml: use only one of ${rules.map(({ kind }) => kind).join(' and ')}`);
  const groups = listAt(object, 'key_groups')?.map(groupOf);
  const threshold = getKey(object, 'shamir_threshold') ?? 0;
  if (typeof threshold !== 'number') throw new SecretsFailure('InvalidFile', '.sops.yaml: shamir_threshold must be a number');
  return {
    groups: groups === undefined || groups.length === 0 ? [groupOf(object)] : groups,
    shamirThreshold: threshold,
    rule: rules[0] ?? defaultRule,
    macOnlyEncrypted: getKey(object, 'mac_only_encrypted') === true,
  };
}
