/** Source of the rules: Go net/url url.go. */
import { err, escapeUtf8, ok, unescapeUtf8, type Result } from '../../../std/index.ts';
import { quote } from '../../go/strconv/index.ts';

export interface Userinfo {
  readonly username: string;
  readonly password: string | undefined;
}

export interface Url {
  readonly scheme: string;
  readonly opaque: string;
  readonly user: Userinfo | undefined;
  /** With port. */
  readonly host: string;
  /** Decoded. */
  readonly path: string;
  /** The path as it was written, where that says more. */
  readonly rawPath: string;
  readonly query: string;
  readonly forceQuery: boolean;
  readonly omitHost: boolean;
  /** Decoded. */
  readonly fragment: string;
}

type Mode = 'path' | 'userinfo' | 'host' | 'zone' | 'fragment';

/** What stands unescaped besides letters, digits and `-_.~`. */
const allowed: Readonly<Record<Mode, string>> = Object.freeze({
  path: '$&+,/:;=@',
  userinfo: '$&+,;=',
  host: '!$&\'()*+,;=:[]<>"',
  zone: '!$&\'()*+,;=:[]<>"',
  fragment: '$&+,/:;=?@!()*',
});

const isAllowed = (character: string, mode: Mode): boolean => /[A-Za-z0-9\-_.~]/.test(character) || allowed[mode].includes(character);

function escape(text: string, mode: Mode): string {
  let result = '';
  for (const byte of unescapeUtf8(text)) {
    const character = String.fromCharCode(byte);
    result += byte < 0x80 && isAllowed(character, mode) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return result;
}

function unescape(text: string, mode: Mode): Result<string, string> {
  for (let i = 0; i < text.length; i++) {
    const character = text.charAt(i);
    if (character === '%') {
      const part = text.slice(i, i + 3);
      const isHostEscape =
        (mode === 'host' && /^%[0-7]/.test(part)) ||
        (mode === 'zone' && !isAllowed(String.fromCharCode(Number(`0x${part.slice(1)}`)), 'host') && part !== '%20');
      if (!/^%[0-9a-fA-F]{2}$/.test(part) || (isHostEscape && part !== '%25')) return err(`invalid URL escape ${quote(part)}`);
      i += 2;
    } else if ((mode === 'host' || mode === 'zone') && character < '\x80' && !isAllowed(character, mode)) {
      return err(`invalid character ${quote(character)} in host name`);
    }
  }
  if (!text.includes('%')) return ok(text);
  const bytes: number[] = [];
  for (const part of text.split(/(%[0-9a-fA-F]{2})/)) {
    if (/^%[0-9a-fA-F]{2}$/.test(part)) bytes.push(Number(`0x${part.slice(1)}`));
    else for (const byte of unescapeUtf8(part)) bytes.push(byte);
  }
  return ok(escapeUtf8(Uint8Array.from(bytes)));
}

function cut(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}

const empty: Url = Object.freeze({
  scheme: '',
  opaque: '',
  user: undefined,
  host: '',
  path: '',
  rawPath: '',
  query: '',
  forceQuery: false,
  omitHost: false,
  fragment: '',
});

/** url.Parse */
export function parseUrl(text: string): Result<Url, string> {
  const [before, fragment] = cut(text, '#');
  const parsed = parseBefore(before);
  if (!parsed.ok) return err(`parse ${quote(before)}: ${parsed.error}`);
  if (fragment === '') return parsed;
  const decoded = unescape(fragment, 'fragment');
  return decoded.ok ? ok({ ...parsed.value, fragment: decoded.value }) : err(`parse ${quote(text)}: ${decoded.error}`);
}

function parseBefore(text: string): Result<Url, string> {
  if (/[\0-\x1f\x7f]/.test(text)) return err('net/url: invalid control character in URL');
  if (text === '*') return ok({ ...empty, path: '*' });
  if (text.startsWith(':')) return err('missing protocol scheme');
  const prefix = /^([A-Za-z][A-Za-z0-9+\-.]*):/.exec(text)?.[1] ?? '';
  const scheme = prefix.toLowerCase();
  const afterScheme = prefix === '' ? text : text.slice(prefix.length + 1);
  const forceQuery = afterScheme.endsWith('?') && afterScheme.indexOf('?') === afterScheme.length - 1;
  const [rest, query] = forceQuery ? [afterScheme.slice(0, -1), ''] : cut(afterScheme, '?');
  const base = { ...empty, scheme, query, forceQuery };
  if (!rest.startsWith('/')) {
    if (scheme !== '') return ok({ ...base, opaque: rest });
    if (cut(rest, '/')[0].includes(':')) return err('first path segment in URL cannot contain colon');
  }
  return withAuthority(base, rest);
}

function withAuthority(base: Url, rest: string): Result<Url, string> {
  if (!rest.startsWith('//') || (base.scheme === '' && rest.startsWith('///'))) {
    return withPath({ ...base, omitHost: base.scheme !== '' && rest.startsWith('/') }, rest);
  }
  const slash = rest.indexOf('/', 2);
  const authority = slash < 0 ? rest.slice(2) : rest.slice(2, slash);
  const at = authority.lastIndexOf('@');
  const host = parseHost(base.scheme, authority.slice(at + 1));
  if (!host.ok) return host;
  const user = at < 0 ? ok(undefined) : parseUser(authority.slice(0, at));
  if (!user.ok) return user;
  return withPath({ ...base, host: host.value, user: user.value }, slash < 0 ? '' : rest.slice(slash));
}

function withPath(base: Url, written: string): Result<Url, string> {
  const path = unescape(written, 'path');
  if (!path.ok) return path;
  return ok({ ...base, path: path.value, rawPath: escape(path.value, 'path') === written ? '' : written });
}

function parseUser(text: string): Result<Userinfo, string> {
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(text)) return err('net/url: invalid userinfo');
  const [name, secret] = cut(text, ':');
  const username = unescape(name, 'userinfo');
  if (!username.ok) return username;
  const password = unescape(secret, 'userinfo');
  return password.ok ? ok({ username: username.value, password: text.includes(':') ? password.value : undefined }) : password;
}

const isPort = (text: string): boolean => text === '' || /^:[0-9]*$/.test(text);

function parseHost(scheme: string, text: string): Result<string, string> {
  const bracket = text.lastIndexOf('[');
  if (bracket > 0) return err('invalid IP-literal');
  if (bracket === 0) return parseLiteral(text);
  const first = text.indexOf(':');
  if (first >= 0) {
    const port = text.slice(scheme === 'http' || scheme === 'https' ? first : text.lastIndexOf(':'));
    if (!isPort(port)) return err(`invalid port ${quote(port)} after host`);
  }
  return unescape(text, 'host');
}

function parseLiteral(text: string): Result<string, string> {
  const close = text.lastIndexOf(']');
  if (close < 0) return err("missing ']' in host");
  const port = text.slice(close + 1);
  if (!isPort(port)) return err(`invalid port ${quote(port)} after host`);
  const inner = text.slice(1, close);
  const zone = inner.indexOf('%25');
  const host = unescape(zone < 0 ? inner : inner.slice(0, zone), 'host');
  if (!host.ok) return host;
  const zoneText = zone < 0 ? ok('') : unescape(inner.slice(zone), 'zone');
  if (!zoneText.ok) return zoneText;
  if (!/^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*$/.test(host.value))
    return err(`invalid host: ParseAddr(${quote(host.value + zoneText.value)}): unable to parse IP`);
  return ok(`[${host.value}${zoneText.value}]${port}`);
}

/** `Hostname()` */
export function hostname(url: Url): string {
  const colon = url.host.lastIndexOf(':');
  const host = colon >= 0 && isPort(url.host.slice(colon)) ? url.host.slice(0, colon) : url.host;
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
}

export const userinfoString = (user: Userinfo): string =>
  escape(user.username, 'userinfo') + (user.password === undefined ? '' : `:${escape(user.password, 'userinfo')}`);

function escapedPath(url: Url): string {
  if (url.rawPath !== '' && [...url.rawPath].every((c) => "!$&'()*+,;=:@[]%".includes(c) || isAllowed(c, 'path'))) {
    const decoded = unescape(url.rawPath, 'path');
    if (decoded.ok && decoded.value === url.path) return url.rawPath;
  }
  return url.path === '*' ? '*' : escape(url.path, 'path');
}

/** `URL.String()` of the parts given; the others are empty. */
export function urlString(parts: Partial<Url>): string {
  const url = { ...empty, ...parts };
  const text = (url.scheme === '' ? '' : `${url.scheme}:`) + (url.opaque === '' ? hierarchy(url) : url.opaque);
  const query = url.forceQuery || url.query !== '' ? `?${url.query}` : '';
  return text + query + (url.fragment === '' ? '' : `#${escape(url.fragment, 'fragment')}`);
}

function hierarchy(url: Url): string {
  const path = escapedPath(url);
  let text = '';
  const hasAuthority =
    (url.scheme !== '' || url.host !== '' || url.user !== undefined) && !(url.omitHost && url.host === '' && url.user === undefined);
  if (hasAuthority) {
    if (url.host !== '' || url.path !== '' || url.user !== undefined) text += '//';
    if (url.user !== undefined) text += `${userinfoString(url.user)}@`;
    text += escape(url.host, 'host');
  }
  if (path !== '' && !path.startsWith('/') && url.host !== '') text += '/';
  if (text === '' && url.scheme === '' && cut(path, '/')[0].includes(':')) text = './';
  return text + path;
}
