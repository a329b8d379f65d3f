/** Addresses: reading, printing, and what kinds there are. Go: net/netip, net.IP. */

export interface Address {
  readonly family: 4 | 6;
  readonly bits: bigint;
}

export const WIDTH = { 4: 32, 6: 128 } as const;

function parseFour(text: string, zeros: 'strict' | 'sloppy'): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let bits = 0n;
  for (const part of parts) {
    if (!(zeros === 'strict' ? /^(?:0|[1-9]\d{0,2})$/ : /^\d+$/).test(part) || Number(part) > 255) return undefined;
    bits = (bits << 8n) | BigInt(part);
  }
  return bits;
}

function parseSix(text: string): bigint | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const groups = halves.map((half) => (half === '' ? [] : sixGroups(half)));
  const [head, tail] = groups;
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined;
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  return [...head, ...Array.from({ length: missing }, () => 0n), ...(tail ?? [])].reduce((bits, group) => (bits << 16n) | group, 0n);
}

/** 16-bit groups; the last 32 bits may be written as four decimals. */
function sixGroups(text: string): readonly bigint[] | undefined {
  const groups: bigint[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (index === parts.length - 1 && part.includes('.')) {
      const four = parseFour(part, 'strict');
      if (four === undefined) return undefined;
      groups.push(four >> 16n, four & 0xffffn);
    } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups.push(BigInt(`0x${part}`));
    else return undefined;
  }
  return groups;
}

/** Whether an address stands for an IPv4 one: `::ffff:1.2.3.4`. */
const isMapped = ({ family, bits }: Address): boolean => family === 6 && bits >> 32n === 0xffffn;

/** The IPv4 address that a mapped one stands for; any other as it is. Go: netip.Addr.Unmap. */
export const unmapped = (address: Address): Address => (isMapped(address) ? { family: 4, bits: address.bits & 0xffffffffn } : address);

/** Zones are no addresses here. `sloppy` reads leading zeros as Kubernetes did before Go 1.17. */
export function parseAddress(text: string, zeros: 'strict' | 'sloppy' = 'strict'): Address | undefined {
  const six = text.includes(':');
  const bits = six ? parseSix(text) : parseFour(text, zeros);
  return bits === undefined ? undefined : { family: six ? 6 : 4, bits };
}

export function formatAddress({ family, bits }: Address): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => String((bits >> shift) & 255n)).join('.');
  const groups = Array.from({ length: 8 }, (_, index) => ((bits >> BigInt(112 - 16 * index)) & 0xffffn).toString(16));
  let best = { start: -1, length: 1 };
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (groups[start + length] === '0') length += 1;
    if (length > best.length) best = { start, length };
  }
  if (best.start < 0) return groups.join(':');
  return `${groups.slice(0, best.start).join(':')}::${groups.slice(best.start + best.length).join(':')}`;
}

const top = ({ family, bits }: Address, count: number): bigint => bits >> BigInt(WIDTH[family] - count);
export const isLoopback = (ip: Address): boolean => (ip.family === 4 ? top(ip, 8) === 127n : ip.bits === 1n);
export const isLinkLocalUnicast = (ip: Address): boolean => (ip.family === 4 ? top(ip, 16) === 0xa9fen : top(ip, 10) === 0x3fan);
export const isMulticast = (ip: Address): boolean => (ip.family === 4 ? top(ip, 4) === 0xen : top(ip, 8) === 0xffn);
export const isLinkLocalMulticast = (ip: Address): boolean =>
  ip.family === 4 ? top(ip, 24) === 0xe00000n : top(ip, 8) === 0xffn && (top(ip, 16) & 0xfn) === 2n;
export const isGlobalUnicast = (ip: Address): boolean =>
  ip.bits !== 0n && !(ip.family === 4 && ip.bits === 0xffffffffn) && !isLoopback(ip) && !isMulticast(ip) && !isLinkLocalUnicast(ip);
