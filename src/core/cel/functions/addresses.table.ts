/** IP addresses and networks (Kubernetes: library/ip.go, cidr.go; Go: net/netip). */
import { EvalFailure } from '../failure.ts';
import { CelOpaque, type Value } from '../value.ts';
import { sizeOf, traversal, type Cost, type Row, type Run } from './overload.ts';

interface Address {
  readonly family: 4 | 6;
  readonly bits: bigint;
}
interface Network {
  readonly address: Address;
  readonly prefix: number;
}

const WIDTH = { 4: 32, 6: 128 } as const;

function parseFour(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let bits = 0n;
  for (const part of parts) {
    if (!/^(?:0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined;
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
      const four = parseFour(part);
      if (four === undefined) return undefined;
      groups.push(four >> 16n, four & 0xffffn);
    } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups.push(BigInt(`0x${part}`));
    else return undefined;
  }
  return groups;
}

function parseAddress(text: string): Address {
  const failed = (why: string): EvalFailure =>
    new EvalFailure(`IP Address ${JSON.stringify(text)} parse error during conversion from string: ${why}`);
  if (text.includes('%')) throw failed('IP address with zone value is not allowed');
  const six = text.includes(':');
  const bits = six ? parseSix(text) : parseFour(text);
  if (bits === undefined) throw failed(`ParseAddr(${JSON.stringify(text)}): unable to parse IP`);
  if (six && bits >> 32n === 0xffffn) throw failed('IPv4-mapped IPv6 address is not allowed');
  return { family: six ? 6 : 4, bits };
}

function parseNetwork(text: string): Network {
  const failed = (why: string): EvalFailure =>
    new EvalFailure(
      `network address parse error during conversion from string: network address parse error during conversion from string: ${why}`,
    );
  const slash = text.lastIndexOf('/');
  const length = text.slice(slash + 1);
  if (slash < 0) throw failed(`netip.ParsePrefix(${JSON.stringify(text)}): no '/'`);
  if (!/^(?:0|[1-9]\d{0,2})$/.test(length))
    throw failed(`netip.ParsePrefix(${JSON.stringify(text)}): bad bits after slash: ${JSON.stringify(length)}`);
  const address = parseAddress(text.slice(0, slash));
  if (Number(length) > WIDTH[address.family]) throw failed(`netip.ParsePrefix(${JSON.stringify(text)}): prefix length out of range`);
  return { address, prefix: Number(length) };
}

function attempt(parse: () => unknown): boolean {
  try {
    parse();
    return true;
  } catch (error) {
    if (error instanceof EvalFailure) return false;
    throw error;
  }
}

function formatAddress({ family, bits }: Address): string {
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

const ipValue = (address: Address): CelOpaque =>
  new CelOpaque('net.IP', formatAddress(address), { payload: address, size: WIDTH[address.family] / 8 });
const cidrValue = (network: Network): CelOpaque =>
  new CelOpaque('net.CIDR', `${formatAddress(network.address)}/${network.prefix}`, {
    payload: network,
    size: Math.ceil(network.prefix / 8),
  });

/** An argument given as a value or as text. */
const addressOf = (value: Value | undefined): Address =>
  typeof value === 'string' ? parseAddress(value) : ((value as CelOpaque).payload as Address);
const networkOf = (value: Value | undefined): Network =>
  typeof value === 'string' ? parseNetwork(value) : ((value as CelOpaque).payload as Network);

const shiftOf = ({ family }: Address, prefix: number): bigint => BigInt(WIDTH[family] - prefix);
const holds = (network: Network, address: Address): boolean =>
  network.address.family === address.family &&
  network.address.bits >> shiftOf(address, network.prefix) === address.bits >> shiftOf(address, network.prefix);
const masked = ({ address, prefix }: Network): Network => ({
  address: { family: address.family, bits: (address.bits >> shiftOf(address, prefix)) << shiftOf(address, prefix) },
  prefix,
});

const top = ({ family, bits }: Address, count: number): bigint => bits >> BigInt(WIDTH[family] - count);
const isLoopback = (ip: Address): boolean => (ip.family === 4 ? top(ip, 8) === 127n : ip.bits === 1n);
const isLinkLocalUnicast = (ip: Address): boolean => (ip.family === 4 ? top(ip, 16) === 0xa9fen : top(ip, 10) === 0x3fan);
const isMulticast = (ip: Address): boolean => (ip.family === 4 ? top(ip, 4) === 0xen : top(ip, 8) === 0xffn);
const isLinkLocalMulticast = (ip: Address): boolean =>
  ip.family === 4 ? top(ip, 24) === 0xe00000n : top(ip, 8) === 0xffn && (top(ip, 16) & 0xfn) === 2n;
const isGlobalUnicast = (ip: Address): boolean =>
  ip.bits !== 0n && !(ip.family === 4 && ip.bits === 0xffffffffn) && !isLoopback(ip) && !isMulticast(ip) && !isLinkLocalUnicast(ip);

const about =
  (test: (ip: Address) => boolean): Run =>
  ([value]) =>
    test(addressOf(value));

const traversed: Cost = ([text]) => traversal(text);
const contains: Cost = ([network, other]) => Math.ceil(sizeOf(network) * 0.2) + (typeof other === 'string' ? traversal(other) : 0);
/** The outer network is masked first. */
const containsNetwork: Cost = (args, result) => contains(args, result) + traversal(args[0]) + 1;

export const addressRows: readonly Row[] = [
  ['ip(string) ip', ([text]) => ipValue(parseAddress(text as string)), traversed],
  ['isIP(string) bool', ([text]) => attempt(() => parseAddress(text as string)), traversed],
  ['ip.isCanonical(string) bool', ([text]) => formatAddress(parseAddress(text as string)) === text, ([text]) => traversal(text, 2)],
  ['string(ip) string', ([value]) => (value as CelOpaque).identity],
  ['ip::family() int', ([value]) => BigInt(addressOf(value).family)],
  ['ip::isUnspecified() bool', about(({ bits }) => bits === 0n)],
  ['ip::isLoopback() bool', about(isLoopback)],
  ['ip::isLinkLocalMulticast() bool', about(isLinkLocalMulticast)],
  ['ip::isLinkLocalUnicast() bool', about(isLinkLocalUnicast)],
  ['ip::isGlobalUnicast() bool', about(isGlobalUnicast)],
  ['cidr(string) cidr', ([text]) => cidrValue(parseNetwork(text as string)), traversed],
  ['isCIDR(string) bool', ([text]) => attempt(() => parseNetwork(text as string)), traversed],
  ['string(cidr) string', ([value]) => (value as CelOpaque).identity],
  ['cidr::containsIP(string) bool', ([network, ip]) => holds(networkOf(network), addressOf(ip)), contains],
  ['cidr::containsIP(ip) bool', ([network, ip]) => holds(networkOf(network), addressOf(ip)), contains],
  [
    'cidr::containsCIDR(string) bool',
    ([a, b]) => networkOf(a).prefix <= networkOf(b).prefix && holds(networkOf(a), networkOf(b).address),
    containsNetwork,
  ],
  [
    'cidr::containsCIDR(cidr) bool',
    ([a, b]) => networkOf(a).prefix <= networkOf(b).prefix && holds(networkOf(a), networkOf(b).address),
    containsNetwork,
  ],
  ['cidr::ip() ip', ([network]) => ipValue(networkOf(network).address)],
  ['cidr::masked() cidr', ([network]) => cidrValue(masked(networkOf(network)))],
  ['cidr::prefixLength() int', ([network]) => BigInt(networkOf(network).prefix)],
];
