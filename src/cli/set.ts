/** What `lockstep set image`, `version` and `values` share: finding the App, showing the change, committing it. */
import { amend, type Amending } from '../app/index.ts';
import type { Amended, Subject } from '../core/amend/index.ts';
import { unifiedDiff } from '../core/diff/index.ts';
import { findApp } from './apps.ts';
import { CommandError } from './errors.ts';
import type { FlagTable, FlagValues } from './flags.ts';
import type { Io } from './io.ts';
import { CLUSTER_FLAGS, NAMESPACE_FLAG, withCluster } from './session.ts';

export const SET_FLAGS = {
  ...CLUSTER_FLAGS,
  ...NAMESPACE_FLAG,
  repo: {
    type: 'string',
    value: 'DIR|URL',
    doc: 'A clone, a folder in one, or a repository to change, instead of asking the cluster where the App comes from',
  },
  branch: { type: 'string', value: 'NAME', doc: 'Commit to a new branch of this name, for a change request' },
  push: { type: 'boolean', doc: 'Push the commit of a clone too (a repository by URL is always pushed to)' },
  message: { type: 'string', short: 'm', value: 'TEXT', doc: 'Message of the commit; without it, what was changed' },
  'dry-run': { type: 'boolean', doc: 'Only print the difference' },
} as const satisfies FlagTable;

export const SET_DETAILS =
  'Writes a commit, never to the cluster: files keep their comments and their layout, and only the lines that change are touched. Without --repo the\n' +
  "cluster is asked where the App comes from; the commit is pushed with the Source's credentials, if you may read that Secret. With --repo DIR it is made in\n" +
  'your clone, with your name and your credentials.';

export interface SetWish {
  readonly app: string;
  /** What the first line of the message says. */
  readonly title: string;
  readonly change: (subject: Subject) => Amended;
}

export async function runSet(wish: SetWish, flags: FlagValues<typeof SET_FLAGS>, io: Io): Promise<number> {
  const { repo } = flags;
  const work = async (live?: Parameters<typeof amend>[0]['live']): Promise<number> => {
    const choice = {
      app: named(wish.app, flags.namespace),
      cwd: io.cwd,
      env: io.env,
      ...(repo === undefined ? {} : { repo }),
      ...(live === undefined ? {} : { live }),
    };
    const done = await amend(choice, (amending) => changed(amending, wish, { flags, io }));
    if (!done.ok) throw new CommandError(done.error.message, done.error.hint);
    return done.value;
  };
  if (repo !== undefined) return work();
  return withCluster(flags, io, async (kube) => work({ kube, app: await findApp(kube, wish.app, flags.namespace) }));
}

const named = (app: string, namespace: string | undefined): string =>
  namespace === undefined || app.includes('/') ? app : `${namespace}/${app}`;

interface Asked {
  readonly flags: FlagValues<typeof SET_FLAGS>;
  readonly io: Io;
}

async function changed(amending: Amending, wish: SetWish, { flags, io }: Asked): Promise<number> {
  const done = wish.change(amending.subject);
  if (!done.ok) {
    const { message, looked, hint } = done.error;
    throw new CommandError(looked.length === 0 ? message : `${message}\n${looked.map((place) => `  ${place}`).join('\n')}`, hint);
  }
  const changes = amending.changes();
  for (const warning of done.value.warnings) io.err(`warning: ${warning}\n`);
  if (changes.length === 0) {
    io.out('it is so already; nothing is committed\n');
    return 0;
  }
  if (flags['dry-run']) {
    for (const { path, before, after } of changes) io.out(unifiedDiff(before, after, { from: `a/${path}`, to: `b/${path}` }));
    return 0;
  }
  for (const line of done.value.said) io.out(`${line}\n`);
  const message = flags.message ?? `${wish.title}\n\n${done.value.said.join('\n')}\n`;
  const { branch, push } = flags;
  const made = await amending.commit({ message, push, ...(branch === undefined ? {} : { branch }) });
  if (!made.ok) throw new CommandError(made.error.message, made.error.hint);
  for (const { commit, branch: on, pushed } of made.value)
    io.out(
      `${pushed ? 'pushed' : 'committed'} ${commit} to ${on}${branch === undefined ? '' : '; open a change request from it'}\n` +
        (pushed && branch === undefined
          ? `watch it arrive: lockstep wait ${commit.slice(0, 12)}\n`
          : pushed
            ? ''
            : 'push it with: git push\n'),
    );
  return 0;
}
