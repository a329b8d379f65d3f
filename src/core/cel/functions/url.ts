/** URLs as Go's url.ParseRequestURI reads them (Kubernetes: library/urls.go). */

export interface Url {
  readonly scheme: string;
  /** With the port. */
  readonly host: string;
  readonly hostname: string;
  readonly port: string;
  readonly escapedPath: string;
  readonly query: ReadonlyMap<string, readonly string[]>;
}

/** An absolute URL or an absolute path; undefined when it is neither. */
export function parseUrl(text: string): Url | undefined {
  if (text === '' || /[\x00-\x1f\x7f]/.test(text)) return undefined;
  const [, scheme, rest = ''] = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(.*)$/s.exec(text) ?? [];
  if (scheme === undefined && !text.startsWith('/')) return undefined;
  const [, beforeQuery = '', queryText] = /^([^?]*)(?:\?(.*))?$/s.exec(rest) ?? [];
  if (!beforeQuery.startsWith('/')) return undefined;
  const authority = scheme !== undefined && beforeQuery.startsWith('//') ? /^\/\/([^/]*)/.exec(beforeQuery)?.[1] : undefined;
  const path = authority === undefined ? beforeQuery : beforeQuery.slice(2 + authority.length);
  const host = authority === undefined ? { host: '', hostname: '', port: '' } : parseHost(authority);
  if (host === undefined || !isEscaped(path)) return undefined;
  return { scheme: scheme?.toLowerCase() ?? '', ...host, escapedPath: escapePath(path), query: parseQuery(queryText ?? '') };
}

const isEscaped = (text: string): boolean => !/%(?![0-9A-Fa-f]{2})/.test(text);

/** Go keeps a path that is a valid encoding and encodes it otherwise. */
const escapePath = (path: string): string => path.replace(/[^A-Za-z0-9\-._~!$&'()*+,;=:@/[\]%]/gu, (char) => encodeURIComponent(char));

function parseHost(authority: string): Pick<Url, 'host' | 'hostname' | 'port'> | undefined {
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  const match = /^(\[[^\]]*\]|[^:[\]]*)(?::(\d*))?$/.exec(host);
  if (match === null || / |[<>"]/.test(host) || !isEscaped(host)) return undefined;
  const [, name = '', port = ''] = match;
  return { host, hostname: name.replace(/^\[|\]$/g, ''), port };
}

/** Go: url.ParseQuery; malformed pairs are left out. */
function parseQuery(text: string): ReadonlyMap<string, readonly string[]> {
  const result = new Map<string, string[]>();
  for (const pair of text.split('&')) {
    if (pair === '' || pair.includes(';')) continue;
    const [key, value = ''] = pair.split(/=(.*)/s, 2).map(unescapeQuery);
    if (key === undefined || value === undefined) continue;
    result.set(key, [...(result.get(key) ?? []), value]);
  }
  return result;
}

function unescapeQuery(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
