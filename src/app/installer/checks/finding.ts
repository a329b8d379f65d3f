/** What a check says. */
import type { Clock, KubeClient } from '../../../ports/index.ts';

export interface Finding {
  /** `warn`: it works, but not as it should. */
  readonly level: 'ok' | 'warn' | 'fail';
  /** What was looked at, in a word or two. */
  readonly check: string;
  readonly message: string;
  /** What to do. */
  readonly hint?: string;
}

export interface CheckPorts {
  readonly kube: KubeClient;
  readonly clock: Clock;
  /** The data folder of a Lockstep on this machine, if there is one. */
  readonly dataFolder?: string;
}

export type Check = (ports: CheckPorts) => Promise<readonly Finding[]>;

export const ok = (check: string, message: string): Finding => ({ level: 'ok', check, message });
export const warn = (check: string, message: string, hint: string): Finding => ({ level: 'warn', check, message, hint });
export const fail = (check: string, message: string, hint: string): Finding => ({ level: 'fail', check, message, hint });
