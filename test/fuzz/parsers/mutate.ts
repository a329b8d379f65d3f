/** Hostile inputs from good ones: everything follows from the draw, so that a seed and a number are enough to make one again. */
import { type Draw, chance, pick, seeded } from '../../differential/draw.ts';
import type { Target } from './target.ts';

/** Bytes of one input. Larger ones only repeat what smaller ones find. */
export const MOST_BYTES = 32 * 1024;

/** What breaks readers of any language. */
const NASTY: readonly Buffer[] = [
  ...['\0', '\ufeff', '\u2028', '\u0085', '\r\n', '\r', '\t', '"', "'", '`', '\\', '\n', ' ', '💥', 'é\u0301', '\u202e'].map((text) =>
    Buffer.from(text),
  ),
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', '../', '/etc/passwd', '%00', '%2e%2e', '${', '$(', '{{', '}}'].map((text) =>
    Buffer.from(text),
  ),
  ...[
    '0',
    '-0',
    '-1',
    '1e999',
    '0x',
    '0b',
    '9007199254740993',
    '18446744073709551616',
    '9'.repeat(400),
    '1e-400',
    'NaN',
    '.inf',
    '1_0',
  ].map((text) => Buffer.from(text)),
  Buffer.from([0xff]),
  Buffer.from([0xc0, 0x80]),
  Buffer.from([0xed, 0xa0, 0x80]),
  Buffer.from([0xf4, 0x90, 0x80, 0x80]),
];

const spot = (draw: Draw, bytes: Buffer): number => Math.floor(draw() * (bytes.length + 1));

/** Mostly short, sometimes to the end. */
function span(draw: Draw, bytes: Buffer): readonly [number, number] {
  const from = spot(draw, bytes);
  const length = chance(draw, 0.9) ? Math.floor(draw() ** 2 * 40) + 1 : bytes.length;
  return [from, Math.min(bytes.length, from + length)];
}

const put = (bytes: Buffer, [from, to]: readonly [number, number], middle: Buffer): Buffer =>
  Buffer.concat([bytes.subarray(0, from), middle, bytes.subarray(to)]);

type Change = (bytes: Buffer, draw: Draw, target: Target) => Buffer;

function repeated(part: Buffer, draw: Draw): Buffer {
  const times = chance(draw, 0.7) ? 2 + Math.floor(draw() * 4) : 2 ** Math.floor(2 + draw() * 12);
  return Buffer.concat(Array.from({ length: Math.min(times, Math.ceil(MOST_BYTES / Math.max(1, part.length))) }, () => part));
}

const word: Change = (bytes, draw, { words }) => {
  const at = spot(draw, bytes);
  const chosen = chance(draw, 0.75) && words.length > 0 ? Buffer.from(pick(draw, words)) : pick(draw, NASTY);
  return put(bytes, [at, at], chance(draw, 0.08) ? repeated(chosen, draw) : chosen);
};

const CHANGES: readonly Change[] = [
  word,
  word,
  (bytes, draw) => {
    const changed = Buffer.from(bytes);
    if (changed.length > 0) changed[Math.floor(draw() * changed.length)] = Math.floor(draw() * 256);
    return changed;
  },
  (bytes, draw) => put(bytes, span(draw, bytes), Buffer.alloc(0)),
  (bytes, draw) => {
    const [from, to] = span(draw, bytes);
    return put(bytes, [from, to], repeated(bytes.subarray(from, to), draw));
  },
  (bytes, draw, { words }) => put(bytes, span(draw, bytes), Buffer.from(words.length > 0 ? pick(draw, words) : '')),
  (bytes, draw, { seeds }) => {
    const other = Buffer.from(pick(draw, seeds));
    const [from, to] = span(draw, other);
    return put(bytes, span(draw, bytes), other.subarray(from, to));
  },
  (bytes, draw) => bytes.subarray(0, spot(draw, bytes)),
  // The next word or number becomes another one.
  (bytes, draw) => {
    const at = spot(draw, bytes);
    const found = /[\w.-]+/.exec(bytes.toString('latin1', at));
    return found === null ? bytes : put(bytes, [at + found.index, at + found.index + found[0].length], pick(draw, NASTY));
  },
];

/** The `index`-th input of a target under a seed. */
export function inputAt(target: Target, seed: number, index: number): Buffer {
  const draw = seeded((Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b)) >>> 0);
  let bytes: Buffer = Buffer.from(pick(draw, target.seeds));
  const changes = 1 + Math.floor(draw() ** 2 * 10);
  for (let change = 0; change < changes; change += 1) bytes = pick(draw, CHANGES)(bytes, draw, target).subarray(0, MOST_BYTES);
  return bytes;
}

/** Pieces are taken away as long as the input still does the same: what is left is the case. */
export async function smallest(bytes: Buffer, stillFails: (bytes: Buffer) => Promise<boolean>, tries = 2000): Promise<Buffer> {
  let [best, left] = [bytes, tries];
  for (let size = Math.ceil(best.length / 2); size >= 1 && left > 0; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < best.length && left > 0; left -= 1) {
      const shorter = put(best, [at, at + size], Buffer.alloc(0));
      if (await stillFails(shorter)) best = shorter;
      else at += size;
    }
  }
  return best;
}
