/** What several formats need: entries of the Secret, cutting texts to a receiver's limits, colours. */
import type { Severity } from '../../api/index.ts';
import type { NotifyError, NotifyRequest, Told } from '../../ports/index.ts';
import { err, ok, type Result } from '../../std/index.ts';

export const invalid = (message: string): Result<never, NotifyError> => err({ code: 'Invalid', message });

export function entry({ secret }: NotifyRequest, name: string): Result<string, NotifyError> {
  const value = secret.get(name)?.trim();
  return value === undefined || value === '' ? invalid(`the Secret has no entry "${name}"`) : ok(value);
}

/** A web address from the Secret, where the address itself is the credential. */
export function addressOf(request: NotifyRequest): Result<URL, NotifyError> {
  const address = entry(request, 'address');
  if (!address.ok) return address;
  const usable = URL.canParse(address.value) && /^https?:$/.test(new URL(address.value).protocol);
  return usable ? ok(new URL(address.value)) : invalid('the entry "address" of the Secret is not an http(s):// URL');
}

/** At most `length` UTF-16 units, never half a character. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const end = text.charCodeAt(length - 2) >>> 10 === 0x36 ? length - 2 : length - 1;
  return `${text.slice(0, end)}…`;
}

/** The one piece of news that formats for people are about. */
export const only = ({ told }: NotifyRequest): Told => {
  const [first] = told;
  if (first === undefined) throw new Error('nothing to tell: a bug of the caller');
  return first;
};

export const colours: Readonly<Record<Severity, number>> = { trace: 0x8a8f98, info: 0x2e7d4f, warning: 0xb7791f, error: 0xc0392b };

/** Short facts shown beside the text. */
export const factsOf = ({ news }: Told): readonly (readonly [string, string])[] => [
  [news.kind, `${news.namespace}/${news.name}`],
  ...(news.revision === undefined ? [] : [['Revision', news.revision] as const]),
  ...(news.actor === undefined ? [] : [['By', news.actor] as const]),
  ['Installation', news.installation],
];

export const JSON_HEADERS = { 'content-type': 'application/json' } as const;

export const rfc3339 = (at: number): string => new Date(at).toISOString();
