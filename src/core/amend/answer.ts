/** What comes of a wish: lines that say what was changed, or where was looked. */
import type { Result } from '../../std/index.ts';
import { formatSteps, type Step } from './draft.ts';

export type Amended = Result<Done, Unfound>;

export interface Done {
  /** One line for each change: file, field, from, to. */
  readonly said: readonly string[];
  /** What the person should know: files that other Apps read too, locks that are stale now. */
  readonly warnings: readonly string[];
}

export interface Unfound {
  readonly message: string;
  /** Every place that was looked at. */
  readonly looked: readonly string[];
  readonly hint: string;
}

export const line = ({ file, at }: { readonly file: string; readonly at: readonly Step[] }, before: string, after: string): string =>
  `${file}: ${formatSteps(at)}: ${before} → ${after}`;

export const failed = (message: string): Unfound => ({ message, looked: [], hint: 'change it by hand' });

export const noFiles = (name: string): Unfound => ({
  message: `the files of ${name} are not at hand`,
  looked: [],
  hint: 'name a clone of its repository with --repo DIR',
});
