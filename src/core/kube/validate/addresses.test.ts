/** Addresses of EndpointSlices as kube-apiserver 1.33 reads them (ValidateEndpointIP, net.ParseIP): what is none, and what no endpoint may have. */
import { expect, test } from 'vitest';
import { builtinErrors } from './index.ts';

const NONE = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';
const LOOPBACK = 'may not be in the loopback range (127.0.0.0/8, ::1/128)';
const LINK = 'may not be in the link-local range (169.254.0.0/16, fe80::/10)';
const MULTICAST = 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)';

function check(addressType: string, address: string): readonly string[] {
  const slice = { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: { name: 's' }, addressType };
  const errors = builtinErrors('endpointslices.discovery.k8s.io', { ...slice, endpoints: [{ addresses: [address] }], ports: [] });
  return errors.map(({ text }) => text.replace(/^Invalid value: "[^"]*": /, ''));
}

test.each([
  ['IPv4', '10.1.2.3', []],
  ['IPv4', '010.1.2.3', []],
  ['IPv4', '10.1.2.256', [NONE]],
  ['IPv4', 'x', [NONE]],
  ['IPv4', '2001:db8::1', ['must be an IPv4 address']],
  ['IPv4', '0.0.0.0', ['may not be unspecified (0.0.0.0)']],
  ['IPv4', '127.8.9.1', [LOOPBACK]],
  ['IPv4', '169.254.0.1', [LINK]],
  ['IPv4', '224.0.0.5', [MULTICAST]],
  ['IPv4', '224.0.1.5', []],
  ['IPv6', '2001:db8::1', []],
  ['IPv6', '1:2:3', [NONE]],
  ['IPv6', '1::2::3', [NONE]],
  ['IPv6', '0:0:0:0:0:0:0:1', [LOOPBACK]],
  ['IPv6', '::ffff:127.0.0.1', ['must be an IPv6 address', LOOPBACK]],
  ['IPv6', 'febf::1', [LINK]],
  ['IPv6', 'fec0::1', []],
  ['IPv6', 'ff12::1', [MULTICAST]],
])('%s %s', (type, address, expected) => {
  expect(check(type, address)).toEqual(expected);
});
