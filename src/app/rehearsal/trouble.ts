/** From Apps that are not ready to what is wrong at the root: one entry per cause, with the Apps that only wait for it. */
import { type App, nextStep } from '../../api/index.ts';
import type { Trouble } from '../../core/rehearsal/index.ts';
import type { Delivered } from './examine.ts';

/** Reasons that another App's trouble explains. */
const WAITING: ReadonlySet<string> = new Set(['DependencyNotReady', 'WaitingForOwner']);

export function troubleOf(all: readonly Delivered[]): readonly Trouble[] {
  const open = new Map(all.filter(({ ready }) => !ready).map((one) => [one.key, one]));
  const delays = new Map<string, string[]>();
  const roots: Delivered[] = [];
  for (const one of open.values()) {
    const root = rootOf(one, open);
    if (root === undefined) roots.push(one);
    else delays.set(root, [...(delays.get(root) ?? []), one.key]);
  }
  return roots.map((one) => troubleAt(one, delays.get(one.key) ?? [])).toSorted((a, b) => (a.app < b.app ? -1 : 1));
}

/** The App at the end of the chain of waiting; undefined when that is the App itself. */
function rootOf(one: Delivered, open: ReadonlyMap<string, Delivered>): string | undefined {
  const seen = new Set([one.key]);
  let at = one;
  for (;;) {
    const next = waitsFor(at.app);
    const found = next === undefined || seen.has(next) ? undefined : open.get(next);
    if (found === undefined) return at.key === one.key ? undefined : at.key;
    seen.add(found.key);
    at = found;
  }
}

/** The App that this one says it waits for. */
function waitsFor({ status }: App): string | undefined {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  const why = status?.why?.[0];
  const child = why?.object?.startsWith('App/') === true ? why.object.slice('App/'.length) : undefined;
  if (child !== undefined) return child;
  if (ready === undefined || !WAITING.has(ready.reason)) return undefined;
  return /^App (\S+\/\S+) /.exec(ready.message)?.[1];
}

function troubleAt({ app, key, objects }: Delivered, delays: readonly string[]): Trouble {
  const { status } = app;
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  const why = status?.why?.[0];
  const reason = why?.reason ?? ready?.reason ?? 'New';
  const message = why?.message ?? ready?.message ?? 'it has not been looked at yet';
  const cause = status?.health?.cause;
  const object = why?.object ?? (cause !== undefined && objects.length > 0 ? cause.object : undefined);
  const { file } = why ?? {};
  return {
    app: key,
    reason,
    message:
      cause !== undefined && cause.message !== undefined && !message.includes(cause.message)
        ? `${message} (${cause.object}: ${cause.message})`
        : message,
    hint: why?.hint ?? nextStep(reason) ?? '',
    ...(object === undefined ? {} : { object }),
    ...(file === undefined ? {} : { file }),
    delays: delays.toSorted(),
  };
}
