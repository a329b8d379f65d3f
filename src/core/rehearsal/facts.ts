/** What every form of a report says in the same words. */
import type { Report } from './report.ts';

/** `0s`, `4.5s`, `2m3s`, `1h4m`. */
export function renderSpan(milliseconds: number): string {
  if (milliseconds < 60_000) return `${Math.round(milliseconds / 100) / 10}s`;
  const seconds = Math.round(milliseconds / 1000);
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
  return hours > 0 ? `${hours}h${minutes}m` : `${minutes}m${rest}s`;
}

export interface SharedFacts {
  readonly ready: number;
  readonly restarts: number;
  /** The longest of one App. */
  readonly limbo: number;
}

export const sharedFacts = ({ apps }: Report): SharedFacts => ({
  ready: apps.filter(({ ready }) => ready).length,
  restarts: apps.reduce((sum, { restarts }) => sum + restarts, 0),
  limbo: apps.reduce((most, { limbo }) => Math.max(most, limbo), 0),
});
