/** Whether a Channel wants to tell a piece of news. */
import { type Channel, severities } from '../../api/index.ts';
import type { News } from '../../ports/index.ts';

/** `*` stands for any characters; all others for themselves. */
function fits(pattern: string, text: string): boolean {
  const parts = pattern.split('*');
  const [first = '', last = ''] = [parts[0], parts.at(-1)];
  if (parts.length === 1) return pattern === text;
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
  let at = first.length;
  const end = text.length - last.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}

const fitsAny = (patterns: readonly string[] | undefined, text: string): boolean =>
  patterns === undefined || patterns.some((pattern) => fits(pattern, text));

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
