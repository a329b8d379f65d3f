/** What every action works with. */
import type { Clock, KubeClient } from '../ports/index.ts';
import type { PodLog } from './hooks/pod-logs.ts';

export interface Scene {
  readonly kube: KubeClient;
  readonly clock: Clock;
  /** Of the release, and of objects that name none. */
  readonly namespace: string;
  /** A line of Helm's log. */
  readonly log: (level: 'WARN' | 'ERROR', message: string, details: Readonly<Record<string, string>>) => void;
  /** For people who wait: what is being waited for. */
  readonly progress: (text: string) => void;
  /** Logs of a hook that its policy asks for. */
  readonly logs: (logs: readonly PodLog[]) => void;
  readonly signal: AbortSignal;
}

/** The field manager of the real Helm: whatever one of the two applied, the other can go on with. */
export const helmManager = 'helm';

/** How objects are written. */
export interface WriteChoice {
  readonly serverSide: boolean;
  readonly forceConflicts: boolean;
  readonly forceReplace: boolean;
}

/** `hookOnly`: only hooks are awaited. */
export type WaitStrategy = 'watcher' | 'hookOnly' | 'legacy';

export interface WaitChoice {
  readonly strategy: WaitStrategy;
  readonly jobs: boolean;
  /** Milliseconds for each thing that is awaited. */
  readonly timeout: number;
}
