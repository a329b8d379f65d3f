/**
 * One key for all spellings of a repository's address, so that a push announced under one of them finds the Sources that use another: https and ssh,
 * with and without port, user, `.git`. Made for hints only: two repositories may share a key where hosts differ in their port alone.
 */

/** The hosts some providers offer for SSH over port 443. */
const OTHER_HOSTS: Readonly<Record<string, string>> = {
  'ssh.github.com': 'github.com',
  'altssh.gitlab.com': 'gitlab.com',
  'altssh.bitbucket.org': 'bitbucket.org',
  'index.docker.io': 'docker.io',
  'registry-1.docker.io': 'docker.io',
  'registry.hub.docker.com': 'docker.io',
};

const SCHEME = /^(?:git\+)?([a-z][a-z0-9+.-]*):\/\//i;
/** `git@host:path`; the path does not begin with two slashes. */
const SCP = /^(?:[^@/\s]+@)?([A-Za-z0-9.-]+):(?!\/\/)(.+)$/;

/** `github.com/shop/config` for `git@github.com:Shop/config.git`; `oci://ghcr.io/shop/web` for an OCI repository. */
export function repositoryKey(url: string): string {
  const scheme = SCHEME.exec(url)?.[1]?.toLowerCase();
  const prefix = scheme === 'oci' ? 'oci://' : scheme === 'file' ? 'file://' : '';
  const [host, path] = scheme === undefined ? scpParts(url) : urlParts(url.replace(SCHEME, ''));
  const known = OTHER_HOSTS[host] ?? host;
  const cleaned = cleanPath(path);
  // Bitbucket Server puts repositories below /scm over HTTPS, and not over SSH.
  return `${prefix}${known}/${/^scm\/[^/]+\/[^/]+$/.test(cleaned) ? cleaned.slice(4) : cleaned}`;
}

/** Host and path as APIs want them: the case kept, no `.git`. Undefined for what is not on a Git host. */
export function repositoryPlace(url: string): { readonly host: string; readonly path: string } | undefined {
  const scheme = SCHEME.exec(url)?.[1]?.toLowerCase();
  if (scheme === 'oci' || scheme === 'file') return undefined;
  const [host, path] = scheme === undefined ? scpParts(url) : urlParts(url.replace(SCHEME, ''));
  const cleaned = trimmed(path);
  return host === '' || !cleaned.includes('/') ? undefined : { host: OTHER_HOSTS[host] ?? host, path: cleaned };
}

function scpParts(url: string): readonly [string, string] {
  const match = SCP.exec(url);
  return match === null ? urlParts(url) : [(match[1] ?? '').toLowerCase(), match[2] ?? ''];
}

function urlParts(rest: string): readonly [string, string] {
  const slash = rest.indexOf('/');
  const authority = slash < 0 ? rest : rest.slice(0, slash);
  const host = authority
    .slice(authority.lastIndexOf('@') + 1)
    .replace(/:\d*$/, '')
    .toLowerCase();
  return [host, slash < 0 ? '' : rest.slice(slash)];
}

/** Hosts treat paths without regard to case, and a hint may reach too many rather than too few. */
const cleanPath = (path: string): string => trimmed(path).toLowerCase();

const trimmed = (path: string): string =>
  decoded(path.split(/[?#]/)[0] ?? '')
    .replace(/^\/+|\/+$/g, '')
    .replace(/\.git$/i, '');

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** What somebody says has moved: by address, or by path where the sender does not say on which host. */
export interface Moved {
  readonly urls: readonly string[];
  /** `shop/config`, on whatever host. */
  readonly paths?: readonly string[];
}

/** Whether this concerns what is read at `used`. A Source of charts names the folder above them. */
export function concerns(used: string, { urls, paths = [] }: Moved): boolean {
  const own = repositoryKey(used);
  const named = (url: string): boolean => {
    const moved = repositoryKey(url);
    return own === moved || (own.startsWith('oci://') && moved.startsWith(`${own}/`));
  };
  return urls.some(named) || paths.some((path) => own.endsWith(`/${path.toLowerCase()}`));
}
