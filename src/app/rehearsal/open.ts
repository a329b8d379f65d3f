/** A rehearsal as the command line asks for it: repositories, charts and files are read through the machine's own adapters. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCharts } from '../../adapters/charts/index.ts';
import { createGitMirrors } from '../../adapters/git/index.ts';
import { createWebFiles } from '../../adapters/http/index.ts';
import { silentLog } from '../../adapters/log/index.ts';
import { systemClock } from '../../adapters/system/index.ts';
import type { App } from '../../api/index.ts';
import type { Report } from '../../core/rehearsal/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import { compareWith, type RealCluster } from './against.ts';
import { checkImages, type RegistryAuth } from './images.ts';
import { readLayout } from './layout.ts';
import { changesFrom } from './manifests.ts';
import { openOrigin, type Origin } from './origin.ts';
import { rehearse, type Rehearsed, type RehearsalOptions } from './rehearse.ts';
import type { StagePorts } from './stage.ts';

export interface RehearsalChoice {
  /** URL or folder. */
  readonly target: string;
  readonly rev?: string;
  /** Revision whose manifests are compared with. */
  readonly base?: string;
  /** A cluster that the rehearsed objects are held against. */
  readonly against?: RealCluster;
  /** Ask registries whether the images are there, with these credentials. */
  readonly images?: RegistryAuth;
  readonly aliases: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly options: RehearsalOptions;
}

/** The error is a text for a person. */
export async function runRehearsal(choice: RehearsalChoice): Promise<Result<Report, string>> {
  const { base, options, against } = choice;
  const run = (rev: Pick<RehearsalChoice, 'rev'>): Promise<Result<Rehearsed, string>> =>
    withOrigin({ ...choice, ...rev }, (origin, ports) => rehearse(origin, ports, options));
  const now = await run({});
  if (!now.ok) return now;
  const before = base === undefined ? undefined : await run({ rev: base });
  if (before?.ok === false) return err(`the base revision: ${before.error}`);
  const beside = against === undefined ? undefined : await compareWith(against, now.value.built);
  if (beside?.ok === false) return beside;
  const report = choice.images === undefined ? now.value.report : await checkImages(now.value.report, now.value.built, choice.images);
  return ok({
    ...report,
    ...(before === undefined
      ? {}
      : { changes: changesFrom({ label: before.value.report.subject.revision, manifests: before.value.manifests }, now.value.manifests) }),
    ...(beside === undefined ? {} : { against: beside.value }),
  });
}

/** The Apps of a folder or repository as they stand there. The error is a text for a person. */
export function readApps(
  choice: Omit<RehearsalChoice, 'options' | 'aliases' | 'base' | 'against' | 'images'>,
): Promise<Result<readonly App[], string>> {
  return withOrigin({ ...choice, aliases: [] }, async (origin) => {
    const found = await readLayout(origin.mirror, origin.revision.tree, { path: '' });
    return found.ok ? ok(found.value.apps) : found;
  });
}

/** Opens the repository and everything it may name, and clears up afterwards. */
async function withOrigin<T>(
  { target, rev, aliases, cwd, env }: Omit<RehearsalChoice, 'options'>,
  body: (origin: Origin, ports: StagePorts) => Promise<Result<T, string>>,
): Promise<Result<T, string>> {
  const scratch = await mkdtemp(join(tmpdir(), 'lockstep-rehearsal-'));
  const clock = systemClock();
  const mirrors = createGitMirrors({ root: join(scratch, 'mirrors'), clock, log: silentLog(), environment: env, allowLocal: true });
  // What the rehearsed system names for itself is hostile: only the rehearsed repository may be on this machine.
  const others = createGitMirrors({ root: join(scratch, 'others'), clock, log: silentLog(), environment: env });
  const ports: StagePorts = { mirrors: others, charts: createCharts({ folder: join(scratch, 'charts'), clock }), web: createWebFiles() };
  try {
    const origin = await openOrigin({ target, aliases, cwd, scratch, ...(rev === undefined ? {} : { rev }) }, mirrors);
    return origin.ok ? await body(origin.value, ports) : origin;
  } catch (error) {
    return err(error instanceof Error ? error.message : String(error));
  } finally {
    await Promise.all([mirrors.close(), others.close(), ports.charts.close(), ports.web.close()]);
    await rm(scratch, { recursive: true, force: true });
  }
}
