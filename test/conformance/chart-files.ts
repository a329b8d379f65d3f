/** Answers an engine's requests from a folder of the corpus. */
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Ask, Request, TreeEntry } from '../../src/core/ask/index.ts';

function entriesBelow(folder: string, prefix = ''): TreeEntry[] {
  return readdirSync(folder).flatMap((name): TreeEntry[] => {
    const path = prefix === '' ? name : `${prefix}/${name}`;
    const { size, isDirectory } = ((stat) => ({ size: stat.size, isDirectory: stat.isDirectory() }))(statSync(join(folder, name)));
    if (isDirectory) return [{ path, type: 'directory', id: '' }, ...entriesBelow(join(folder, name), path)];
    return [{ path, type: 'file', id: '', size }];
  });
}

/** Answers from a folder of the corpus. */
export function askFolder(root: string): Ask {
  return ((request: Request) => {
    switch (request.kind) {
      case 'list': {
        const folder = join(root, request.path);
        if (!existsSync(folder) || !statSync(folder).isDirectory()) return null;
        return { id: '', entries: entriesBelow(folder).sort((a, b) => (a.path < b.path ? -1 : 1)) };
      }
      case 'file': {
        const file = join(root, request.path);
        if (!existsSync(file)) return { found: 'nothing' };
        const bytes = readFileSync(file);
        return { found: 'file', id: '', bytes: new Uint8Array(bytes), text: bytes.toString('utf8') };
      }
      case 'lookup':
        return null;
      case 'now':
        return Date.UTC(2026, 5, 1);
      case 'randomBytes':
        return new Uint8Array(request.length).fill(7);
      case 'privateKey':
        return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs1', format: 'pem' }) as string;
      default:
        throw new Error(`not asked here: ${request.kind}`);
    }
  }) as Ask;
}
