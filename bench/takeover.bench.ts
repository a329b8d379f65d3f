/**
 * From the death of a leader until the first push is applied by the one that stood by: two processes of `lockstep up` on a cluster over HTTPS, killed
 * (SIGKILL) and ended in order (SIGTERM). `TAKEOVER_APPS` (default 200) Apps of two objects from 10 repositories.
 */
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createKubeClient } from '../src/adapters/kube/index.ts';
import { silentLog } from '../src/adapters/log/index.ts';
import { systemClock, systemRandom } from '../src/adapters/system/index.ts';
import { createCluster } from '../src/apiserver/index.ts';
import { createGitHost } from '../src/githost/index.ts';
import type { KubeClient } from '../src/ports/index.ts';
import type { Figure } from './figure.ts';
import { CONFIG_MAPS, followReady, install, native, put, type Ready, until } from './product.ts';

const APPS = Number(process.env['TAKEOVER_APPS'] ?? 200);
const REPOSITORIES = 10;
const KILLS = 3;
const root = join(import.meta.dirname, '..');
const program = join(root, 'dist/cli/main.js');
const clock = systemClock();
// Not in one go: the cluster and the Git host live in this process.
const execute = promisify(execFile);

const manifest = (app: number, object: number, value: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app-${app}-${object}}\ndata: {value: "${value}"}\n`;

interface Place {
  readonly folder: string;
  readonly kubeconfig: string;
  readonly admin: KubeClient;
  readonly ready: Ready;
  /** Commits a change of one App and pushes it. */
  push(app: number, value: string): Promise<void>;
  close(): Promise<void>;
}

async function open(): Promise<Place> {
  execFileSync(process.execPath, [join(root, 'scripts/build.mjs'), '--if-changed'], { stdio: 'ignore' });
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-takeover-'));
  const cluster = await createCluster({ clock, random: systemRandom(), log: silentLog(), storage: 'memory' });
  const { url } = await cluster.listen();
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, cluster.kubeconfig(url), { mode: 0o600 });
  const admin = createKubeClient(cluster.transport(), { clock });
  await install(admin, ['team']);
  const host = createGitHost({ root: join(folder, 'git'), credential: { user: 'git', password: 'pass' }, log: silentLog() });
  const git = await host.listen(0);
  for (let repository = 0; repository < REPOSITORIES; repository += 1) {
    const seed = join(folder, `seed-${repository}`);
    for (let app = repository; app < APPS; app += REPOSITORIES) {
      await mkdir(join(seed, `apps/${app}`), { recursive: true });
      for (const object of [0, 1]) await writeFile(join(seed, `apps/${app}/${object}.yaml`), manifest(app, object, '0'));
    }
    await host.createRepository(`repo-${repository}`, seed, { message: 'first' });
    const source = { git: { url: `${git}/repo-${repository}.git`, ref: { branch: 'main' } }, interval: '1h' };
    await put(admin, {
      apiVersion: 'lockstep.dev/v1',
      kind: 'Source',
      metadata: { name: `repo-${repository}`, namespace: 'team' },
      spec: source,
    });
  }
  for (let app = 0; app < APPS; app += 1) {
    const spec = { source: { name: `repo-${app % REPOSITORIES}`, path: `apps/${app}` } };
    const created = await admin.create(native('App', 'apps'), {
      apiVersion: 'lockstep.dev/v1',
      kind: 'App',
      metadata: { name: `app-${app}`, namespace: 'team' },
      spec,
    });
    if (!created.ok) throw new Error(created.error.message);
  }
  const ready = await followReady(admin);
  const run = async (cwd: string, ...args: string[]): Promise<void> => {
    await execute('git', ['-c', 'user.name=bench', '-c', 'user.email=bench@localhost', ...args], { cwd });
  };
  return {
    folder,
    kubeconfig,
    admin,
    ready,
    push: async (app, value) => {
      const clone = join(folder, `clone-${app}-${value}`);
      await run(folder, 'clone', '-q', `${git.replace('//', '//git:pass@')}/repo-${app % REPOSITORIES}.git`, clone);
      await writeFile(join(clone, `apps/${app}/0.yaml`), manifest(app, 0, value));
      await run(clone, 'commit', '-qam', value);
      await run(clone, 'push', '-q', 'origin', 'HEAD:main');
    },
    close: async () => {
      ready.stop();
      await host.close();
      await cluster.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Replica {
  readonly child: ChildProcess;
  readonly closed: Promise<void>;
  /** The address of its metrics and health. */
  says(text: string): boolean;
}

let made = 0;

function replica({ folder, kubeconfig }: Place): Replica {
  made += 1;
  const args = [program, 'up', '--kubeconfig', kubeconfig, '--data', join(folder, `data-${made}`)];
  const env = { PATH: process.env['PATH'], HOME: folder, NO_COLOR: '1' };
  const child = spawn(process.execPath, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (more: string) => (text += more));
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return { child, closed, says: (wanted) => text.includes(wanted) };
}

/** Resolves with the milliseconds until `app` has `value` in the cluster. */
async function applied({ admin }: Place, app: number, value: string): Promise<number> {
  const began = performance.now();
  await until(async () => {
    const found = await admin.get(CONFIG_MAPS, 'team', `app-${app}-0`);
    return found.ok && (found.value['data'] as { value?: string }).value === value;
  }, 10);
  return performance.now() - began;
}

/** Long enough to have read everything: it is warm a moment after it has said so. */
async function standing(place: Place): Promise<Replica> {
  const standby = replica(place);
  await until(() => standby.says('standing by'), 50);
  await new Promise((resolve) => setTimeout(resolve, 5000));
  return standby;
}

export async function run(): Promise<Figure[]> {
  const place = await open();
  const alive: Replica[] = [];
  try {
    let leader = replica(place);
    alive.push(leader);
    await until(() => place.ready.count() === APPS, 50);
    const times: Record<'SIGKILL' | 'SIGTERM', number[]> = { SIGKILL: [], SIGTERM: [] };
    for (const signal of [...Array.from({ length: KILLS }, () => 'SIGKILL' as const), 'SIGTERM' as const]) {
      const standby = await standing(place);
      alive.push(standby);
      const app = alive.length;
      await place.push(app, signal);
      leader.child.kill(signal);
      times[signal].push(await applied(place, app, signal));
      await leader.closed;
      leader = standby;
    }
    const note = `${APPS} Apps; of ${KILLS}: ${times.SIGKILL.map((time) => (time / 1000).toFixed(1)).join(', ')} s`;
    return [
      {
        name: 'SIGKILL of the leader → first push applied by the standby, worst',
        value: Math.max(...times.SIGKILL) / 1000,
        unit: 's',
        note,
      },
      { name: 'SIGTERM of the leader → first push applied by the standby', value: Math.max(...times.SIGTERM) / 1000, unit: 's' },
    ];
  } finally {
    for (const { child } of alive) child.kill('SIGKILL');
    await Promise.all(alive.map(({ closed }) => closed));
    await place.close();
  }
}
