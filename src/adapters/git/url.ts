/** Which URLs are fetched from. A URL comes from whoever may write a Source: it must not reach git as an option, a helper or a local path. */
import type { GitError } from '../../ports/index.ts';
import { err, ok, type Result } from '../../std/index.ts';

export interface RemoteUrl {
  /** As it is given to git. */
  readonly url: string;
  readonly scheme: 'https' | 'http' | 'ssh' | 'file';
  /** `https://host:port/`; empty for ssh and file. Credentials are bound to it. */
  readonly origin: string;
}

const schemes: ReadonlyMap<string, RemoteUrl['scheme']> = new Map([
  ['https:', 'https'],
  ['http:', 'http'],
  ['ssh:', 'ssh'],
  ['file:', 'file'],
]);

const scpForm = /^(?:[\w.-]+@)?[\w][\w.-]*:(?!\/\/)(?!:)[\w~./+-][\w~./+@-]*$/;
const hostForm = /^(\[[0-9a-f:.]+\]|[a-z0-9]([a-z0-9._-]*[a-z0-9])?)$/i;

/** `local`: whether repositories on this machine (paths and file://) may be fetched from, as `lockstep up --repo DIR` does. */
export function parseRemote(text: string, options: { readonly local: boolean }): Result<RemoteUrl, GitError> {
  if (text === '' || text.length > 2048) return refuse('the repository URL is empty or too long');
  if (/[\p{Cc}\s]/u.test(text)) return refuse('the repository URL contains spaces or control characters');
  if (text.startsWith('-')) return refuse('the repository URL starts with a dash');
  if (text.startsWith('/') || text.startsWith('./') || text.startsWith('../')) return localPath(text, options.local);
  if (URL.canParse(text) && text.includes('://')) return absolute(text, options.local);
  if (scpForm.test(text)) return ok({ url: text, scheme: 'ssh', origin: '' });
  return refuse(`${JSON.stringify(text)} is not a repository URL; use https://…, ssh://… or user@host:path`);
}

function absolute(text: string, local: boolean): Result<RemoteUrl, GitError> {
  const url = new URL(text);
  const scheme = schemes.get(url.protocol);
  if (scheme === undefined) return refuse(`repository URLs of the scheme ${url.protocol} are refused; use https or ssh`);
  if (scheme === 'file') return localPath(text, local);
  if (url.password !== '' || (scheme !== 'ssh' && url.username !== ''))
    return refuse('the repository URL contains credentials; put them into a Secret and name it in secretRef');
  if (!hostForm.test(url.hostname) || /^-|%2d/i.test(url.username)) return refuse('the host of the repository URL is not a host name');
  return ok({ url: text, scheme, origin: scheme === 'ssh' ? '' : `${url.protocol}//${url.host}/` });
}

function localPath(text: string, local: boolean): Result<RemoteUrl, GitError> {
  return local
    ? ok({ url: text, scheme: 'file', origin: '' })
    : refuse('repositories on the machine of the controller are refused; use https or ssh');
}

const refuse = (message: string): Result<never, GitError> => err({ code: 'InvalidURL', message });
