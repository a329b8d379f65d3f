/** Where failures of the cluster's own controllers are told beside the log: they are bugs, and tests must not pass over them. */
import { channel } from 'node:diagnostics_channel';

export interface ControllerFailure {
  readonly controller: string;
  /** `namespace/name` of what it looked at. */
  readonly object: string;
  readonly error: string;
}

const failures = channel('lockstep:cluster:controller-failed');

export const tellFailure = (failure: ControllerFailure): void => failures.publish(failure);
