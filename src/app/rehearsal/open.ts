/** A rehearsal as the command line asks for it: repositories, charts and files are read through the machine's own adapters. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCharts } from '../../adapters/charts/index.ts';
import { createGitMirrors } from '../../adapters/git/index.ts';
import { createWebFiles } from '../../adapters/http/index.ts';
import { silentLog } from '../../adapters/log/index.ts';
import { systemClock } from '../../adapters/system/index.ts';
import type { Report } from '../../core/rehearsal/index.ts';
import { err, type Result } from '../../std/index.ts';
import { openOrigin } from './origin.ts';
import { rehearse, type RehearsalOptions } from './rehearse.ts';
import type { StagePorts } from './stage.ts';

export interface RehearsalChoice {
  /** URL or folder. */
  readonly target: string;
  readonly rev?: string;
  readonly aliases: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly options: RehearsalOptions;
}

/** The error is a text for a person. */
export async function runRehearsal(choice: RehearsalChoice): Promise<Result<Report, string>> {
  const scratch = await mkdtemp(join(tmpdir(), 'lockstep-rehearsal-'));
  const clock = systemClock();
  const mirrors = createGitMirrors({ root: join(scratch, 'mirrors'), clock, log: silentLog(), environment: choice.env, allowLocal: true });
  // What the rehearsed system names for itself is hostile: only the rehearsed repository may be on this machine.
  const others = createGitMirrors({ root: join(scratch, 'others'), clock, log: silentLog(), environment: choice.env });
  const ports: StagePorts = { mirrors: others, charts: createCharts({ folder: join(scratch, 'charts'), clock }), web: createWebFiles() };
  try {
    const { target, rev, aliases, cwd } = choice;
    const origin = await openOrigin({ target, aliases, cwd, scratch, ...(rev === undefined ? {} : { rev }) }, mirrors);
    if (!origin.ok) return origin;
    return await rehearse(origin.value, ports, choice.options);
  } catch (error) {
    return err(error instanceof Error ? error.message : String(error));
  } finally {
    await Promise.all([mirrors.close(), others.close(), ports.charts.close(), ports.web.close()]);
    await rm(scratch, { recursive: true, force: true });
  }
}
