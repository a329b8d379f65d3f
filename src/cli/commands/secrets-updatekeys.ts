/** `lockstep secrets updatekeys`: the keys of .sops.yaml for a file that was encrypted to others; values stay as they are. */
import { openDataKey, sealDataKey } from '../../adapters/decrypt/index.ts';
import { attempt } from '../../core/secrets/index.ts';
import { type Metadata, readEncrypted, writeEncrypted } from '../../core/secrets/sops/index.ts';
import { defineCommand } from '../command.ts';
import { CommandError } from '../errors.ts';
import { moment, random } from '../secrets/encryption.ts';
import { KEY_FLAGS, TYPE_FLAGS } from '../secrets/flags.ts';
import { keyringFor } from '../secrets/keyring.ts';
import { configFor, deliver, layoutFor, pathForRules, targetOf, valueFor } from '../secrets/target.ts';

const named = (groups: Metadata['groups']): string[] => groups.flatMap((group, i) => group.map((key) => `${i}/${key.kind} ${key.id}`));

/** What changes, one key a line, as sops shows it. */
function changesOf(before: Metadata['groups'], after: Metadata['groups']): readonly string[] {
  const [old, now] = [named(before), named(after)];
  return [
    ...now.filter((key) => !old.includes(key)).map((key) => `+++ ${key}`),
    ...old.filter((key) => !now.includes(key)).map((key) => `--- ${key}`),
  ];
}

export const secretsUpdatekeys = defineCommand({
  summary: 'Encrypt the data key of a SOPS file to the keys that .sops.yaml names now',
  usage: 'FILE',
  details: 'Without --yes it only shows what would change.',
  examples: ['lockstep secrets updatekeys --yes secret.yaml'],
  flags: {
    ...KEY_FLAGS,
    ...TYPE_FLAGS,
    yes: { type: 'boolean', short: 'y', doc: 'Write the file' },
    config: { type: 'string', value: 'FILE', doc: 'Take this file instead of the nearest .sops.yaml' },
  },
  args: { min: 1, max: 1 },
  run: async ({ args, flags, io }) => {
    const target = await targetOf(args[0], flags, io);
    const found = await configFor(flags.config, io);
    const rule =
      found === undefined
        ? undefined
        : valueFor(
            attempt(() => found.config.ruleFor(pathForRules(target.shown, found.folder))),
            target.name,
          );
    if (rule === undefined) throw new CommandError(`${target.name}: there is no .sops.yaml that says which keys it should have`);
    const file = valueFor(
      attempt(() => readEncrypted(target.bytes, target.input)),
      target.name,
    );
    const changes = changesOf(file.metadata.groups, rule.groups);
    const threshold = rule.groups.length === 1 ? 0 : rule.shamirThreshold;
    if (changes.length === 0 && (rule.groups.length === 1 || threshold === file.metadata.shamirThreshold || threshold === 0)) {
      io.err(`${target.name}: already up to date\n`);
      return 0;
    }
    io.err(changes.map((line) => `${line}\n`).join(''));
    if (!flags.yes) throw new CommandError(`${target.name}: nothing was written`, 'give --yes to change the keys');
    const ring = await keyringFor(flags.key, io);
    const dataKey = valueFor(await openDataKey(file.metadata, ring), target.name);
    const wanted = { ...file.metadata, groups: rule.groups, shamirThreshold: threshold };
    const metadata = valueFor(await sealDataKey(wanted, dataKey, { ring, randomBytes: random, now: moment() }), target.name);
    const bytes = valueFor(
      attempt(() => writeEncrypted({ ...file, metadata }, target.input, layoutFor(undefined, found))),
      target.name,
    );
    await deliver(bytes, { 'in-place': true }, { target, io });
    return 0;
  },
});
