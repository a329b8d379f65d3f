/** Writing .tgz archives as Helm packs charts: plain files below one folder, mode 0644, one time for all. Source: Helm 4 pkg/chart/v2/util/save.go. */
import { gzipSync } from 'node:zlib';

export interface PackedFile {
  /** Below the chart's folder, `/`-separated. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

const block = 512;

/** `modified`: milliseconds since the epoch, in whole seconds in the archive. */
export function packArchive(folder: string, files: readonly PackedFile[], modified: number): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const { path, bytes } of files) {
    const name = `${folder}/${path}`;
    if (Buffer.byteLength(name) > 100) parts.push(...entry('PaxHeaders.0/path', pax('path', name), { type: 'x', modified }));
    parts.push(...entry(name, bytes, { type: '0', modified }));
  }
  parts.push(new Uint8Array(2 * block));
  // The same bytes for the same files: level and header are fixed.
  return new Uint8Array(gzipSync(Buffer.concat(parts), { level: 9 }));
}

/** `27 path=…\n`: the number counts itself. */
function pax(key: string, value: string): Uint8Array {
  const rest = ` ${key}=${value}\n`;
  const size = Buffer.byteLength(rest);
  let total = size + String(size).length;
  if (String(total).length !== String(size).length) total = size + String(total).length;
  return Buffer.from(`${total}${rest}`);
}

function entry(name: string, bytes: Uint8Array, { type, modified }: { readonly type: string; readonly modified: number }): Uint8Array[] {
  const header = Buffer.alloc(block);
  const octal = (value: number, width: number): string => `${value.toString(8).padStart(width - 1, '0')}\0`;
  header.write(Buffer.from(name).subarray(0, 100).toString('latin1'), 0, 'latin1');
  header.write(octal(0o644, 8), 100);
  header.write(octal(0, 8), 108);
  header.write(octal(0, 8), 116);
  header.write(octal(bytes.length, 12), 124);
  header.write(octal(Math.floor(modified / 1000), 12), 136);
  header.write(' '.repeat(8), 148);
  header.write(type, 156);
  header.write('ustar\0' + '00', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  const padding = new Uint8Array((block - (bytes.length % block)) % block);
  return [header, bytes, padding];
}
