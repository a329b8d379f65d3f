/**
 * What a world stands on: the embedded cluster, or, where a test run chooses so, a real API server. Stories are the same on both, so that a mistake
 * which planner and embedded cluster share is seen.
 */
import { silentLog } from '../../adapters/log/index.ts';
import { createCluster } from '../../apiserver/index.ts';
import type { KubeTransport } from '../../ports/index.ts';
import { type FakeClock, fakeClock, seededRandom } from '../clock/index.ts';

export interface Ground {
  readonly clock: FakeClock;
  /** A way into the cluster, as the administrator. */
  transport(): KubeTransport;
  /** The same for the test itself, where what the controllers see is late. */
  prompt?(): KubeTransport;
  /** Resolves when everything that was set off has been answered and told. In process that takes no real time, so there is nothing to wait for. */
  arrive?(): Promise<void>;
  close(): Promise<void>;
}

export type OpenGround = (seed: number) => Promise<Ground>;

/** The embedded cluster, in process, with nothing in it. */
export async function embedded(seed: number): Promise<Ground> {
  const clock = fakeClock();
  const cluster = await createCluster({ clock, random: seededRandom(seed), log: silentLog(), storage: 'memory' });
  return { clock, transport: () => cluster.transport(), close: () => cluster.close() };
}

let chosen: OpenGround = embedded;

export const openGround: OpenGround = (seed) => chosen(seed);

/** From here on worlds stand on this. */
export function standOn(open: OpenGround): void {
  chosen = open;
}
