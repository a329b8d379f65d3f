/** Writes to a cluster in the folder it is given, as fast as it can, and says what was acknowledged. Meant to be killed. */
import { writeSync } from 'node:fs';
import { silentLog } from '../../src/adapters/log/silent.ts';
import { systemClock, systemRandom } from '../../src/adapters/system/index.ts';
import { createCluster } from '../../src/apiserver/index.ts';

const [dataDir = '', round = ''] = process.argv.slice(2);
const cluster = await createCluster({ clock: systemClock(), random: systemRandom(), log: silentLog(), storage: { dataDir } });
const path = '/api/v1/namespaces/default/configmaps';

for (let index = 0; ; index++) {
  // Several at once, so that some are on their way when the end comes.
  const names = Array.from({ length: 8 }, (_none, at) => `r${round}-${index}-${at}`);
  await Promise.all(
    names.map(async (name) => {
      const value = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { filler: 'x'.repeat(200) } };
      const { status, body } = await cluster.transport().send({ method: 'POST', path, body: { kind: 'json', value } });
      if (status !== 201) throw new Error(JSON.stringify(body));
      if (body.kind === 'json')
        writeSync(1, `${name} ${(body.value as { metadata: { resourceVersion: string } }).metadata.resourceVersion}\n`);
    }),
  );
}
