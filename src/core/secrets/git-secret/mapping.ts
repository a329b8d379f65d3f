/**
 * `.gitsecret/paths/mapping.cfg`: which files git-secret hides, and the SHA-256 of each. Source: git-secret src/_utils, 0.5.0.
 * A repository is hostile: a path that leaves it, is absolute or ends inside `.git` is refused, whatever the file says.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { SecretsFailure } from '../failure.ts';

export interface HiddenFile {
  /** The path of the file in clear, from the root of the repository. */
  readonly path: string;
  /** Lower-case hexadecimal; empty before the file was hidden for the first time. */
  readonly sha256: string;
}

export const mappingPath = '.gitsecret/paths/mapping.cfg';

/** The path of the encrypted file. */
export const hiddenPath = (path: string): string => `${path}.secret`;

function checked(path: string, line: number): string {
  const parts = path.split('/');
  const isOutside = path.startsWith('/') || /^[A-Za-z]:/.test(path) || /[\\\0]/.test(path) || parts.includes('..') || parts[0] === '.git';
  if (path === '' || isOutside) throw new SecretsFailure('InvalidFile', `${mappingPath}:${line}: the path leaves the repository`);
  return parts.filter((part) => part !== '' && part !== '.').join('/');
}

/** @throws SecretsFailure naming the line */
export function readMapping(text: string): readonly HiddenFile[] {
  return text.split('\n').flatMap((raw, i): HiddenFile[] => {
    const line = raw.replace(/\r$/, '');
    if (line.trim() === '') return [];
    const colon = line.lastIndexOf(':');
    const [path, hash] = colon < 0 ? [line, ''] : [line.slice(0, colon), line.slice(colon + 1)];
    if (hash !== '' && !/^[0-9a-fA-F]{64}$/.test(hash))
      throw new SecretsFailure('InvalidFile', `${mappingPath}:${i + 1}: no valid SHA-256`);
    return [{ path: checked(path, i + 1), sha256: hash.toLowerCase() }];
  });
}

/** @throws SecretsFailure when the content is not the one that was hidden */
export function checkRevealed({ path, sha256: wanted }: HiddenFile, content: Uint8Array): void {
  if (wanted !== '' && bytesToHex(sha256(content)) !== wanted)
    throw new SecretsFailure('MacMismatch', `${hiddenPath(path)}: its content is not the one that ${mappingPath} has the hash of`);
}
