/** Points in time: exact on hover and for machines, short for people, and a shared clock so that ages move together. */
import { useSyncExternalStore, type JSX } from 'react';

const TICK = 10_000;
const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, TICK);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0 || timer === undefined) return;
    clearInterval(timer);
    timer = undefined;
  };
}

export const useNow = (): number => useSyncExternalStore(subscribe, () => now);

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const dayAndClock = new Intl.DateTimeFormat(undefined, {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' });

const sameDay = (a: number, b: number): boolean => new Date(a).toDateString() === new Date(b).toDateString();

/** `14:02` today, `Nov 27, 14:02` before. */
export function formatMoment(at: string | number, reference = now): string {
  const value = typeof at === 'number' ? at : Date.parse(at);
  if (Number.isNaN(value)) return String(at);
  return sameDay(value, reference) ? clock.format(value) : dayAndClock.format(value);
}

/** `3 s`, `12 min`, `5 h`, `9 d`: the one unit that says enough. */
export function formatAge(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} d`;
}

/** How long something took: `< 1 s`, `5 s`, `3 min`, `2 h 10 min`, `3 d`. */
export function formatSpan(milliseconds: number): string {
  if (milliseconds < 1000) return '< 1 s';
  const minutes = Math.floor(milliseconds / 60_000);
  if (minutes < 60 || minutes >= 1440) return formatAge(milliseconds);
  return `${Math.floor(minutes / 60)} h${minutes % 60 === 0 ? '' : ` ${minutes % 60} min`}`;
}

export function Moment({ at }: { readonly at: string }): JSX.Element {
  const reference = useNow();
  return (
    <time className="num" dateTime={at} title={exact(at)}>
      {formatMoment(at, reference)}
    </time>
  );
}

export function Age({ at }: { readonly at: string }): JSX.Element {
  const reference = useNow();
  return (
    <time className="num" dateTime={at} title={exact(at)}>
      {formatAge(reference - Date.parse(at))}
    </time>
  );
}

function exact(at: string): string {
  const value = Date.parse(at);
  return Number.isNaN(value) ? at : full.format(value);
}
