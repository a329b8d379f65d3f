/** Which texts pass as e-mail addresses and URLs in Chart.yaml. Source: asaskevich/govalidator patterns.go, validator.go, as Helm 4 uses it. */
import { utf8Length } from '../../std/index.ts';
import { compileRegexp } from '../go/regexp/index.ts';
import { parseUrl } from '../template/url/index.ts';

const beyondAscii = String.raw`[\x{00A0}-\x{D7FF}\x{F900}-\x{FDCF}\x{FDF0}-\x{FFEF}]`;
const atom = `([a-zA-Z]|\\d|[!#$%&'*+\\-/=?^_\`{|}~]|${beyondAscii})+`;
const blank = String.raw`(([\x20\x09]*\x0d\x0a)?[\x20\x09]+)?`;
const quotedCharacter = String.raw`([\x01-\x08\x0b\x0c\x0e-\x1f\x7f\x21\x23-\x5b\x5d-\x7e]|\([\x01-\x09\x0b\x0c\x0d-\x7f]|${beyondAscii})`;
const local = `(${atom}(\\.${atom})*|\\x22(${blank}${quotedCharacter})*${blank}\\x22)`;
const letterOrDigit = `([a-zA-Z]|\\d|${beyondAscii})`;
const domainLabel = `(${letterOrDigit}|${letterOrDigit}([a-zA-Z]|\\d|[-._~]|${beyondAscii})*${letterOrDigit})`;
const letter = `([a-zA-Z]|${beyondAscii})`;
const lastLabel = `(${letter}|${letter}([a-zA-Z]|\\d|[-_~]|${beyondAscii})*${letter})`;
const emailPattern = `^${local}@(${domainLabel}\\.)+${lastLabel}\\.?$`;

const octet = String.raw`(\d{1,2}|1\d\d|2[0-4]\d|25[0-5])`;
const ipv4 = String.raw`([1-9]\d?|1\d\d|2[01]\d|22[0-3]|24\d|25[0-5])(\.${octet}){2}(\.([0-9]\d?|1\d\d|2[0-4]\d|25[0-5]))`;
const strictOctet = '(25[0-5]|(2[0-4]|1?[0-9])?[0-9])';
const dotted = String.raw`(${strictOctet}\.){3}${strictOctet}`;
const group = '[0-9a-fA-F]{1,4}';
const ipv6 = [
  `(${group}:){7}${group}`,
  `(${group}:){1,7}:`,
  ...[1, 2, 3, 4, 5].map((count) => `(${group}:){1,${7 - count}}(:${group}){1,${count}}`),
  `${group}:(:${group}){1,6}`,
  `:((:${group}){1,7}|:)`,
  'fe80:(:[0-9a-fA-F]{0,4}){0,4}%[0-9a-zA-Z]{1,}',
  `::(ffff(:0{1,4})?:)?${dotted}`,
  `(${group}:){1,4}:${dotted}`,
].join('|');
const subdomain = String.raw`((www\.)|([a-zA-Z0-9]+([-_.]?[a-zA-Z0-9])*[a-zA-Z0-9]\.[a-zA-Z0-9]+))`;
const beforeName = String.raw`(([a-zA-Z0-9]([a-zA-Z0-9_-]+)?[a-zA-Z0-9]([-.][a-zA-Z0-9]+)*)|(${subdomain}?))?`;
const wide = String.raw`a-zA-Z\x{00a1}-\x{ffff}`;
const name = String.raw`(([${wide}0-9]+-?-?)*[${wide}0-9]+)(\.([${wide}]{1,}))?`;
const host = String.raw`(${ipv4}|(\[(${ipv6})\])|${beforeName}${name})`;
const urlPattern = String.raw`^((ftp|tcp|udp|wss?|https?)://)?(\S+(:\S*)?@)?${host}\.?(:(\d{1,5}))?(([/?#])\S*)?$`;

/** In linear time, whatever the text: charts are written by strangers. */
function matches(pattern: string, text: string): boolean {
  const compiled = compileRegexp(pattern);
  return compiled.ok && compiled.value.matches(text);
}

export const isEmail = (text: string): boolean => matches(emailPattern, text);

const longestUrl = 2083;
const shortestUrl = 3;

/** Web addresses as people write them, with or without a scheme. */
export function isWebAddress(text: string): boolean {
  if (text.length >= longestUrl || utf8Length(text) <= shortestUrl || text.startsWith('.')) return false;
  const parsed = parseUrl(text.includes(':') && !text.includes('://') ? `http://${text}` : text);
  if (!parsed.ok || parsed.value.host.startsWith('.')) return false;
  const { host: found, path } = parsed.value;
  if (found === '' && path !== '' && !path.includes('.')) return false;
  return matches(urlPattern, text);
}

/** What may stand in a request: a scheme and an address; `#` has no meaning there. Go: url.ParseRequestURI. */
export function isRequestUrl(text: string): boolean {
  const authority = /^[a-zA-Z][a-zA-Z0-9+.-]*:\/\/([^/?]*)/.exec(text)?.[1] ?? '';
  if (authority.includes('#')) return false;
  const parsed = parseUrl(text.replaceAll('#', '_'));
  return parsed.ok && parsed.value.scheme !== '';
}
