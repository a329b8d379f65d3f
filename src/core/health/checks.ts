/** Rules of an App's own for some objects: CEL over the object's fields (S23: what a person writes is taken at their word). */
import type { KubeObject } from '../object/index.ts';
import type { Verdict } from './state.ts';

/** One compiled rule. Its expressions answer true, false, or the text of an error. */
export interface CustomCheck {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly current: (object: KubeObject) => boolean | string;
  readonly inProgress?: (object: KubeObject) => boolean | string;
  readonly failed?: (object: KubeObject) => boolean | string;
}

export type CustomChecks = readonly CustomCheck[];

const applies = (check: CustomCheck, object: KubeObject): boolean =>
  check.apiVersion === object.apiVersion &&
  check.kind === object.kind &&
  (check.name === undefined || check.name === object.metadata.name) &&
  (check.namespace === undefined || check.namespace === object.metadata.namespace);

/**
 * What the first rule that applies says; undefined when none does. The order is that of Flux's health check expressions: in progress, failed, current.
 * An expression that cannot be evaluated (its field is not there yet) is not true, and its error is told when none is.
 */
export function customVerdict(checks: CustomChecks, object: KubeObject): Verdict | undefined {
  const check = checks.find((candidate) => applies(candidate, object));
  if (check === undefined) return undefined;
  const inProgress = check.inProgress?.(object);
  if (inProgress === true) return { state: 'Progressing', message: 'The check inProgress holds', reason: 'CheckInProgress' };
  const failed = check.failed?.(object);
  if (failed === true) return { state: 'Degraded', message: 'The check failed holds', reason: 'CheckFailed' };
  const current = check.current(object);
  if (current === true) return { state: 'Healthy', message: 'The check current holds', reason: 'CheckCurrent' };
  const errors = [inProgress, failed, current].filter((answer) => typeof answer === 'string');
  return { state: 'Progressing', message: ['The check current does not hold', ...errors].join('; '), reason: 'CheckNotCurrent' };
}
