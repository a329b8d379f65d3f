/**
 * One run of an action on one revision. While it works, its record says until when it is held; if the process dies, the next one that is asked for the same
 * goes on with the same revision once that moment has passed: no hook runs twice and no revision number is given twice. These labels are gone when the
 * revision is done, so that the record is the one Helm would have left.
 */
import { getKey } from '../core/object/index.ts';
import { digestOf } from '../core/plan/digest/index.ts';
import { isPending, type Release } from '../core/release/index.ts';
import type { Timer } from '../ports/index.ts';
import { ActionError } from './problem.ts';
import { createRecord, history, makeRoom, type Stored, updateRecord } from './records.ts';
import type { Scene } from './scene.ts';

const labels = {
  /** What the run is to make of the release. */
  run: 'lockstep.dev/helm-run',
  /** Seconds since the epoch. */
  until: 'lockstep.dev/helm-held-until',
  stage: 'lockstep.dev/helm-stage',
} as const;

/** How far a run is: its hooks before, its objects, its hooks after; or it failed, and falls back. */
export type Stage = 'before' | 'objects' | 'after' | 'back';

const held = 15_000;
const renewal = 5_000;

export const errPending = 'another operation (install/upgrade/rollback) is in progress';

const digestLabel = (what: unknown): string =>
  digestOf(what as Parameters<typeof digestOf>[0])
    .replace(/^sha256:/, '')
    .slice(0, 40);

/** Labels that people and Helm put on a release. */
export const withoutOurs = (of: Release['labels']): Release['labels'] =>
  Object.fromEntries(Object.entries(of).filter(([key]) => !(Object.values(labels) as string[]).includes(key)));

export class Run {
  readonly #scene: Scene;
  readonly #digest: string;
  #stored: Stored;
  #stage: Stage;
  #writing: Promise<unknown> = Promise.resolve();
  #timer: Timer | undefined;
  #lost: string | undefined;

  constructor(scene: Scene, of: { readonly digest: string; readonly stored: Stored; readonly stage: Stage }) {
    this.#scene = scene;
    this.#digest = of.digest;
    this.#stored = of.stored;
    this.#stage = of.stage;
    this.#renewLater();
  }

  get release(): Release {
    return { ...this.#stored.release, labels: withoutOurs(this.#stored.release.labels) };
  }

  get stage(): Stage {
    return this.#stage;
  }

  /** Records a change durably. @throws ActionError when another took over */
  async save(change: (release: Release) => Release, options: { readonly stage?: Stage; readonly end?: boolean } = {}): Promise<void> {
    const work = this.#writing.then(async () => {
      if (this.#lost !== undefined) throw new ActionError(this.#lost);
      this.#stage = options.stage ?? this.#stage;
      const changed = change(this.release);
      const marked = options.end === true ? changed : { ...changed, labels: { ...changed.labels, ...this.#marks() } };
      this.#stored = await updateRecord(this.#scene, this.#stored, marked);
    });
    this.#writing = work.catch(() => undefined);
    if (options.end === true) this.stop();
    return work;
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #marks(): Record<string, string> {
    return marksFor(this.#scene, this.#digest, this.#stage);
  }

  #renewLater(): void {
    this.#timer = this.#scene.clock.after(renewal, () => {
      void this.save((release) => release).then(
        () => (this.#timer === undefined ? undefined : this.#renewLater()),
        (error: unknown) => void (this.#lost = error instanceof Error ? error.message : String(error)),
      );
    });
  }
}

const marksFor = ({ clock }: Scene, digest: string, stage: Stage): Record<string, string> => ({
  [labels.run]: digest,
  [labels.until]: String(Math.ceil((clock.now() + held) / 1000)),
  [labels.stage]: stage,
});

export interface Begin {
  readonly release: Release;
  readonly digest: string;
  readonly stored: readonly Stored[];
  readonly maxHistory: number;
}

/** Begins a revision by creating its record. @throws ActionError */
export async function begin(scene: Scene, { release, digest, stored, maxHistory }: Begin): Promise<Run> {
  await makeRoom(scene, stored, maxHistory);
  const marked = { ...release, labels: { ...release.labels, ...marksFor(scene, digest, 'before') } };
  return new Run(scene, { digest, stored: await createRecord(scene, marked), stage: 'before' });
}

export interface Found {
  readonly stored: readonly Stored[];
  /** The same action, left unfinished by a process that died. */
  readonly resumed?: Run;
}

/** The failed revision of a run that was falling back when its process died: it is the newest, or only what it falls back to is newer. */
function fallingBack(stored: readonly Stored[], digest: string): Stored | undefined {
  const is = (one: Stored | undefined): boolean =>
    one !== undefined && getKey(one.release.labels, labels.run) === digest && getKey(one.release.labels, labels.stage) === 'back';
  const [before, last] = [stored.at(-2), stored.at(-1)];
  if (is(last)) return last;
  return is(before) && last?.release.status === 'pending-rollback' ? before : undefined;
}

/**
 * The history, once no run of ours holds the newest revision any more: what a dead process left of the same action is gone on with, of another it is recorded
 * as failed. A revision that another tool left pending stays as it is. A dry run only looks.
 */
export async function observe(
  scene: Scene,
  name: string,
  of: { readonly action: string; readonly what: unknown; readonly dryRun: boolean },
): Promise<Found & { readonly digest: string }> {
  const digest = digestLabel([of.action, of.what]);
  if (of.dryRun) return { stored: await history(scene, name), digest };
  for (;;) {
    const stored = await history(scene, name);
    const back = fallingBack(stored, digest);
    const last = back ?? stored.at(-1);
    const by = last === undefined ? undefined : getKey(last.release.labels, labels.run);
    if (last === undefined || by === undefined || (back === undefined && !isPending(last.release.status))) return { stored, digest };
    const until = Number(getKey(last.release.labels, labels.until)) * 1000;
    const left = until - scene.clock.now();
    // Written in whole seconds. Further in the future: its clock is not ours.
    if (left > held + 1000) throw new ActionError(errPending);
    if (left > 0) {
      await waitForHolder(scene, name, { version: last.release.version, until, left });
      continue;
    }
    if (by === digest) {
      const stage = (getKey(last.release.labels, labels.stage) ?? 'before') as Stage;
      const run = new Run(scene, { digest, stored: last, stage });
      // Who writes first has it; whoever else tries is told by the conflict.
      await run.save((release) => release);
      return { stored, digest, resumed: run };
    }
    await updateRecord(scene, last, interrupted(last.release));
  }
}

/** @throws ActionError when somebody does go on with it */
async function waitForHolder(
  scene: Scene,
  name: string,
  { version, until, left }: { readonly version: number; readonly until: number; readonly left: number },
): Promise<void> {
  scene.progress(`revision ${version} of ${name} is held until ${new Date(until).toISOString()}`);
  await scene.clock.sleep(Math.min(left, 1000), scene.signal);
  if (scene.signal.aborted) throw new ActionError(errPending);
  const held = (await history(scene, name)).find(({ release }) => release.version === version)?.release;
  const renewed = held !== undefined && Number(getKey(held.labels, labels.until)) * 1000 > until;
  if (renewed) throw new ActionError(errPending);
}

/** Labels of a revision that is being uninstalled: those of a run that falls back so stay until it is gone. */
export const labelsWhileGoing = (of: Release['labels']): Release['labels'] => (getKey(of, labels.stage) === 'back' ? of : withoutOurs(of));

/** Why a revision failed, without the words around it. */
export const failureOf = ({ description }: Release): string => description.replace(/^\w+ "[^"]*" failed: /, '');

const interrupted = (release: Release): Release => ({
  ...release,
  labels: withoutOurs(release.labels),
  status: 'failed',
  description: `${release.description} (interrupted)`,
});
