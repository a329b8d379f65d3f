/** String formats that are checked. Kubernetes: kube-openapi pkg/validation/strfmt; formats not listed are accepted. */
import { parseTime } from '../time/index.ts';

const ipv4 = /^(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(\.(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}$/;
const hostname = /^([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)(\.[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*\.?$/;

/** Eight groups of hexadecimal digits, one run of zeros may be `::`; an IPv4 tail is allowed. */
export function isIpv6(text: string): boolean {
  if (!/^[0-9a-fA-F:.]+$/.test(text) || text.split('::').length > 2) return false;
  const tail = text.slice(text.lastIndexOf(':') + 1);
  const withV4 = tail.includes('.');
  if (withV4 && !ipv4.test(tail)) return false;
  const groups = text
    .split('::')
    .flatMap((half) => half.split(':'))
    .filter((group) => group !== '');
  if (groups.some((group) => !group.includes('.') && group.length > 4)) return false;
  const count = groups.length + (withV4 ? 1 : 0);
  return text.includes('::') ? count < 8 && !/:::/.test(text) : count === 8 && !/^:|:$/.test(text);
}

const isCidr = (text: string): boolean => {
  const [address = '', bits = '', ...rest] = text.split('/');
  if (rest.length > 0 || !/^\d{1,3}$/.test(bits)) return false;
  return (ipv4.test(address) && Number(bits) <= 32) || (isIpv6(address) && Number(bits) <= 128);
};

const duration = /^([+-]?(\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h|d|w|hour|hours|min|mins|sec|secs|day|days|week|weeks)\s*)+$/i;

const checks: Readonly<Record<string, (text: string) => boolean>> = {
  'date-time': (text) => parseTime(text) !== undefined,
  datetime: (text) => parseTime(text) !== undefined,
  date: (text) => parseTime(`${text}T00:00:00Z`) !== undefined,
  ipv4: (text) => ipv4.test(text),
  ipv6: isIpv6,
  cidr: isCidr,
  hostname: (text) => text.length <= 255 && hostname.test(text),
  email: (text) => /^[^@\s<>]+@[^@\s<>]+$/.test(text),
  uri: (text) => /^([a-zA-Z][a-zA-Z0-9+.-]*:\S*|\/\S*)$/.test(text),
  uuid: (text) => /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i.test(text),
  uuid3: (text) => /^[0-9a-f]{8}-?[0-9a-f]{4}-?3[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i.test(text),
  uuid4: (text) => /^[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$/i.test(text),
  uuid5: (text) => /^[0-9a-f]{8}-?[0-9a-f]{4}-?5[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$/i.test(text),
  mac: (text) => /^([0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}$/.test(text),
  byte: (text) => /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text),
  hexcolor: (text) => /^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/.test(text),
  duration: (text) => duration.test(text),
};

export const formatHolds = (format: string, text: string): boolean =>
  Object.hasOwn(checks, format) ? (checks[format]?.(text) ?? true) : true;
