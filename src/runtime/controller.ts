/** The one skeleton of all controllers: observe what is, decide purely, act. */
import type { Informer } from './informers.ts';
import type { Outcome } from './outcome.ts';
import { createWorkQueue, type QueueOptions, type QueuePorts, type WorkQueue } from './queue.ts';
import type { Change } from './store.ts';

export interface ControllerOptions<Observed, Decision> extends Omit<QueueOptions, 'handle'> {
  /** Reads everything the decision needs; null when the object is gone (the key is then forgotten). */
  readonly observe: (key: string, signal: AbortSignal) => Promise<Observed | null>;
  /** Pure and total. */
  readonly decide: (observed: Observed) => Decision;
  /** The only one that writes. */
  readonly act: (decision: Decision, observed: Observed, signal: AbortSignal) => Promise<Outcome>;
}

export interface Controller {
  readonly queue: WorkQueue;
  /** Adds the keys that a change of `informer` concerns. Ends with the controller. */
  watch(informer: Informer, keysOf: (change: Change) => Iterable<string>): void;
  stop(): Promise<void>;
}

/** A controller that works from the moment keys are added. */
export function createController<Observed, Decision>(options: ControllerOptions<Observed, Decision>, ports: QueuePorts): Controller {
  const { observe, decide, act, ...queueOptions } = options;
  const queue = createWorkQueue(
    {
      ...queueOptions,
      handle: async (key, signal) => {
        const observed = await observe(key, signal);
        return observed === null ? { kind: 'Done' } : act(decide(observed), observed, signal);
      },
    },
    ports,
  );
  const subscriptions: (() => void)[] = [];
  return {
    queue,
    watch: (informer, keysOf) => {
      subscriptions.push(
        informer.subscribe((change) => {
          for (const key of keysOf(change)) queue.add(key);
        }),
      );
    },
    stop: async () => {
      for (const unsubscribe of subscriptions.splice(0)) unsubscribe();
      await queue.stop();
    },
  };
}
