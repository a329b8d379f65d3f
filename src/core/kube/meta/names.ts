/** The rules for names, label keys and values, and their exact texts. Kubernetes: apimachinery pkg/util/validation, pkg/api/validation/path. */

const regexHint = (message: string, pattern: string, examples: readonly string[]): string =>
  `${message} (e.g. ${examples.map((example, index) => `${index > 0 ? ' or ' : ''}'${example}', `).join('')}regex used for validation is '${pattern}')`;

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomain = `${label}(\\.${label})*`;
const qualified = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';

const labelPattern = new RegExp(`^${label}$`);
const subdomainPattern = new RegExp(`^${subdomain}$`);
const qualifiedPattern = new RegExp(`^${qualified}$`);
const label1035Pattern = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;

const tooLong = (length: number): string => `must be no more than ${length} characters`;

const subdomainHint = regexHint(
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  subdomain,
  ['example.com'],
);
const labelHint = regexHint(
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  label,
  ['my-name', '123-abc'],
);
const label1035Hint = regexHint(
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
  '[a-z]([-a-z0-9]*[a-z0-9])?',
  ['my-name', 'abc-123'],
);
const qualifiedMessage = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
const qualifiedHint = regexHint(qualifiedMessage, qualified, ['MyName', 'my.name', '123-abc']);
const labelValueHint = regexHint(
  `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character`,
  `(${qualified})?`,
  ['MyValue', 'my_value', '12345'],
);
const configKeyHint = regexHint("a valid config key must consist of alphanumeric characters, '-', '_' or '.'", '[-._a-zA-Z0-9]+', [
  'key.name',
  'KEY_NAME',
  'key-name',
]);

const fine: readonly string[] = [];

function check(value: string, max: number, rule: { readonly pattern: RegExp; readonly hint: string }): readonly string[] {
  const matches = rule.pattern.test(value);
  if (matches && value.length <= max) return fine;
  return [...(value.length > max ? [tooLong(max)] : []), ...(matches ? [] : [rule.hint])];
}

export const subdomainProblems = (value: string): readonly string[] =>
  check(value, 253, { pattern: subdomainPattern, hint: subdomainHint });
/** What would be a subdomain has dots in it. Kubernetes: IsDNS1123Label. */
export const labelProblems = (value: string): readonly string[] =>
  labelPattern.test(value) && value.length <= 63
    ? fine
    : check(value, 63, { pattern: labelPattern, hint: subdomainPattern.test(value) ? 'must not contain dots' : labelHint });
export const label1035Problems = (value: string): readonly string[] => check(value, 63, { pattern: label1035Pattern, hint: label1035Hint });
export const labelValueProblems = (value: string): readonly string[] =>
  value === '' ? fine : check(value, 63, { pattern: qualifiedPattern, hint: labelValueHint });

/** Keys of ConfigMaps and Secrets. */
export function configKeyProblems(value: string): readonly string[] {
  const problems = check(value, 253, { pattern: /^[-._a-zA-Z0-9]+$/, hint: configKeyHint });
  if (value === '.') return [...problems, "must not be '.'"];
  if (value === '..') return [...problems, "must not be '..'"];
  return value.startsWith('..') ? [...problems, "must not start with '..'"] : problems;
}

/** `name` or `prefix/name`: label and annotation keys, finalizers, resource names. */
export function qualifiedNameProblems(value: string): readonly string[] {
  if (value.length <= 63 && qualifiedPattern.test(value)) return fine;
  const parts = value.split('/');
  if (parts.length > 2)
    return [`a qualified name ${qualifiedHint} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  const name = parts.at(-1) ?? '';
  const problems: string[] = [];
  const prefix = parts.length === 2 ? (parts[0] ?? '') : undefined;
  if (prefix === '') problems.push('prefix part must be non-empty');
  else if (prefix !== undefined) problems.push(...subdomainProblems(prefix).map((problem) => `prefix part ${problem}`));
  if (name === '') problems.push('name part must be non-empty');
  else if (name.length > 63) problems.push(`name part ${tooLong(63)}`);
  if (!qualifiedPattern.test(name)) problems.push(`name part ${qualifiedHint}`);
  return problems;
}

/** Names that only have to fit into a path. */
export function pathSegmentProblems(value: string): readonly string[] {
  if (value === '.' || value === '..') return [`may not be '${value}'`];
  return ['/', '%'].filter((bad) => value.includes(bad)).map((bad) => `may not contain '${bad}'`);
}

/** The name of a container port or a Service's target port. */
export function portNameProblems(value: string): readonly string[] {
  return [
    ...(value.length > 15 ? [tooLong(15)] : []),
    ...(/^[-a-z0-9]+$/.test(value) ? [] : ['must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)']),
    ...(/[a-z]/.test(value) ? [] : ['must contain at least one letter (a-z)']),
    ...(value.includes('--') ? ['must not contain consecutive hyphens'] : []),
    ...(value.startsWith('-') || value.endsWith('-') ? ['must not begin or end with a hyphen'] : []),
  ];
}

export type NameRule = 'subdomain' | 'label' | 'label1035' | 'path';

const nameRules: Readonly<Record<NameRule, (value: string) => readonly string[]>> = {
  subdomain: subdomainProblems,
  label: labelProblems,
  label1035: label1035Problems,
  path: pathSegmentProblems,
};

/** What is wrong with an object's name; a `generateName` may end in dashes. */
export const nameProblems = (rule: NameRule, value: string): readonly string[] => nameRules[rule](value);

/** A generateName with its trailing dash replaced, as it is checked. */
export const maskTrailingDash = (prefix: string): string =>
  prefix.length > 1 && prefix.endsWith('-') ? `${prefix.slice(0, -2)}a` : prefix;
