/** `format`: what is wrong with a text, undefined when nothing is. Source: santhosh-tekuri/jsonschema v6 format.go. */
import { parseAddress } from '../../go/netip/index.ts';
import { parseTime } from '../../go/time/index.ts';
import { quoteRune } from '../../go/strconv/index.ts';
import { parseUrl } from '../../template/url/index.ts';
import { compileRegexp } from '../../go/regexp/index.ts';
import { quoted } from './text.ts';

type Check = (text: string) => string | undefined;

function ipv4(text: string): string | undefined {
  const groups = text.split('.');
  if (groups.length !== 4) return 'expected four decimals';
  for (const group of groups) {
    if (group.length > 1 && group.startsWith('0')) return 'leading zeros';
    if (!/^[+-]?\d+$/.test(group)) return `strconv.Atoi: parsing ${JSON.stringify(group)}: invalid syntax`;
    if (Number(group) < 0 || Number(group) > 255) return 'decimal must be between 0 and 255';
  }
  return undefined;
}

function ipv6(text: string): string | undefined {
  if (!text.includes(':')) return 'missing colon';
  if (text.includes('%')) return 'zone id is not a part of ipv6 address';
  return parseAddress(text) !== undefined ? undefined : `ParseAddr(${JSON.stringify(text)}): unable to parse IP`;
}

function hostname(text: string): string | undefined {
  const name = text.endsWith('.') ? text.slice(0, -1) : text;
  if (name.length > 253) return 'more than 253 characters long';
  for (const label of name.split('.')) {
    if (label.length < 1 || label.length > 63) return 'label must be 1 to 63 characters long';
    if (label.startsWith('-')) return 'label starts with hyphen';
    if (label.endsWith('-')) return 'label ends with hyphen';
    for (const character of label)
      if (!/^[A-Za-z0-9-]$/.test(character)) return `invalid character ${quoteRune(character.codePointAt(0) ?? 0)}`;
  }
  return undefined;
}

function email(text: string): string | undefined {
  if (text.length > 254) return 'more than 255 characters long';
  const at = text.lastIndexOf('@');
  if (at < 0) return 'missing @';
  const local = text.slice(0, at);
  if (local.length > 64) return 'local part more than 64 characters long';
  if (local.length > 1 && local.startsWith('"')) {
    if (/[\\"]/.test(local.slice(1, -1))) return 'backslash and quote are not allowed within quoted local part';
  } else {
    if (local.startsWith('.')) return 'starts with dot';
    if (local.endsWith('.')) return 'ends with dot';
    if (local.includes('..')) return 'consecutive dots';
    for (const character of local)
      if (!/^[A-Za-z0-9.!#$%&'*+\-/=?^_`{|}~]$/.test(character)) return `invalid character ${quoteRune(character.codePointAt(0) ?? 0)}`;
  }
  return mailDomain(text.slice(at + 1));
}

function mailDomain(domain: string): string | undefined {
  if (domain.startsWith('[') && domain.endsWith(']')) {
    const address = domain.slice(1, -1);
    const isV6 = address.startsWith('IPv6:');
    const problem = isV6 ? ipv6(address.slice(5)) : ipv4(address);
    return problem === undefined ? undefined : `invalid ${isV6 ? 'ipv6' : 'ipv4'} address: ${problem}`;
  }
  const problem = hostname(domain);
  return problem === undefined ? undefined : `invalid domain: ${problem}`;
}

function date(text: string): string | undefined {
  const parsed = parseTime('2006-01-02', text);
  return parsed.ok ? undefined : parsed.error;
}

function time(text: string): string | undefined {
  if (text.length < 9) return 'less than 9 characters long';
  if (text[2] !== ':' || text[5] !== ':') return 'missing colon in correct place';
  if (!/^\d\d:\d\d:\d\d/.test(text)) return 'invalid hour/min/sec';
  const [h = 0, m = 0, s = 0] = text.slice(0, 8).split(':').map(Number);
  if (h > 23 || m > 59 || s > 60) return 'hour/min/sec out of range';
  const rest = text.slice(8);
  if (/^\.(?!\d)/.test(rest)) return 'no digits in second fraction';
  const zone = rest.replace(/^\.\d+/, '');
  let minutes = h * 60 + m;
  if (zone !== 'z' && zone !== 'Z') {
    if (zone.length !== 6) return 'offset must be 6 characters long';
    if (!/^[+-]/.test(zone)) return 'offset must begin with plus/minus';
    if (zone[3] !== ':') return 'missing colon in offset in correct place';
    if (!/^.\d\d:\d\d$/.test(zone)) return 'invalid hour/min in offset';
    const [zh = 0, zm = 0] = zone.slice(1).split(':').map(Number);
    if (zh > 23 || zm > 59) return 'hour/min in offset out of range';
    minutes += (zone.startsWith('+') ? -1 : 1) * (zh * 60 + zm);
    if (minutes < 0) minutes += 24 * 60;
  }
  return s >= 60 && (Math.floor(minutes / 60) !== 23 || minutes % 60 !== 59) ? 'invalid leap second' : undefined;
}

function dateTime(text: string): string | undefined {
  if (text.length < 20) return 'less than 20 characters long';
  if (text[10] !== 't' && text[10] !== 'T') return '11th character must be t or T';
  const day = date(text.slice(0, 10));
  if (day !== undefined) return `invalid date element: ${day}`;
  const clock = time(text.slice(11));
  return clock === undefined ? undefined : `invalid time element: ${clock}`;
}

function uuid(text: string): string | undefined {
  const sizes = [8, 4, 4, 4, 12];
  const groups = text.split('-');
  if (groups.length !== sizes.length) return 'must have 5 elements';
  for (const [i, group] of groups.entries()) {
    if (group.length !== sizes[i]) return `element ${i + 1} must be ${sizes[i]} characters long`;
    const wrong = [...group].find((character) => !/^[0-9a-fA-F]$/.test(character));
    if (wrong !== undefined) return `non-hex character ${quoteRune(wrong.codePointAt(0) ?? 0)}`;
  }
  return undefined;
}

function duration(text: string): string | undefined {
  if (!text.startsWith('P')) return 'must start with P';
  const rest = text.slice(1);
  if (rest === '') return 'nothing after P';
  if (rest.endsWith('W')) return /^\d+$/.test(rest.slice(0, -1)) ? undefined : rest === 'W' ? 'no number in week' : 'invalid week';
  const [days = '', hours, extra] = rest.split('T');
  if (hours === '') return 'no time elements';
  if (extra !== undefined) return 'more than one T';
  return units(days, 'YMD') ?? (hours === undefined ? undefined : units(hours, 'HMS'));
}

function units(text: string, all: string): string | undefined {
  let left = all;
  for (let rest = text; rest !== '';) {
    const digits = /^\d*/.exec(rest)?.[0] ?? '';
    if (digits === '') return 'missing number';
    const unit = rest.charAt(digits.length);
    if (unit === '') return 'missing unit';
    const at = left.indexOf(unit);
    if (at < 0)
      return all.includes(unit) ? `unit ${quoteRune(unit.charCodeAt(0))} out of order` : `invalid unit ${quoteRune(unit.charCodeAt(0))}`;
    left = left.slice(at + 1);
    rest = rest.slice(digits.length + 1);
  }
  return undefined;
}

/** A URL and what is wrong with it; an address in brackets has to be one of IPv6. */
function url(text: string): { readonly problem: string } | { readonly scheme: string; readonly path: string } {
  const parsed = parseUrl(text);
  if (!parsed.ok) return { problem: parsed.error };
  const { scheme, host, path } = parsed.value;
  const bracketed = /^\[(.*)\]/.exec(host)?.[1];
  const problem = bracketed === undefined ? undefined : ipv6(bracketed);
  if (problem !== undefined) return { problem };
  if (bracketed === undefined && host.includes(':') && ipv6(host) === undefined)
    return { problem: 'ipv6 address is not enclosed in brackets' };
  return { scheme, path };
}

/** What most references look like: nothing can be wrong with them. */
const plainReference = /^[\w#/.$-]*$/;

function uriReference(text: string): string | undefined {
  if (plainReference.test(text)) return undefined;
  if (text.includes('\\')) return 'contains \\';
  const parsed = url(text);
  return 'problem' in parsed ? parsed.problem : undefined;
}

function uri(text: string): string | undefined {
  const parsed = url(text);
  if ('problem' in parsed) return parsed.problem;
  return parsed.scheme === '' ? 'relative url' : undefined;
}

function jsonPointer(text: string): string | undefined {
  if (text === '') return undefined;
  if (!text.startsWith('/')) return 'not starting with /';
  return /~(?![01])/.test(text) ? '~ must be followed by 0 or 1' : undefined;
}

function relativeJsonPointer(text: string): string | undefined {
  const digits = /^\d*/.exec(text)?.[0] ?? '';
  if (digits === '') return 'must start with non-negative integer';
  if (digits.length > 1 && digits.startsWith('0')) return 'starts with zero';
  const rest = text.slice(digits.length);
  return rest === '#' ? undefined : jsonPointer(rest);
}

function period(text: string): string | undefined {
  const slash = text.indexOf('/');
  if (slash < 0) return 'missing slash';
  const [start, end] = [text.slice(0, slash), text.slice(slash + 1)];
  const part = (what: string, kind: string, problem: string | undefined): string | undefined =>
    problem === undefined ? undefined : `invalid ${what} ${kind}: ${problem}`;
  if (start.startsWith('P')) return part('start', 'duration', duration(start)) ?? part('end', 'date-time', dateTime(end));
  const first = part('start', 'date-time', dateTime(start));
  if (first !== undefined) return first;
  return end.startsWith('P') ? part('end', 'duration', duration(end)) : part('end', 'date-time', dateTime(end));
}

function identifierProblem(text: string, name: string): string | undefined {
  if (text === '') return `${name} identifier is empty`;
  const wrong = [...text].find((character) => !/^[0-9A-Za-z-]$/.test(character));
  return wrong === undefined ? undefined : `invalid character ${quoteRune(wrong.codePointAt(0) ?? 0)} in ${name} identifier`;
}

function semver(text: string): string | undefined {
  const [, core = '', prerelease, build] = /^([^+-]*)(?:-([^+]*))?(?:\+(.*))?$/s.exec(text) ?? [];
  if (build === '') return 'build is empty';
  for (const part of build?.split('.') ?? []) {
    const problem = identifierProblem(part, 'build');
    if (problem !== undefined) return problem;
  }
  for (const part of prerelease?.split('.') ?? []) {
    const problem = identifierProblem(part, 'pre-release');
    if (problem !== undefined) return problem;
    if (/^0\d+$/.test(part)) return 'pre-release numeric identifier starts with zero';
  }
  const numbers = core.split('.');
  if (numbers.length !== 3) return 'versionCore must have 3 numbers separated by dot';
  for (const [i, name] of ['major', 'minor', 'patch'].entries()) {
    const number = numbers[i] ?? '';
    if (number === '') return `${name} is empty`;
    if (number.length > 1 && number.startsWith('0')) return `${name} starts with zero`;
    if (!/^\d+$/.test(number)) return `${name} contains non-digit`;
  }
  return undefined;
}

function uriTemplate(text: string): string | undefined {
  const parsed = url(text);
  if ('problem' in parsed) return parsed.problem;
  for (const part of parsed.path.split('/')) {
    const braces = part.replaceAll(/[^{}]/g, '');
    if (braces.replaceAll('{}', '') === '') continue;
    return /^(?:\{\})*\{$/.test(braces) ? 'no matching closing brace' : 'nested curly braces';
  }
  return undefined;
}

function regex(text: string): string | undefined {
  const compiled = compileRegexp(text);
  return compiled.ok ? undefined : compiled.error;
}

export const formats: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['ipv4', ipv4],
  ['ipv6', ipv6],
  ['hostname', hostname],
  ['email', email],
  ['date', date],
  ['time', time],
  ['date-time', dateTime],
  ['uuid', uuid],
  ['duration', duration],
  ['uri', uri],
  ['iri', uri],
  ['uri-reference', uriReference],
  ['iri-reference', uriReference],
  ['uri-template', uriTemplate],
  ['json-pointer', jsonPointer],
  ['relative-json-pointer', relativeJsonPointer],
  ['period', period],
  ['semver', semver],
  ['regex', regex],
]);

/** The message for a text that does not have the format. */
export const formatProblem = (text: string, name: string): string | undefined => {
  const problem = formats.get(name)?.(text);
  return problem === undefined ? undefined : `${quoted(text)} is not valid ${name}: ${problem}`;
};
