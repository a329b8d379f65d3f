/** The life of an installation on the embedded cluster. On a real one: real-cluster.test.ts. */
import { join } from 'node:path';
import { test } from 'vitest';
import { silentLog } from '../../src/adapters/log/index.ts';
import { startEmbeddedCluster } from '../../src/app/index.ts';
import { installStory } from './install-story.ts';
import { inFolder } from './program.ts';

test('S11 S14 bootstrap, upgrade by commit, tenants, uninstall', { timeout: 300_000 }, () =>
  inFolder(async (folder) => {
    const kubeconfig = join(folder, 'admin.kubeconfig');
    const cluster = await startEmbeddedCluster({ kubeconfig, port: 0, tls: true, log: silentLog() });
    try {
      await installStory({ kubeconfig, folder, tenants: 3 });
    } finally {
      await cluster.close();
    }
  }),
);
