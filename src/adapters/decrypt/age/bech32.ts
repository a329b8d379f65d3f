/** Bech32 (BIP 173) without its length limit: how age writes recipients and identities. */
import { KeyFailure } from '../failure.ts';

const alphabet = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const generators = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

const polymod = (values: readonly number[]): number =>
  values.reduce((sum, value) => {
    const top = sum >>> 25;
    return generators.reduce((acc, generator, i) => acc ^ (((top >>> i) & 1) * generator), ((sum & 0x1ffffff) << 5) ^ value);
  }, 1);

const expanded = (prefix: string): number[] => [
  ...Array.from(prefix, (c) => c.charCodeAt(0) >> 5),
  0,
  ...Array.from(prefix, (c) => c.charCodeAt(0) & 31),
];

function regroup(
  values: Iterable<number>,
  from: number,
  to: number,
): { readonly groups: number[]; readonly left: number; readonly bits: number } {
  const groups: number[] = [];
  let [held, bits] = [0, 0];
  for (const value of values) {
    held = ((held << from) | value) & 0xfff;
    bits += from;
    while (bits >= to) {
      bits -= to;
      groups.push((held >> bits) & ((1 << to) - 1));
    }
  }
  return { groups, left: held & ((1 << bits) - 1), bits };
}

/** Lower case. */
export function encodeBech32(prefix: string, bytes: Uint8Array): string {
  const { groups, left, bits } = regroup(bytes, 8, 5);
  const data = bits > 0 ? [...groups, left << (5 - bits)] : groups;
  const sum = polymod([...expanded(prefix), ...data, 0, 0, 0, 0, 0, 0]) ^ 1;
  const checksum = [25, 20, 15, 10, 5, 0].map((shift) => (sum >>> shift) & 31);
  return `${prefix}1${[...data, ...checksum].map((value) => alphabet[value]).join('')}`;
}

/** The bytes behind a prefix; the text is all lower or all upper case. @throws KeyFailure, without the text, which may be a private key */
export function decodeBech32(prefix: string, text: string): Uint8Array {
  const lower = text.toLowerCase();
  const values = Array.from(lower.slice(prefix.length + 1), (c) => alphabet.indexOf(c));
  const isOneCase = text === lower || text === text.toUpperCase();
  const isWhole = lower.startsWith(`${prefix}1`) && values.length >= 6 && !values.includes(-1) && isOneCase;
  if (!isWhole || polymod([...expanded(prefix), ...values]) !== 1) throw new KeyFailure('InvalidKey', `no valid ${prefix} key (bech32)`);
  const { groups, left } = regroup(values.slice(0, -6), 5, 8);
  if (left !== 0) throw new KeyFailure('InvalidKey', `no valid ${prefix} key (bech32 padding)`);
  return Uint8Array.from(groups);
}
