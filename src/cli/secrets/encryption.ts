/** Encrypting with SOPS: rules from flags or the configuration, a new data key, metadata. */
import { randomBytes } from 'node:crypto';
import { sealDataKey } from '../../adapters/decrypt/index.ts';
import { systemClock } from '../../adapters/system/index.ts';
import { utc } from '../../core/go/time/index.ts';
import { GoTime } from '../../core/go/value/index.ts';
import { attempt } from '../../core/secrets/index.ts';
import { type CreationRule, defaultRule, formatMoment, ruleKinds } from '../../core/secrets/sops/config/index.ts';
import { type Branch, encryptTree, hasMetadata, type Metadata, readPlain, writeEncrypted } from '../../core/secrets/sops/index.ts';
import type { Keyring } from '../../ports/index.ts';
import { CommandError, UsageError } from '../errors.ts';
import type { FlagValues } from '../flags.ts';
import type { Io } from '../io.ts';
import type { RULE_FLAGS } from './flags.ts';
import { keyNames, masterKeys, refuseClouds } from './master-keys.ts';
import { configFor, type FoundConfig, layoutFor, pathForRules, type Target, valueFor } from './target.ts';

/** The version of SOPS whose format is written. */
const formatVersion = '3.11.0';

type RuleFlags = FlagValues<typeof RULE_FLAGS>;

export const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));

/** Now, as metadata has it: UTC, whole seconds. */
export const moment = (): string => formatMoment(new GoTime(Math.floor(systemClock().now() / 1000), 0, utc));

function ruleFromFlags(flags: RuleFlags, io: Io): CreationRule {
  refuseClouds(flags, io);
  const given = ruleKinds.flatMap((kind) => {
    const value = flags[kind.replaceAll('_', '-') as keyof RuleFlags];
    return typeof value === 'string' && value !== '' ? [{ kind, value }] : [];
  });
  if (given.length > 1) throw new UsageError(`use only one of ${given.map(({ kind }) => `--${kind.replaceAll('_', '-')}`).join(' and ')}`);
  const keys = masterKeys(keyNames(flags, io), '--hc-vault-transit');
  return {
    groups: keys.length === 0 ? [] : [keys],
    shamirThreshold: flags['shamir-secret-sharing-threshold'] ?? 0,
    rule: given[0] ?? defaultRule,
    macOnlyEncrypted: flags['mac-only-encrypted'],
  };
}

/** What a new file is encrypted with: flags win over the configuration, field by field. */
async function ruleFor(
  target: Target,
  flags: RuleFlags,
  io: Io,
): Promise<{ readonly rule: CreationRule; readonly found: FoundConfig | undefined }> {
  const own = ruleFromFlags(flags, io);
  const found = await configFor(flags.config, io);
  const needed = own.groups.length === 0;
  const configured =
    found === undefined || (!needed && flags.config === undefined && target.shown === '')
      ? undefined
      : configuredRule(found, target, needed);
  const groups = needed ? (configured?.groups ?? []) : own.groups;
  if (groups.every((group) => group.length === 0))
    throw new CommandError(
      `${target.name}: no key to encrypt to`,
      'give --age, --pgp or --hc-vault-transit, or a creation rule in .sops.yaml',
    );
  return {
    rule: {
      groups,
      shamirThreshold: own.shamirThreshold || configured?.shamirThreshold || 0,
      rule: own.rule === defaultRule ? (configured?.rule ?? defaultRule) : own.rule,
      macOnlyEncrypted: own.macOnlyEncrypted || configured?.macOnlyEncrypted === true,
    },
    found,
  };
}

/** A file that no rule matches is an error only when its keys would have to come from one. */
function configuredRule(found: FoundConfig, target: Target, needed: boolean): CreationRule | undefined {
  const rule = attempt(() => found.config.ruleFor(pathForRules(target.shown, found.folder)));
  if (rule.ok || needed) return valueFor(rule, target.name);
  return undefined;
}

/** The bytes of the encrypted file. @throws CommandError */
export async function encryptTarget(
  target: Target,
  flags: RuleFlags & { readonly indent: number | undefined },
  tools: { readonly ring: Keyring; readonly io: Io },
): Promise<Uint8Array> {
  const { ring, io } = tools;
  const branches = valueFor(
    attempt(() => readPlain(target.bytes, target.input)),
    target.name,
  );
  if (hasMetadata(branches, target.input) && target.input !== 'binary')
    throw new CommandError(`${target.name}: the file is already encrypted (it has a top-level entry called "sops")`);
  const { rule, found } = await ruleFor(target, flags, io);
  const metadata: Metadata = { ...rule, lastModified: moment(), mac: '', version: formatVersion };
  const encrypted = await encryptWithNewKey(branches, metadata, { ring, name: target.name });
  if (target.input === 'binary') checkWhole(target.name, { plain: branches, encrypted: encrypted.branches }, rule);
  return valueFor(
    attempt(() => writeEncrypted(encrypted, target.output, layoutFor(flags.indent, found))),
    target.name,
  );
}

/** A binary file is one value: a rule that leaves that would leave everything in clear. @throws CommandError */
function checkWhole(
  name: string,
  { plain, encrypted }: { readonly plain: readonly Branch[]; readonly encrypted: readonly Branch[] },
  { rule }: CreationRule,
): void {
  const [before, after] = [plain, encrypted].map((branches) => branches[0]?.items[0]?.value);
  if (before === '' || before !== after) return;
  throw new CommandError(
    `${name}: the rule ${rule.kind} "${rule.value}" would leave the whole file in clear, because it is taken as binary`,
    'give --input-type if it is text in another format, or no rule',
  );
}

/** Encrypts with a fresh data key for all keys of the metadata. @throws CommandError */
export async function encryptWithNewKey(
  branches: readonly Branch[],
  metadata: Metadata,
  { ring, name }: { readonly ring: Keyring; readonly name: string },
): Promise<ReturnType<typeof encryptTree>> {
  const dataKey = random(32);
  const now = moment();
  const sealed = valueFor(await sealDataKey({ ...metadata, lastModified: now }, dataKey, { ring, randomBytes: random, now }), name);
  return valueFor(
    attempt(() => encryptTree({ branches, metadata: sealed }, dataKey, random)),
    name,
  );
}
