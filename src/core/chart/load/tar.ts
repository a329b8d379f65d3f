/** Chart archives: gzip, then tar; bounded before anything is unpacked. Source: Helm 4 pkg/chart/loader/archive, the ustar, PAX and GNU formats. */
import { Gunzip } from 'fflate';
import { err, escapeUtf8, ok, type Result } from '../../../std/index.ts';
import { cleanPath } from '../../go/path/index.ts';
import { quote } from '../../go/strconv/index.ts';
import { ChartFile } from '../model/index.ts';

export interface ArchiveLimits {
  /** Bytes of all files together, unpacked. */
  readonly total: number;
  /** Bytes of one file. */
  readonly file: number;
}

/** Helm's own. */
export const archiveLimits: ArchiveLimits = Object.freeze({ total: 100 * 1024 * 1024, file: 5 * 1024 * 1024 });

const tooLarge = (limits: ArchiveLimits): string => `decompressed chart is larger than the maximum size ${limits.total}`;

class Full extends Error {}

/** Unpacks, stopping as soon as the limit is passed. */
function gunzip(bytes: Uint8Array, limits: ArchiveLimits): Result<Uint8Array, string> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return err('gzip: invalid header');
  const parts: Uint8Array[] = [];
  let size = 0;
  const bound = limits.total + limits.file;
  const stream = new Gunzip((chunk) => {
    size += chunk.length;
    if (size > bound) throw new Full();
    parts.push(chunk);
  });
  try {
    const step = 64 * 1024;
    for (let at = 0; at < bytes.length; at += step) stream.push(bytes.subarray(at, at + step), at + step >= bytes.length);
  } catch (error) {
    return err(error instanceof Full ? tooLarge(limits) : 'unexpected EOF');
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return ok(whole);
}

const block = 512;

interface Header {
  readonly name: string;
  readonly size: number;
  readonly type: string;
}

const textAt = (bytes: Uint8Array, from: number, length: number): string => {
  const field = bytes.subarray(from, from + length);
  const end = field.indexOf(0);
  return escapeUtf8(end < 0 ? field : field.subarray(0, end));
};

/** Octal digits, or base 256 when the first bit is set. */
function numberAt(bytes: Uint8Array, from: number, length: number): number {
  const field = bytes.subarray(from, from + length);
  if (((field[0] ?? 0) & 0x80) !== 0) return field.subarray(1).reduce((value, byte) => value * 256 + byte, 0);
  const digits = /[0-7]+/.exec(textAt(bytes, from, length))?.[0] ?? '0';
  return Number.parseInt(digits, 8);
}

function checksumFits(header: Uint8Array): boolean {
  let sum = 0;
  for (let i = 0; i < block; i++) sum += i >= 148 && i < 156 ? 32 : (header[i] ?? 0);
  return sum === numberAt(header, 148, 8);
}

function headerOf(bytes: Uint8Array): Header {
  const prefix = textAt(bytes, 257, 5) === 'ustar' && bytes[262] !== 0x20 ? textAt(bytes, 345, 155) : '';
  const name = textAt(bytes, 0, 100);
  return { name: prefix === '' ? name : `${prefix}/${name}`, size: numberAt(bytes, 124, 12), type: String.fromCharCode(bytes[156] ?? 0) };
}

/** `path` and `size` of a PAX extended header. */
function paxOf(data: Uint8Array): { readonly path?: string; readonly size?: number } {
  const found: { path?: string; size?: number } = {};
  let text = escapeUtf8(data);
  for (;;) {
    const match = /^(\d{1,9}) /.exec(text);
    if (match === null) return found;
    const length = Number(match[1]);
    if (length <= match[0].length) return found;
    const line = text.slice(match[0].length, length - 1);
    const equals = line.indexOf('=');
    if (line.slice(0, equals) === 'path') found.path = line.slice(equals + 1);
    if (line.slice(0, equals) === 'size') found.size = Number(line.slice(equals + 1));
    text = text.slice(length);
  }
}

interface Entry extends Header {
  readonly data: Uint8Array;
}

/** The entries of a tar, long names resolved. */
function* entriesOf(tar: Uint8Array): Generator<Result<Entry, string>> {
  let long: { readonly path?: string; readonly size?: number } = {};
  for (let at = 0; at + block <= tar.length;) {
    const bytes = tar.subarray(at, at + block);
    if (bytes.every((byte) => byte === 0)) return;
    if (!checksumFits(bytes)) {
      yield err('archive/tar: invalid tar header');
      return;
    }
    const header = headerOf(bytes);
    const isMeta = 'xgLK'.includes(header.type);
    const size = isMeta ? header.size : (long.size ?? header.size);
    const data = tar.subarray(at + block, at + block + size);
    if (data.length < size) {
      yield err('unexpected EOF');
      return;
    }
    at += block + Math.ceil(size / block) * block;
    if (header.type === 'x') long = paxOf(data);
    else if (header.type === 'L') long = { path: textAt(data, 0, data.length) };
    else if (!isMeta) {
      yield ok({ ...header, name: long.path ?? header.name, size, data });
      long = {};
    }
  }
}

/** The name inside the chart: the first part of the path is the chart's own folder. */
function innerName(name: string): Result<string, string> {
  const delimiter = name.includes('\\') ? '\\' : '/';
  const parts = name.split(delimiter);
  const inner = parts.slice(1).join('/');
  if (inner.startsWith('/')) return err('chart illegally contains absolute paths');
  const clean = cleanPath(inner);
  if (clean === '.') return err(`chart illegally contains content outside the base directory: ${quote(name)}`);
  if (clean.startsWith('..')) return err('chart illegally references parent directory');
  if (/^[a-zA-Z]:\//.test(clean)) return err('chart contains illegally named files');
  return parts[0] === 'Chart.yaml' ? err('chart yaml not in base directory') : ok(clean);
}

/** The files of a chart archive (.tgz), or why it cannot be read. */
export function readArchive(bytes: Uint8Array, limits: ArchiveLimits = archiveLimits): Result<readonly ChartFile[], string> {
  const tar = gunzip(bytes, limits);
  if (!tar.ok) return tar;
  const files: ChartFile[] = [];
  let left = limits.total;
  for (const entry of entriesOf(tar.value)) {
    if (!entry.ok) return entry;
    const { name, size, type, data } = entry.value;
    if (type === '5' || name.endsWith('/')) continue;
    const inner = innerName(name);
    if (!inner.ok) return inner;
    if (size > left) return err(tooLarge(limits));
    if (size > limits.file) return err(`decompressed chart file ${quote(name)} is larger than the maximum file size ${limits.file}`);
    left -= size;
    if (left <= 0) return err(tooLarge(limits));
    const isFile = type === '0' || type === '\0' || type === '7';
    files.push(new ChartFile(inner.value, isFile ? withoutBom(data) : new Uint8Array(0)));
  }
  return files.length === 0 ? err('no files in chart archive') : ok(files);
}

/** Without a UTF-8 byte order mark. */
export const withoutBom = (bytes: Uint8Array): Uint8Array =>
  bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
