/** The files of a compressed archive of anything: bounded, links left out, paths that lead elsewhere refused. */
import { gunzipSync } from 'node:zlib';
import { unpackTar } from 'modern-tar';

import { cleanPath } from '../../core/tree/index.ts';
import { err, ok, type Result } from '../../std/index.ts';

const limits = { bytes: 100 * 1024 * 1024, files: 20_000 };

export async function unpackArchive(archive: Uint8Array): Promise<Result<ReadonlyMap<string, Uint8Array>, string>> {
  try {
    const entries = await unpackTar(new Uint8Array(gunzipSync(archive, { maxOutputLength: limits.bytes })));
    if (entries.length > limits.files) return err(`more than ${limits.files} files`);
    const files = new Map<string, Uint8Array>();
    for (const { header, data } of entries) {
      if (header.type !== 'file' && header.type !== undefined) continue;
      const path = cleanPath(header.name);
      if (path === undefined || header.name.startsWith('/')) return err(`${JSON.stringify(header.name)} leads out of the archive`);
      if (path !== '') files.set(path, data ?? new Uint8Array());
    }
    return ok(files);
  } catch (error) {
    const { code, message } = error as { readonly code?: string; readonly message: string };
    return err(code === 'ERR_BUFFER_TOO_LARGE' ? `more than ${limits.bytes} bytes unpacked` : `not a compressed archive: ${message}`);
  }
}
