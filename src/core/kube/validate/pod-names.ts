/** How a Pod finds names, and what system it runs on. Kubernetes: validatePodDNSConfig, ValidateHostAliases, validateOS. */
import { parseAddress } from '../../go/netip/index.ts';
import { isSet, type JsonObject, objectAt, objects, text, texts } from '../../object/index.ts';
import { subdomainProblems } from '../meta/index.ts';
import { type FieldError, fieldError } from '../status/index.ts';
import { badList, type Errors, IP_HINT, problems } from './checks.ts';

const addressErrors = (address: string, field: string): Errors =>
  parseAddress(address, 'sloppy') === undefined ? [fieldError.invalid(field, address, IP_HINT)] : [];

const label = '[_a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const SEARCH = new RegExp(`^${label}(\\.${label})*$`);
const SEARCH_HINT = `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`;

/** A search path may have underscores since 1.33. */
function searchErrors(search: string, field: string): Errors {
  if (search === '.') return [];
  const name = search.replace(/\.$/, '');
  const long: FieldError[] = name.length > 253 ? [fieldError.invalid(field, name, 'must be no more than 253 characters')] : [];
  return SEARCH.test(name) ? long : [...long, fieldError.invalid(field, name, SEARCH_HINT)];
}

const [SERVERS, SEARCHES, SEARCH_LENGTH] = [3, 32, 2048] as const;

export function resolverErrors(spec: JsonObject, field: string): Errors {
  const at = `${field}.dnsConfig`;
  const config = objectAt(spec.dnsConfig);
  const [servers, searches] = [texts(config.nameservers), texts(config.searches)];
  if (spec.dnsPolicy === 'None' && !isSet(spec.dnsConfig))
    return [fieldError.required(at, 'must provide `dnsConfig` when `dnsPolicy` is None')];
  if (spec.dnsPolicy === 'None' && servers.length === 0)
    return [fieldError.required(`${at}.nameservers`, 'must provide at least one DNS nameserver when `dnsPolicy` is None')];
  const long = searches.join(' ').length > SEARCH_LENGTH;
  return [
    ...(servers.length > SERVERS ? [badList(`${at}.nameservers`, servers, { why: `must not have more than ${SERVERS} nameservers` })] : []),
    ...servers.flatMap((server, index) => addressErrors(server, `${at}.nameservers[${index}]`)),
    ...(searches.length > SEARCHES
      ? [badList(`${at}.searches`, searches, { why: `must not have more than ${SEARCHES} search paths` })]
      : []),
    ...(long
      ? [
          badList(`${at}.searches`, searches, {
            why: `must not have more than ${SEARCH_LENGTH} characters (including spaces) in the search list`,
          }),
        ]
      : []),
    ...searches.flatMap((search, index) => searchErrors(search, `${at}.searches[${index}]`)),
    ...objects(config.options).flatMap(({ name }, index) =>
      text(name) === '' ? [fieldError.required(`${at}.options[${index}]`, 'must not be empty')] : [],
    ),
  ];
}

export const aliasErrors = (spec: JsonObject, field: string): Errors =>
  objects(spec.hostAliases).flatMap((alias, index) => {
    const at = `${field}.hostAliases[${index}]`;
    return [
      ...addressErrors(text(alias.ip), `${at}.ip`),
      ...texts(alias.hostnames).flatMap((name, place) => problems(`${at}.hostnames[${place}]`, name, subdomainProblems(name))),
    ];
  });

export function systemErrors(spec: JsonObject, field: string): Errors {
  if (!isSet(spec.os)) return [];
  const name = text(objectAt(spec.os).name);
  if (name === '') return [fieldError.required(`${field}.os.name`, 'cannot be empty')];
  return ['linux', 'windows'].includes(name) ? [] : [fieldError.notSupported(`${field}.os`, name, ['linux', 'windows'])];
}
