/** The message of a commit that goes back: what, why, a link, and a trailer by which it is known again. */
import type { App } from '../../api/index.ts';
import { appKey } from '../../core/plan/owner/index.ts';
import type { Prepared } from './prepared.ts';

export interface Telling {
  readonly reason: string | undefined;
  /** The App's page. */
  readonly link: string | undefined;
  /** Nobody asked for it: it is the answer to a failure. */
  readonly automatic: boolean;
}

const TRAILERS = { automatic: 'Lockstep-Revert', asked: 'Lockstep-Rollback', changed: 'Lockstep-Change' } as const;
const mostFiles = 50;
const longestReason = 2000;

export function messageOf(prepared: Prepared, { reason, link, automatic }: Telling): string {
  const { app, from, to, restoration } = prepared;
  const paths = [...restoration.files.keys()];
  const more = paths.length > mostFiles ? [`  … and ${paths.length - mostFiles} more`] : [];
  const why = plainText(reason ?? '').slice(0, longestReason);
  return [
    `${automatic ? 'Revert' : 'Roll back'} ${app.metadata.name} to ${short(to)}`,
    '',
    `${appKey(app.metadata)} ${automatic ? 'failed at' : 'leaves'} ${short(from)}${why === '' ? '.' : `:\n${why}`}`,
    '',
    'Files as they were; nothing else of the repository is touched:',
    ...paths.slice(0, mostFiles).map((path) => `  ${plainText(path)}`),
    ...more,
    ...(link === undefined ? [] : ['', link]),
    '',
    `${automatic ? TRAILERS.automatic : TRAILERS.asked}: ${appKey(app.metadata)} ${from}`,
    '',
  ].join('\n');
}

/** Of a change that a person asked for on the dashboard. */
export function editMessage(app: App, subject: string, { reason, link }: Omit<Telling, 'automatic'>): string {
  const why = plainText(reason ?? '').slice(0, longestReason);
  const paragraphs = [plainText(subject), why, link ?? '', `${TRAILERS.changed}: ${appKey(app.metadata)}`].filter((text) => text !== '');
  return `${paragraphs.join('\n\n')}\n`;
}

/** Whether a commit is a revert of ours for this App: a failing revert is never reverted (S7). */
export const isRevertFor = (message: string, app: App): boolean => message.includes(`\n${TRAILERS.automatic}: ${appKey(app.metadata)} `);

/** What a commit of ours took back for this App, whoever asked for it; undefined: it is no such commit. `to` is the beginning of a commit's id. */
export function revertIn(message: string, app: App): { readonly from: string; readonly to: string } | undefined {
  const trailer = Object.values(TRAILERS)
    .map((name) => `\n${name}: ${appKey(app.metadata)} `)
    .find((text) => message.includes(text));
  const to = /^(?:Revert|Roll back) \S+ to \S*?([0-9a-f]{7,64})$/m.exec(message)?.[1];
  if (trailer === undefined || to === undefined) return undefined;
  const from = message.slice(message.lastIndexOf(trailer) + trailer.length).split('\n')[0] ?? '';
  return { from, to };
}

/** `main@sha1:3f2c…`, `main@3f2c1a0`, `3f2c1a0` → the commit. */
export const commitIn = (revision: string | undefined): string | undefined => /(?:^|@|:)([0-9a-f]{7,64})$/.exec(revision ?? '')?.[1];

/** `main@sha1:3f2c1a0…` → `main@3f2c1a0`. */
export const short = (revision: string): string => revision.replace(/sha(?:1|256):([0-9a-f]{7})[0-9a-f]*/, '$1');

/** Lines that cannot be mistaken for trailers of the message. */
const plainText = (text: string): string =>
  Object.values(TRAILERS)
    .reduce((left, name) => left.replaceAll(`${name}:`, `${name} :`), text.replace(/[\p{Cc}\p{Cf}]+/gu, ' '))
    .trim();
