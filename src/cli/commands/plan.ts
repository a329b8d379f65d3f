/** `lockstep plan` and `lockstep diff`: what would happen to an App's objects, and why; nothing is touched. */
import { resolve } from 'node:path';
import { preview } from '../../app/index.ts';
import { formatPlan, isQuiet } from '../../core/plan/index.ts';
import { findApp } from '../apps.ts';
import { defineCommand, type Command } from '../command.ts';
import { CommandError } from '../errors.ts';
import { CLUSTER_FLAGS, NAMESPACE_FLAG, withCluster } from '../session.ts';

const flags = {
  ...CLUSTER_FLAGS,
  ...NAMESPACE_FLAG,
  repo: {
    type: 'string',
    value: 'DIR',
    doc: "Plan what is in this folder instead of the Source's revision, changes not committed yet included",
  },
  all: { type: 'boolean', short: 'a', doc: 'Also list objects that stay as they are' },
  'exit-code': { type: 'boolean', doc: 'Exit 1 when something would change' },
  output: { type: 'string', short: 'o', value: 'FORMAT', doc: 'Output format', choices: ['text', 'json'], default: 'text' },
} as const;

export const plan = defineCommand({
  summary: 'Show what would change, field by field, and which rule forbids what; nothing is touched',
  usage: 'APP',
  details: 'Secret values are shown as fingerprints. An object that moves to another App shows as a prune here.',
  examples: ['lockstep plan shop', 'lockstep plan shop --repo .', 'lockstep plan shop -o json --exit-code'],
  flags,
  args: { min: 1, max: 1 },
  run: ({ args, flags: given, io }) =>
    withCluster(given, io, async (kube) => {
      const app = await findApp(kube, args[0] ?? '', given.namespace);
      const folder = given.repo === undefined ? {} : { folder: resolve(io.cwd, given.repo) };
      const made = await preview({ kube, app, env: io.env, ...folder });
      if (!made.ok) throw new CommandError(made.error);
      io.out(given.output === 'json' ? `${JSON.stringify(made.value, null, 2)}\n` : formatPlan(made.value, { all: given.all }));
      return given['exit-code'] && !isQuiet(made.value) ? 1 : 0;
    }),
});

/** The same under the name that kubectl users look for. */
export const diff: Command<typeof flags> = { ...plan, summary: 'The same as plan' };
