/** The embedded cluster killed at any instant: what it acknowledged is there, and it goes on from there. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { silentLog } from '../../src/adapters/log/index.ts';
import { systemClock, systemRandom } from '../../src/adapters/system/index.ts';
import { createCluster } from '../../src/apiserver/index.ts';
import { inFolder, projectRoot } from './program.ts';

const rounds = 6;

/** Starts the writer, kills it a while after its first word, and returns what it was told. */
async function killed(program: string, dataDir: string, round: number): Promise<readonly (readonly [name: string, revision: number])[]> {
  const child = spawn(process.execPath, [program, dataDir, String(round)], { cwd: projectRoot, stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = once(child, 'close');
  await Promise.race([once(child.stdout, 'data'), ended]);
  await new Promise((resolve) => setTimeout(resolve, 20 + round * 37));
  child.kill('SIGKILL');
  await ended;
  const lines = said.slice(0, said.lastIndexOf('\n')).split('\n');
  return lines.map((line) => line.split(' ')).map(([name = '', revision]) => [name, Number(revision)]);
}

async function contents(dataDir: string): Promise<{ readonly revision: number; readonly names: ReadonlyMap<string, number> }> {
  const cluster = await createCluster({ clock: systemClock(), random: systemRandom(), log: silentLog(), storage: { dataDir } });
  const { body } = await cluster.transport().send({ method: 'GET', path: '/api/v1/namespaces/default/configmaps' });
  await cluster.close();
  if (body.kind !== 'json') throw new Error('a list is JSON');
  type Meta = { readonly name: string; readonly resourceVersion: string };
  const { metadata, items } = body.value as unknown as { metadata: Meta; items: readonly { readonly metadata: Meta }[] };
  return {
    revision: Number(metadata.resourceVersion),
    names: new Map(items.map((item) => [item.metadata.name, Number(item.metadata.resourceVersion)])),
  };
}

test('nothing acknowledged is lost, and revisions never go back', async () => {
  await inFolder(async (folder) => {
    const program = join(folder, 'program.mjs');
    const entry = join(import.meta.dirname, 'kube-kill.program.ts');
    await build({
      entryPoints: [entry],
      outfile: program,
      bundle: true,
      platform: 'node',
      format: 'esm',
      external: ['pino'],
      logLevel: 'error',
    });
    const dataDir = join(folder, 'data');
    const acknowledged = new Map<string, number>();
    let newest = 0;
    for (let round = 0; round < rounds; round++) {
      const told = await killed(program, dataDir, round);
      expect(told.length).toBeGreaterThan(0);
      // A revision is never given twice, not even one whose write was not acknowledged.
      expect(Math.min(...told.map(([, revision]) => revision))).toBeGreaterThan(newest);
      for (const [name, revision] of told) acknowledged.set(name, revision);
      const { names, revision } = await contents(dataDir);
      const lost = [...acknowledged].filter(([name, at]) => names.get(name) !== at);
      expect(lost).toEqual([]);
      newest = revision;
    }
  });
});
