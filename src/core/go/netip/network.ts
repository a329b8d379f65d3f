/** Networks: an address and how many of its bits count. Go: net/netip Prefix. */
import { type Address, formatAddress, parseAddress, WIDTH } from './address.ts';

export interface Network {
  readonly address: Address;
  readonly prefix: number;
}

const shiftOf = ({ family }: Address, prefix: number): bigint => BigInt(WIDTH[family] - prefix);
/** Whether a network has an address in it. */
export const holds = (network: Network, address: Address): boolean =>
  network.address.family === address.family &&
  network.address.bits >> shiftOf(address, network.prefix) === address.bits >> shiftOf(address, network.prefix);
/** The network with its own first address. */
export const masked = ({ address, prefix }: Network): Network => ({
  address: { family: address.family, bits: (address.bits >> shiftOf(address, prefix)) << shiftOf(address, prefix) },
  prefix,
});

/** `10.0.0.0/8`; undefined for anything else. */
export function parseNetwork(text: string, zeros: 'strict' | 'sloppy' = 'strict'): Network | undefined {
  const slash = text.lastIndexOf('/');
  const length = text.slice(slash + 1);
  const address = slash < 0 ? undefined : parseAddress(text.slice(0, slash), zeros);
  if (address === undefined || !/^(?:0|[1-9]\d{0,2})$/.test(length) || Number(length) > WIDTH[address.family]) return undefined;
  return { address, prefix: Number(length) };
}

export const formatNetwork = ({ address, prefix }: Network): string => `${formatAddress(address)}/${prefix}`;
