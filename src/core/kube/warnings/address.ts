/** Addresses that are taken and should be written otherwise. Kubernetes: apimachinery pkg/util/validation/ip.go. */
import { formatAddress, formatNetwork, masked, parseAddress, parseNetwork, unmapped } from '../../go/netip/index.ts';

export function addressWarnings(value: string, field: string): readonly string[] {
  const sloppy = parseAddress(value, 'sloppy');
  if (sloppy === undefined) return [];
  const address = parseAddress(value);
  const quoted = JSON.stringify(value);
  if (address === undefined || unmapped(address) !== address)
    return [
      `${field}: non-standard IP address ${quoted} will be considered invalid in a future Kubernetes release: use ${JSON.stringify(formatAddress(unmapped(sloppy)))}`,
    ];
  const canonical = formatAddress(address);
  return address.family === 6 && canonical !== value
    ? [`${field}: IPv6 address ${quoted} should be in RFC 5952 canonical format (${JSON.stringify(canonical)})`]
    : [];
}

export function networkWarnings(value: string, field: string): readonly string[] {
  const sloppy = parseNetwork(value, 'sloppy');
  if (sloppy === undefined) return [];
  const quoted = JSON.stringify(value);
  const whole = formatNetwork(masked(sloppy));
  const warnings: string[] = [];
  if (masked(sloppy).address.bits !== sloppy.address.bits) {
    const single = `${formatAddress(sloppy.address)}/${sloppy.address.family === 4 ? 32 : 128}`;
    warnings.push(
      `${field}: CIDR value ${quoted} is ambiguous in this context (should be ${JSON.stringify(whole)} or ${JSON.stringify(single)}?)`,
    );
  }
  const network = parseNetwork(value);
  if (network === undefined || unmapped(network.address) !== network.address)
    warnings.push(
      `${field}: non-standard CIDR value ${quoted} will be considered invalid in a future Kubernetes release: use ${JSON.stringify(whole)}`,
    );
  if (warnings.length > 0 || network === undefined || network.address.family === 4 || formatNetwork(network) === value) return warnings;
  return [`${field}: IPv6 CIDR value ${quoted} should be in RFC 5952 canonical format (${JSON.stringify(formatNetwork(network))})`];
}
