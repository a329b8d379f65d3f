/**
 * Which paths name a Git repository. Source: api/internal/git/repospec.go.
 */
import { cleanPath } from '../../go/path/index.ts';

export interface RepoUrl {
  readonly raw: string;
  /** What is cloned. */
  readonly repo: string;
  /** The directory inside it. */
  readonly path: string;
  readonly ref: string;
}

const SCHEMES: readonly string[] = ['ssh://', 'https://', 'http://', 'file://'];

const cutPrefix = (text: string, prefix: string): string | undefined =>
  text.slice(0, prefix.length).toLowerCase() === prefix ? text.slice(prefix.length) : undefined;

/** undefined: not a repository's address. */
export function parseRepoUrl(raw: string): RepoUrl | undefined {
  if (raw.startsWith('/')) return undefined;
  const [address, query] = splitAt(raw, '?');
  const host = hostOf(address);
  if (host === undefined) return undefined;
  const parts = pathParts(host.rest, host.text.startsWith('file://'));
  if (parts === undefined || parts.repo === '') return undefined;
  if (cleanPath(parts.path.replace(/^\//, '')).split('/')[0] === '..') return undefined;
  return { raw, repo: host.text + parts.repo, path: parts.path.replace(/^\//, ''), ref: refOf(query) };
}

/** Whether a URL can only mean a repository: no server has to be asked whether it has such a file. */
export const isCertainlyRepo = (url: string): boolean =>
  parseRepoUrl(url) !== undefined && /[?&](?:ref|version)=|\.git(?:[/?]|$)|_git\/|[^:]\/\//.test(url);

function splitAt(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}

function refOf(query: string): string {
  const values = new Map<string, string>();
  for (const pair of query.split('&')) {
    const [key, value] = splitAt(pair, '=');
    if (!values.has(key)) values.set(key, value);
  }
  const ref = values.get('ref') ?? '';
  return ref === '' ? (values.get('version') ?? '') : ref;
}

function hostOf(address: string): { readonly text: string; readonly rest: string } | undefined {
  const plain = cutPrefix(address, 'git::') ?? address;
  const scheme = SCHEMES.find((one) => cutPrefix(plain, one) !== undefined) ?? '';
  let rest = plain.slice(scheme.length);
  const user = /^[a-zA-Z][a-zA-Z0-9-]*@/.exec(rest)?.[0] ?? '';
  rest = rest.slice(user.length);
  const github = /^github\.com[/:]/i.test(rest);
  const scp = scheme === '' && (user !== '' || github);
  if (scheme === '' && !scp) return undefined;
  if (scheme === 'file://') return { text: scheme, rest: user + rest };
  const separator = hostEnd(rest, scp);
  const host = separator < 0 ? rest : rest.slice(0, separator + 1);
  if (host === '') return undefined;
  const path = separator < 0 ? '' : rest.slice(separator + 1);
  if (!github) return { text: scheme + user + host, rest: path };
  return { text: scheme === 'ssh://' || user !== '' ? `${user}github.com:` : 'https://github.com/', rest: path };
}

function hostEnd(text: string, scp: boolean): number {
  const slash = text.indexOf('/');
  const colon = scp ? text.indexOf(':') : -1;
  return slash < 0 ? colon : colon > 0 && colon < slash ? colon : slash;
}

function pathParts(rest: string, whole: boolean): { readonly repo: string; readonly path: string } | undefined {
  const azure = rest.indexOf('_git/');
  if (azure >= 0) {
    const [name = '', ...path] = rest.slice(azure + 5).split('/');
    return { repo: rest.slice(0, azure + 5) + name, path: path.join('/') };
  }
  const double = rest.indexOf('//');
  if (double >= 0) return { repo: rest.slice(0, double), path: rest.slice(double + 2) };
  const suffix = rest.indexOf('.git');
  if (suffix >= 0) return { repo: rest.slice(0, suffix + 4), path: rest.slice(suffix + 4) };
  if (whole) return { repo: rest, path: '' };
  const segments = rest.split('/');
  return segments.length < 2 ? undefined : { repo: segments.slice(0, 2).join('/'), path: segments.slice(2).join('/') };
}
