/** `lockstep user`: a local user of the dashboard; the password comes from standard input and is kept as a hash. */
import { randomBytes } from 'node:crypto';
import { hashPassword } from '../../app/index.ts';
import type { ApiResource } from '../../ports/index.ts';
import { defineCommand } from '../command.ts';
import { CommandError, UsageError } from '../errors.ts';
import { CLUSTER_FLAGS, withCluster } from '../session.ts';

const SECRETS: ApiResource = { group: '', version: 'v1', kind: 'Secret', resource: 'secrets', namespaced: true, verbs: [] };
const SHORTEST = 12;

export const user = defineCommand({
  summary: 'Add a local user of the dashboard, or give one a new password; the password is read from standard input',
  usage: 'NAME',
  details: 'The user is a Kubernetes user of this name: what they see and do is what RBAC gives them.',
  examples: ['lockstep user ada --groups platform,readers < password.txt'],
  flags: {
    ...CLUSTER_FLAGS,
    groups: { type: 'string', value: 'GROUPS', doc: 'Kubernetes groups, with a comma between them', default: '' },
  },
  args: { min: 1, max: 1 },
  run: ({ args, flags, io }) =>
    withCluster(flags, io, async (kube) => {
      const [name = ''] = args;
      if (!/^[A-Za-z0-9][-A-Za-z0-9_.]{0,62}$/.test(name)) throw new UsageError('a name has letters, digits, "-", "_" and "."');
      const password = new TextDecoder().decode(await io.stdin()).replace(/\r?\n$/, '');
      if (password.length < SHORTEST) throw new CommandError(`the password is too short: at least ${SHORTEST} characters`);
      const groups = flags.groups.split(',').filter((group) => group !== '');
      const value = JSON.stringify({ password: await hashPassword(password, randomBytes(16)), groups });
      const secret = {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'lockstep-users', namespace: 'lockstep-system' },
        data: { [name]: Buffer.from(value).toString('base64') },
      };
      // A manager of its own for each user, so that one does not take the others away.
      const applied = await kube.apply(SECRETS, secret, { fieldManager: `lockstep-user-${name}`, force: true });
      if (!applied.ok) throw new CommandError(applied.error.message);
      io.out(`${name} can sign in to the dashboard\n`);
      return 0;
    }),
});
