/** `lockstep secrets sealing-keys list`: what opens SealedSecrets in this cluster, and of what there is a copy. */
import { defineCommand } from '../command.ts';
import { type HeldKey, SEALING_KEY_FLAGS, sealingKeys } from '../secrets/sealing-keys.ts';
import { withCluster } from '../session.ts';
import { formatTable } from '../table.ts';

const HEADER = ['NAME', 'USE', 'MADE', 'EXPORTED', 'FINGERPRINT'];

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

export const sealingKeysList = defineCommand({
  summary: 'List the keys that open SealedSecrets in this cluster',
  usage: '',
  flags: SEALING_KEY_FLAGS,
  args: { min: 0, max: 0 },
  run: ({ flags, io }) =>
    withCluster(flags, io, async (kube) => {
      const keys = await sealingKeys(kube, flags.namespace);
      if (keys.length === 0) {
        io.err(
          `no sealing keys in namespace ${flags.namespace}; the first one is made when somebody asks for the certificate: lockstep seal --fetch-cert\n`,
        );
        return 0;
      }
      const newest = keys.find(({ active }) => active);
      io.out(
        formatTable(
          HEADER,
          keys.map((held) => cellsOf(held, held === newest)),
        ),
      );
      return 0;
    }),
});

function cellsOf({ key, active, backedUp }: HeldKey, seals: boolean): string[] {
  const use = seals ? 'seals and opens' : active ? 'opens' : 'out of use';
  return [key.secret, use, dayOf(key.notBefore), backedUp?.slice(0, 10) ?? 'never', key.name];
}
