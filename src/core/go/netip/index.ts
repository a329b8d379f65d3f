/** IP addresses and networks. In: text. Out: values, canonical text, classes of addresses. Never: resolves a name. Go: net/netip. */
export {
  type Address,
  formatAddress,
  isGlobalUnicast,
  isLinkLocalMulticast,
  isLinkLocalUnicast,
  isLoopback,
  parseAddress,
  unmapped,
  WIDTH,
} from './address.ts';
export { formatNetwork, holds, masked, type Network, parseNetwork } from './network.ts';
