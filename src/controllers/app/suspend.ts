/** Whether an App may change anything now (S19). */
import { type App, names } from '../../api/index.ts';
import { getKey } from '../../core/object/index.ts';

/** S19; a moment in `suspendUntil` ends it by itself, and a token `once:…` runs one pass all the same. */
export function isSuspended(app: App, now: number): boolean {
  if (!app.spec.suspend) return false;
  const until = app.spec.suspendUntil;
  if (until !== undefined && Date.parse(until) <= now) return false;
  const token = getKey(app.metadata.annotations ?? {}, names.reconcileAt);
  return token === undefined || !token.startsWith('once:') || token === app.status?.lastHandledReconcileAt;
}
