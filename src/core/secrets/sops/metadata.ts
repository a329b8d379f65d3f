/**
 * What a SOPS file says of itself: keys, rules, checksum. Source: sops stores/stores.go.
 * Keys of the clouds and of Vault are kept as they are written, so that a file that has them besides others survives.
 */
import { formatTime, parseTime } from '../../go/time/index.ts';
import type { GoTime } from '../../go/value/index.ts';
import { SecretsFailure } from '../failure.ts';
import { type Branch, branchOf, isBranch, isComment, isList, type Item, listOf, type Value, valueAt } from './tree.ts';

export const ruleKinds = [
  'unencrypted_suffix',
  'encrypted_suffix',
  'unencrypted_regex',
  'encrypted_regex',
  'unencrypted_comment_regex',
  'encrypted_comment_regex',
] as const;

/** Which values are encrypted. */
export interface EncryptionRule {
  readonly kind: (typeof ruleKinds)[number];
  readonly value: string;
}

/** What holds when a file names no rule. */
export const defaultRule: EncryptionRule = Object.freeze({ kind: 'unencrypted_suffix', value: '_unencrypted' });

export type MasterKeyKind = 'age' | 'pgp' | 'kms' | 'gcp_kms' | 'hckms' | 'azure_kv' | 'hc_vault';

/** A key that the data key, or its share, is encrypted to. */
export interface MasterKey {
  readonly kind: MasterKeyKind;
  /** The age recipient, the PGP fingerprint, or what names the key in its cloud. */
  readonly id: string;
  /** The encrypted data key in the text form of its kind; empty before it was made. */
  readonly encrypted: string;
  /** RFC 3339; empty for age. */
  readonly createdAt: string;
  /** Other fields, for kinds that are only carried along. */
  readonly rest: readonly Item[];
}

export interface Metadata {
  /** One group: every key opens the file. Several: a number of groups together do. */
  readonly groups: readonly (readonly MasterKey[])[];
  readonly shamirThreshold: number;
  readonly rule: EncryptionRule;
  readonly macOnlyEncrypted: boolean;
  /** RFC 3339 in UTC or with the offset it has; the checksum is bound to it. */
  readonly lastModified: string;
  /** The encrypted checksum; empty when the file has none. */
  readonly mac: string;
  readonly version: string;
}

/** The order in which groups hold their keys, and the field that names a key of the kind. */
const idFields: readonly (readonly [MasterKeyKind, string])[] = [
  ['kms', 'arn'],
  ['gcp_kms', 'resource_id'],
  ['hckms', 'key_id'],
  ['azure_kv', 'vault_url'],
  ['hc_vault', 'vault_address'],
  ['pgp', 'fp'],
  ['age', 'recipient'],
];

const rfc3339 = '2006-01-02T15:04:05Z07:00';

/** A moment as metadata has it. */
export const formatMoment = (time: GoTime): string => formatTime(time, rfc3339);

function textAt(branch: Branch, key: string): string {
  const value = valueAt(branch, key) ?? '';
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value === null) return '';
  if (!('kind' in value)) return formatMoment(value);
  throw new SecretsFailure('InvalidFile', `sops.${key} must be a text`);
}

function momentAt(branch: Branch, key: string): string {
  const text = textAt(branch, key);
  const time = parseTime(rfc3339, text);
  if (!time.ok) throw new SecretsFailure('InvalidFile', `sops.${key} is no RFC 3339 time: "${text}"`);
  return formatMoment(time.value);
}

function listAt(branch: Branch, key: string): readonly Branch[] {
  const value = valueAt(branch, key);
  if (value === undefined || value === null || value === '') return [];
  if (!isList(value)) throw new SecretsFailure('InvalidFile', `sops.${key} must be a list`);
  return value.items
    .filter((item) => !isComment(item))
    .map((item) => {
      if (!isBranch(item)) throw new SecretsFailure('InvalidFile', `sops.${key} must be a list of mappings`);
      return item;
    });
}

function integerAt(branch: Branch, key: string): number {
  const text = textAt(branch, key);
  if (text === '') return 0;
  if (!/^\d{1,9}$/.test(text)) throw new SecretsFailure('InvalidFile', `sops.${key} must be a number; it is "${text}"`);
  return Number(text);
}

const groupOf = (branch: Branch): readonly MasterKey[] =>
  idFields.flatMap(([kind, idField]) =>
    listAt(branch, kind).map((entry): MasterKey => {
      const known = new Set([idField, 'enc', 'created_at']);
      return {
        kind,
        id: textAt(entry, idField),
        encrypted: textAt(entry, 'enc'),
        createdAt: kind === 'age' ? '' : textAt(entry, 'created_at'),
        rest: entry.items.filter(({ key }) => typeof key === 'string' && !known.has(key)),
      };
    }),
  );

function ruleOf(branch: Branch): EncryptionRule {
  const rules = ruleKinds.map((kind) => ({ kind, value: textAt(branch, kind) })).filter(({ value }) => value !== '');
  if (rules.length > 1)
    throw new SecretsFailure(
      'InvalidFile',
      `the file has more than one of the rules ${rules.map(({ kind }) => kind).join(' and ')}; one is allowed`,
    );
  return rules[0] ?? defaultRule;
}

/** Reads the `sops` mapping. @throws SecretsFailure */
export function readMetadata(branch: Branch): Metadata {
  const group = groupOf(branch);
  const groups = group.length > 0 ? [group] : listAt(branch, 'key_groups').map(groupOf);
  if (groups.length === 0) throw new SecretsFailure('NoKey', 'the file names no key that could open it');
  return {
    groups,
    shamirThreshold: integerAt(branch, 'shamir_threshold'),
    rule: ruleOf(branch),
    macOnlyEncrypted: ['true', '1'].includes(textAt(branch, 'mac_only_encrypted').toLowerCase()),
    lastModified: momentAt(branch, 'lastmodified'),
    mac: textAt(branch, 'mac'),
    version: textAt(branch, 'version'),
  };
}

const byKey = (a: Item, b: Item): number => (String(a.key) < String(b.key) ? -1 : 1);

const sorted = (items: readonly Item[]): Branch => branchOf(items.toSorted(byKey));

function keyBranch(key: MasterKey, idField: string): Branch {
  const created: Item[] = key.kind === 'age' ? [] : [{ key: 'created_at', value: key.createdAt }];
  return sorted([{ key: idField, value: key.id }, { key: 'enc', value: key.encrypted }, ...created, ...key.rest]);
}

/** In a group, the lists of Vault and age keys are written even when they are empty. */
function groupItems(group: readonly MasterKey[], always: readonly MasterKeyKind[]): Item[] {
  return idFields.flatMap(([kind, idField]) => {
    const keys = group.filter((key) => key.kind === kind);
    return keys.length === 0 && !always.includes(kind) ? [] : [{ key: kind, value: listOf(keys.map((key) => keyBranch(key, idField))) }];
  });
}

/** The `sops` mapping as it is written: keys sorted. */
export function writeMetadata(metadata: Metadata): Branch {
  const { groups, shamirThreshold, rule, macOnlyEncrypted, lastModified, mac, version } = metadata;
  const [first] = groups;
  const keys: Item[] =
    groups.length === 1 && first !== undefined
      ? groupItems(first, [])
      : [{ key: 'key_groups', value: listOf(groups.map((group) => sorted(groupItems(group, ['hc_vault', 'age'])))) }];
  const optional: (Item | undefined)[] = [
    shamirThreshold === 0 ? undefined : { key: 'shamir_threshold', value: BigInt(shamirThreshold) },
    macOnlyEncrypted ? { key: 'mac_only_encrypted', value: true } : undefined,
  ];
  const fixed: [string, Value][] = [
    [rule.kind, rule.value],
    ['lastmodified', lastModified],
    ['mac', mac],
    ['version', version],
  ];
  return sorted([...keys, ...optional.filter((item) => item !== undefined), ...fixed.map(([key, value]) => ({ key, value }))]);
}

const fieldAt = ({ rest }: MasterKey, name: string): string => {
  const value = rest.find(({ key }) => key === name)?.value;
  return typeof value === 'string' ? value : '';
};

/** What the data key is encrypted to: the key's id; for Vault the URI of its key, which is written in parts. */
export const recipientOf = (key: MasterKey): string =>
  key.kind === 'hc_vault' ? `${key.id.replace(/\/+$/, '')}/v1/${fieldAt(key, 'engine_path')}/keys/${fieldAt(key, 'key_name')}` : key.id;
