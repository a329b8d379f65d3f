/** What a new status says that the old one did not, as entries for the journal. Pure: the same change is the same entry. */
import { type App, type AppStatus, type Approval, getCondition } from '../../api/index.ts';
import type { KubeObject } from '../../core/object/index.ts';
import type { Entry } from './journal.ts';

/** States that are part of every delivery; telling them would drown the rest. */
const routine: ReadonlySet<string> = new Set(['Progressing', 'Applying', 'SourceNotReady', 'Pruning', 'Suspended', 'Succeeded']);

export const isRoutine = (reason: string): boolean => routine.has(reason);

export function newsOf(app: App, next: AppStatus): readonly Entry[] {
  const old = app.status ?? {};
  const revision = next.attempted?.inputs[0]?.revision;
  const more = { step: `${app.metadata.generation ?? 0}`, ...(revision === undefined ? {} : { revision }) };
  return [...readyNews(old, next, more), ...healthNews(old, next, more), ...warningNews(old, next, more)];
}

type More = Pick<Entry, 'step' | 'revision'>;

function readyNews(old: AppStatus, next: AppStatus, more: More): readonly Entry[] {
  const [before, ready] = [getCondition(old.conditions, 'Ready'), getCondition(next.conditions, 'Ready')];
  if (ready === undefined || (before?.reason === ready.reason && before.message === ready.message)) return [];
  const { reason, message, status } = ready;
  const step = `${more.step}\0${message}`;
  if (reason === 'Suspended' && before?.reason !== 'Suspended')
    return [{ ...more, type: 'Suspended', message, step: `${step}\0${ready.lastTransitionTime}` }];
  const resumed: Entry = {
    ...more,
    type: 'Resumed',
    message: 'applies, heals and prunes again',
    step: `${step}\0${ready.lastTransitionTime}`,
  };
  // Since when it was otherwise tells two bad times apart, and is the same after a crash.
  const told: Entry = { ...more, type: reason, message, warning: true, step: `${step}\0${before?.lastTransitionTime ?? ''}` };
  const good: Entry = { ...more, type: 'Ready', message: `${message} is healthy`, step: `${step}\0${ready.lastTransitionTime}` };
  const now = status === 'True' ? [good] : routine.has(reason) ? [] : [told];
  return [...(before?.reason === 'Suspended' ? [resumed] : []), ...now];
}

function healthNews(old: AppStatus, next: AppStatus, more: More): readonly Entry[] {
  const [before, now] = [old.health, next.health];
  if (now === undefined || before === undefined || before.state === now.state) return [];
  const cause = now.cause === undefined ? '' : `: ${now.cause.object} ${now.cause.message}`;
  const warning = now.state === 'Degraded' || now.state === 'Missing' || now.state === 'Unknown';
  return [
    {
      ...more,
      type: 'HealthChanged',
      message: `${before.state} → ${now.state}${cause}`,
      warning,
      step: `${more.step}\0${now.since ?? ''}\0${now.state}`,
    },
  ];
}

/** Told where they are found, with more than a status holds. */
const toldElsewhere: ReadonlySet<string> = new Set(['OptionalContractUnmet', 'PlainSecretInGit']);

/** Those that were not told before. */
function warningNews(old: AppStatus, next: AppStatus, more: More): readonly Entry[] {
  const known = new Set((old.warnings ?? []).map(({ reason, message }) => `${reason}\0${message}`));
  return (next.warnings ?? [])
    .filter(({ reason, message }) => !toldElsewhere.has(reason) && !known.has(`${reason}\0${message}`))
    .map(({ reason, message }) => ({ ...more, type: reason, message, warning: true, step: `${more.step}\0${message}` }));
}

/** A person's yes to a plan. Who said it, the object does not tell (S26). */
export function approvalNews(approval: KubeObject): Entry {
  const { plan, reason } = (approval as unknown as Approval).spec;
  const message = `plan ${plan} is approved${reason === undefined ? '' : `: ${reason}`}`;
  return { type: 'Approved', message, step: approval.metadata.uid ?? plan, details: { plan } };
}
