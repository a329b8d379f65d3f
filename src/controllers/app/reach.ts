/** Whether the cluster of an App can be worked on now (S22). */
import type { App, ReasonCode } from '../../api/index.ts';

/** Why an App's cluster cannot be worked on. */
export interface Unreached {
  readonly code: ReasonCode;
  readonly message: string;
  /**
   * `unasked`: it has not had the time to answer, so that there is nothing to say yet; `away`: it does not answer, so that what is there is Unknown;
   * `refused`: nobody may or can ask it.
   */
  readonly state: 'unasked' | 'away' | 'refused';
}

/** An App, perhaps before anybody has checked it. */
export type Aimed = { readonly metadata: { readonly namespace?: string }; readonly spec?: unknown } & object;

export interface Reach {
  /** `namespace/name` of the TargetCluster an App is delivered to; empty: the cluster that Lockstep lives in. */
  clusterOf(app: Aimed): string;
  /** Undefined: nothing speaks against it. */
  unreached(app: App): Unreached | undefined;
}

/** What an App waits on whose cluster is away. */
export const clusterTopic = (name: string): string => `cluster:${name}`;
