/** What a Channel would send, without sending it and without its Secret: placeholders stand for what is secret. */
import { createNotifier } from '../adapters/notify/index.ts';
import { systemClock } from '../adapters/system/index.ts';
import { type Channel, severityOf } from '../api/index.ts';
import { SYSTEM_NAMESPACE } from '../api/install/index.ts';
import { tellNews, wantsNews } from '../controllers/index.ts';
import type { News, Outgoing, OutgoingMail } from '../ports/index.ts';
import { err, ok, type Result } from '../std/index.ts';

export interface Example {
  /** From the vocabulary (docs/reference/news.md). */
  readonly type: string;
  readonly subject: { readonly namespace: string; readonly name: string };
  readonly message: string;
  readonly revision: string;
  readonly repository: string;
}

export interface NewsPreview {
  /** Whether the filter lets it through. */
  readonly wanted: boolean;
  /** Undefined: this receiver is told nothing of this type. */
  readonly outgoing: Outgoing | OutgoingMail | undefined;
}

const PLACEHOLDERS: ReadonlyMap<string, string> = new Map([
  ['address', 'https://address-from-the-secret.invalid/'],
  ['token', '***'],
  ['key', '***'],
]);

/** Types that are recorded as warnings unless something is well; the message decides for health. */
const GOOD = new Set(['Ready', 'Applied', 'Pruned', 'Healed', 'Suspended', 'Resumed', 'Deleted', 'Fetched']);

export function previewNews(channel: Channel, example: Example): Result<NewsPreview, string> {
  const now = systemClock().now();
  const { type, subject, message, revision, repository } = example;
  const news: News = {
    id: 'preview',
    at: now,
    kind: 'App',
    ...subject,
    uid: '',
    type,
    message,
    revision,
    repository,
    severity: severityOf(type, !GOOD.has(type)),
    installation: 'lockstep',
  };
  const told = tellNews(news, channel.spec.template, now);
  if (!told.ok) return told;
  // A bot's token and an address exclude each other: the Channel says which one it wants.
  const secret = new Map([...PLACEHOLDERS].filter(([name]) => name !== 'address' || channel.spec.slack?.channel === undefined));
  const composed = createNotifier().compose({ spec: channel.spec, secret, told: [told.value], now });
  if (!composed.ok) return err(composed.error.message);
  return ok({ wanted: wantsNews(channel, news, SYSTEM_NAMESPACE), outgoing: composed.value });
}
