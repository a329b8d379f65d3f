/** Names of refs and ids of objects: what may be asked for, and how a remote ref is called in the mirror. */
import type { GitError } from '../../ports/index.ts';
import { err, ok, type Result } from '../../std/index.ts';

/** The rules of git-check-ref-format for one branch or tag, plus a length. */
export function checkRefName(name: string): Result<string, GitError> {
  const parts = name.split('/');
  const wrong =
    name === '' ||
    name.length > 255 ||
    name === '@' ||
    name.startsWith('-') ||
    name.endsWith('.') ||
    /[\p{Cc}\u0020~^:?*[\\]|\.\.|@\{/u.test(name) ||
    parts.some((part) => part === '' || part.startsWith('.') || part.endsWith('.lock'));
  return wrong ? err({ code: 'RefNotFound', message: `${JSON.stringify(name)} is not a name that a branch or tag can have` }) : ok(name);
}

/** Names in the mirror are flat: a remote that replaces the branch `a` by `a/b` must not find a file where a folder is needed. */
export const localRef = (kind: 'heads' | 'tags' | 'keep', name: string): string => `refs/lockstep/${kind}/${flat(name)}`;

const flat = (name: string): string =>
  encodeURIComponent(name).replace(/^\.|\.(?=\.)|\.$|\.lock$/g, (found) => found.replaceAll('.', '%2E'));

/** The remote name of a ref in the mirror. */
export const remoteName = (ref: string): string => decodeURIComponent(ref.slice(ref.lastIndexOf('/') + 1));

export const isFullId = (text: string): boolean => /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(text);

export const isAbbreviatedId = (text: string): boolean => /^[0-9a-f]{7,64}$/.test(text);
