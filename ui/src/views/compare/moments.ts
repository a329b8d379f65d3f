/** Moments in addresses and in forms. */
import { topicOf } from '../../data/routes.ts';

/** As the API and the address bar write it. */
export const toMoment = (at: number): string => new Date(at).toISOString();

/** As a field of a form wants it: the person's own time, without a zone. */
export function toLocal(at: number): string {
  const shifted = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}

/** Undefined: it is no moment. */
export function fromLocal(text: string): number | undefined {
  const at = new Date(text).getTime();
  return Number.isNaN(at) ? undefined : at;
}

interface Moments {
  readonly app?: string;
  readonly from: number;
  /** Absent: now. */
  readonly to?: number;
}

export const comparePath = ({ app = '', from, to }: Moments): string =>
  topicOf('compare', { query: { app, from: toMoment(from), ...(to === undefined ? {} : { to: toMoment(to) }) } });

export const pastPath = (at: number): string => `/past?at=${encodeURIComponent(toMoment(at))}`;

const HOUR = 3_600_000;

/** Today at this hour, or the last one that was. */
function lastAt(hour: number, daysAgo: number): number {
  const day = new Date();
  day.setDate(day.getDate() - daysAgo);
  day.setHours(hour, 0, 0, 0);
  return day.getTime();
}

export const QUICK: readonly { readonly label: string; readonly from: () => number }[] = [
  { label: 'in the last hour', from: () => Date.now() - HOUR },
  { label: 'since yesterday 14:00', from: () => lastAt(14, 1) },
  { label: 'in the last 7 days', from: () => lastAt(0, 7) },
];
