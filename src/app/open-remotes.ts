/** What a build on this machine may fetch by URL: everything, for whoever runs it could fetch it as well. Nothing is kept afterwards. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCharts } from '../adapters/charts/index.ts';
import { createGitMirrors } from '../adapters/git/index.ts';
import { createWebFiles } from '../adapters/http/index.ts';
import { silentLog } from '../adapters/log/index.ts';
import { systemClock } from '../adapters/system/index.ts';
import { Remotes } from '../controllers/remotes/index.ts';
import { ok } from '../std/index.ts';

export interface OpenRemotes {
  readonly remotes: Remotes;
  close(): Promise<void>;
}

export async function openRemotes(env: Readonly<Record<string, string | undefined>>): Promise<OpenRemotes> {
  const scratch = await mkdtemp(join(tmpdir(), 'lockstep-remotes-'));
  const clock = systemClock();
  const mirrors = createGitMirrors({ root: join(scratch, 'mirrors'), clock, log: silentLog(), environment: env, allowLocal: true });
  const charts = createCharts({ folder: join(scratch, 'charts'), clock });
  const web = createWebFiles();
  const remotes = new Remotes({ mirrors, charts, web, clock }, () => Promise.resolve(ok({})));
  return {
    remotes,
    close: async () => {
      await Promise.all([mirrors.close(), charts.close(), web.close()]);
      await rm(scratch, { recursive: true, force: true });
    },
  };
}
