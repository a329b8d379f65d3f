/** Whether a Channel wants to tell a piece of news. */
import { type Channel, severities } from '../../api/index.ts';
import type { News } from '../../ports/index.ts';
import { fitsWildcard } from '../../std/index.ts';

const fitsAny = (patterns: readonly string[] | undefined, text: string): boolean =>
  patterns === undefined || patterns.some((pattern) => fitsWildcard(pattern, text));

/** `ownNamespace`: a Channel there may tell everybody's news, one elsewhere tells those of its namespace. */
export function wants({ metadata, spec }: Channel, news: News, ownNamespace: string): boolean {
  const { severity = 'info', types, kinds, names, namespaces } = spec.filter ?? {};
  if (metadata.namespace !== ownNamespace && metadata.namespace !== news.namespace) return false;
  if (metadata.namespace === ownNamespace && !fitsAny(namespaces, news.namespace)) return false;
  if (severities.indexOf(news.severity) < severities.indexOf(severity) && !isEndOfAlert({ spec }, news)) return false;
  return fitsAny(types, news.type) && (kinds === undefined || kinds.includes(news.kind as never)) && fitsAny(names, news.name);
}

/** Whoever hears that something is wrong has to hear that it is over, where receivers keep a state. */
const isEndOfAlert = ({ spec }: Pick<Channel, 'spec'>, { severity, type }: News): boolean =>
  (severity === 'info' || type === 'Fetched') && (spec.alertmanager !== undefined || spec.commitStatus !== undefined);
