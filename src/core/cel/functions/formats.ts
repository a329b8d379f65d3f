/** Named formats (Kubernetes: library/format.go, apimachinery/pkg/util/validation). Each gives the messages of what is wrong. */
import { getKey } from '../../object/index.ts';
import { parseUrl } from './url.ts';

export interface NamedFormat {
  readonly name: string;
  /** cost is counted as for a pattern of this length. */
  readonly patternLength: number;
  readonly validate: (text: string) => readonly string[];
}

const regexMessage = (message: string, pattern: string, examples: readonly string[]): string => {
  const quoted = examples.map((example) => `'${example}'`);
  const list = quoted.length === 0 ? '' : `(e.g. ${quoted.join(',  or ')}, `;
  return `${message} ${list === '' ? '(' : list}regex used for validation is '${pattern}')`;
};

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;
const LABEL_1035 = '[a-z]([-a-z0-9]*[a-z0-9])?';
const QUALIFIED = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const VALUE = `(${QUALIFIED})?`;

const tooLong = (text: string, limit: number): readonly string[] => (text.length > limit ? [`must be no more than ${limit} bytes`] : []);
const matched = (text: string, pattern: string): boolean => new RegExp(`^(?:${pattern})$`).test(text);

/** A prefix may end in a dash, because something follows it. */
const withoutDash = (text: string): string => (text.length > 1 && text.endsWith('-') ? `${text.slice(0, -1)}a` : text);

const label1123 = (text: string): readonly string[] => {
  const long = tooLong(text, 63);
  if (matched(text, LABEL)) return long;
  const message = matched(text, SUBDOMAIN)
    ? 'must not contain dots'
    : regexMessage(
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
        LABEL,
        ['my-name', '123-abc'],
      );
  return [...long, message];
};

const subdomain1123 = (text: string): readonly string[] =>
  matched(text, SUBDOMAIN)
    ? tooLong(text, 253)
    : [
        ...tooLong(text, 253),
        regexMessage(
          "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
          SUBDOMAIN,
          ['example.com'],
        ),
      ];

const label1035 = (text: string): readonly string[] =>
  matched(text, LABEL_1035)
    ? tooLong(text, 63)
    : [
        ...tooLong(text, 63),
        regexMessage(
          "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
          LABEL_1035,
          ['my-name', 'abc-123'],
        ),
      ];

const NAME_PART = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";

function qualifiedName(text: string): readonly string[] {
  const parts = text.split('/');
  const example = regexMessage(NAME_PART, QUALIFIED, ['MyName', 'my.name', '123-abc']);
  if (parts.length > 2) return [`a qualified name ${example} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  const problems: string[] = [];
  const name = parts.at(-1) ?? '';
  const [prefix] = parts;
  if (parts.length === 2 && prefix === '') problems.push('prefix part must be non-empty');
  else if (parts.length === 2 && prefix !== undefined) problems.push(...subdomain1123(prefix).map((message) => `prefix part ${message}`));
  if (name === '') problems.push('name part must be non-empty');
  else if (name.length > 63) problems.push('name part must be no more than 63 bytes');
  if (!matched(name, QUALIFIED)) problems.push(`name part ${example}`);
  return problems;
}

const labelValue = (text: string): readonly string[] =>
  matched(text, VALUE)
    ? tooLong(text, 63)
    : [
        ...tooLong(text, 63),
        regexMessage(
          `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character`,
          VALUE,
          ['MyValue', 'my_value', '12345'],
        ),
      ];

const only = (pattern: RegExp, message: string) => (text: string) => (pattern.test(text) ? [] : [message]);

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
function isDate(text: string): boolean {
  const [, year, month, day] = DATE.exec(text) ?? [];
  const limit = [
    31,
    Number(year) % 4 === 0 && (Number(year) % 100 !== 0 || Number(year) % 400 === 0) ? 29 : 28,
    31,
    30,
    31,
    30,
    31,
    31,
    30,
    31,
    30,
    31,
  ][Number(month) - 1];
  return limit !== undefined && Number(day) >= 1 && Number(day) <= limit;
}

const DATETIME = /^(\d{4}-\d{2}-\d{2})[Tt]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$/;
const isDateTime = (text: string): boolean => isDate(DATETIME.exec(text)?.[1] ?? '');
const isUuid = /^(?:urn:uuid:)?[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const isBase64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

export const namedFormats: { readonly [name: string]: NamedFormat } = {
  dns1123Label: { name: 'DNS1123Label', patternLength: 30, validate: label1123 },
  dns1123Subdomain: { name: 'DNS1123Subdomain', patternLength: 60, validate: subdomain1123 },
  dns1035Label: { name: 'DNS1035Label', patternLength: 30, validate: label1035 },
  qualifiedName: { name: 'QualifiedName', patternLength: 60, validate: qualifiedName },
  dns1123LabelPrefix: { name: 'DNS1123LabelPrefix', patternLength: 30, validate: (text) => label1123(withoutDash(text)) },
  dns1123SubdomainPrefix: { name: 'DNS1123SubdomainPrefix', patternLength: 60, validate: (text) => subdomain1123(withoutDash(text)) },
  dns1035LabelPrefix: { name: 'DNS1035LabelPrefix', patternLength: 30, validate: (text) => label1035(withoutDash(text)) },
  labelValue: { name: 'LabelValue', patternLength: 40, validate: labelValue },
  uri: {
    name: 'URI',
    patternLength: 1103,
    validate: (text) => (parseUrl(text) === undefined ? [`parse ${JSON.stringify(text)}: invalid URI for request`] : []),
  },
  uuid: { name: 'uuid', patternLength: 100, validate: only(isUuid, 'does not match the UUID format') },
  byte: { name: 'byte', patternLength: 83, validate: only(isBase64, 'invalid base64') },
  date: { name: 'date', patternLength: 71, validate: (text) => (isDate(text) ? [] : ['invalid date']) },
  datetime: { name: 'datetime', patternLength: 71, validate: (text) => (isDateTime(text) ? [] : ['invalid datetime']) },
};

export const formatNamed = (name: string): NamedFormat | undefined => getKey(namedFormats, name);
