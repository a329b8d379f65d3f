/** Lets time pass until the system stands, or until it is plain that it will not. */
import type { Recorder } from './recorder.ts';
import { isReady } from './recorder.ts';
import type { Stage } from './stage.ts';

export interface Patience {
  /** Milliseconds of scenario time in which nothing changes before it is given up. */
  readonly still: number;
  /** Milliseconds of scenario time after which it is given up whatever happens. */
  readonly most: number;
  /** How long every App has to stay ready. */
  readonly steady: number;
}

export const patience: Patience = { still: 12 * 60_000, most: 2 * 3_600_000, steady: 2 * 60_000 };

/** True: every App was ready, and stayed ready. `concerns` tells which Apps count. */
export async function drive(stage: Stage, recorder: Recorder, concerns: (key: string) => boolean, limits: Patience): Promise<boolean> {
  const { clock } = stage;
  const end = clock.monotonic() + limits.most;
  let since: number | undefined;
  await stage.quiet();
  for (;;) {
    const all = [...recorder.apps.values()].filter(({ metadata }) => concerns(`${metadata.namespace}/${metadata.name}`));
    const ready = all.length > 0 && all.every(isReady);
    since = ready ? (since ?? clock.monotonic()) : undefined;
    const limit = since === undefined ? Math.min(end, recorder.changedAt + limits.still) : since + limits.steady;
    if (await stage.step(limit)) continue;
    return since !== undefined;
  }
}
