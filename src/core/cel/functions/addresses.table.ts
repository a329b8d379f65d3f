/** IP addresses and networks (Kubernetes: library/ip.go, cidr.go; Go: net/netip). */
import {
  type Address,
  formatAddress,
  formatNetwork,
  holds,
  isGlobalUnicast,
  isLinkLocalMulticast,
  isLinkLocalUnicast,
  isLoopback,
  masked,
  type Network,
  parseAddress,
  unmapped,
  WIDTH,
} from '../../go/netip/index.ts';
import { EvalFailure } from '../failure.ts';
import { CelOpaque, type Value } from '../value.ts';
import { sizeOf, traversal, type Cost, type Row, type Run } from './overload.ts';

/** An address of Kubernetes' CEL: no zone, and none that stands for an IPv4 address. */
function addressIn(text: string): Address {
  const failed = (why: string): EvalFailure =>
    new EvalFailure(`IP Address ${JSON.stringify(text)} parse error during conversion from string: ${why}`);
  if (text.includes('%')) throw failed('IP address with zone value is not allowed');
  const address = parseAddress(text);
  if (address === undefined) throw failed(`ParseAddr(${JSON.stringify(text)}): unable to parse IP`);
  if (unmapped(address) !== address) throw failed('IPv4-mapped IPv6 address is not allowed');
  return address;
}

function networkIn(text: string): Network {
  const failed = (why: string): EvalFailure =>
    new EvalFailure(
      `network address parse error during conversion from string: network address parse error during conversion from string: ${why}`,
    );
  const slash = text.lastIndexOf('/');
  const length = text.slice(slash + 1);
  if (slash < 0) throw failed(`netip.ParsePrefix(${JSON.stringify(text)}): no '/'`);
  if (!/^(?:0|[1-9]\d{0,2})$/.test(length))
    throw failed(`netip.ParsePrefix(${JSON.stringify(text)}): bad bits after slash: ${JSON.stringify(length)}`);
  const address = addressIn(text.slice(0, slash));
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

const ipValue = (address: Address): CelOpaque =>
  new CelOpaque('net.IP', formatAddress(address), { payload: address, size: WIDTH[address.family] / 8 });
const cidrValue = (network: Network): CelOpaque =>
  new CelOpaque('net.CIDR', formatNetwork(network), {
    payload: network,
    size: Math.ceil(network.prefix / 8),
  });

/** An argument given as a value or as text. */
const addressOf = (value: Value | undefined): Address =>
  typeof value === 'string' ? addressIn(value) : ((value as CelOpaque).payload as Address);
const networkOf = (value: Value | undefined): Network =>
  typeof value === 'string' ? networkIn(value) : ((value as CelOpaque).payload as Network);

const about =
  (test: (ip: Address) => boolean): Run =>
  ([value]) =>
    test(addressOf(value));

const traversed: Cost = ([text]) => traversal(text);
const contains: Cost = ([network, other]) => Math.ceil(sizeOf(network) * 0.2) + (typeof other === 'string' ? traversal(other) : 0);
/** The outer network is masked first. */
const containsNetwork: Cost = (args, result) => contains(args, result) + traversal(args[0]) + 1;

export const addressRows: readonly Row[] = [
  ['ip(string) ip', ([text]) => ipValue(addressIn(text as string)), traversed],
  ['isIP(string) bool', ([text]) => attempt(() => addressIn(text as string)), traversed],
  ['ip.isCanonical(string) bool', ([text]) => formatAddress(addressIn(text as string)) === text, ([text]) => traversal(text, 2)],
  ['string(ip) string', ([value]) => (value as CelOpaque).identity],
  ['ip::family() int', ([value]) => BigInt(addressOf(value).family)],
  ['ip::isUnspecified() bool', about(({ bits }) => bits === 0n)],
  ['ip::isLoopback() bool', about(isLoopback)],
  ['ip::isLinkLocalMulticast() bool', about(isLinkLocalMulticast)],
  ['ip::isLinkLocalUnicast() bool', about(isLinkLocalUnicast)],
  ['ip::isGlobalUnicast() bool', about(isGlobalUnicast)],
  ['cidr(string) cidr', ([text]) => cidrValue(networkIn(text as string)), traversed],
  ['isCIDR(string) bool', ([text]) => attempt(() => networkIn(text as string)), traversed],
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
