/** What keys and values of labels may look like. Source: apimachinery pkg/util/validation. */

const NAME = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const NAME_RULE =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character " +
  `(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${NAME}')`;
const VALUE = `(${NAME})?`;
const VALUE_RULE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric " +
  `character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '${VALUE}')`;
const SUBDOMAIN = '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*';
const SUBDOMAIN_RULE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric " +
  `character (e.g. 'example.com', regex used for validation is '${SUBDOMAIN}')`;
const MAX_NAME = 63;
const MAX_PREFIX = 253;

const IS_NAME = /^(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
// Every part between dots is checked by itself: one expression over all of them could be made to backtrack for long.
const IS_DNS_LABEL = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;

const tooLong = (limit: number): string => `must be no more than ${limit} bytes`;

/** What is wrong with a label key (`app`, `example.com/app`); empty when nothing is. */
export function labelKeyErrors(key: string): string[] {
  const parts = key.split('/');
  const [first = '', second] = parts;
  if (parts.length > 2) return [`a qualified name ${NAME_RULE} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  const name = second ?? first;
  const errors = second === undefined ? [] : prefixErrors(first);
  if (name === '') errors.push('name part must be non-empty');
  else if (name.length > MAX_NAME) errors.push(`name part ${tooLong(MAX_NAME)}`);
  if (!IS_NAME.test(name)) errors.push(`name part ${NAME_RULE}`);
  return errors;
}

function prefixErrors(prefix: string): string[] {
  if (prefix === '') return ['prefix part must be non-empty'];
  const errors = prefix.length > MAX_PREFIX ? [`prefix part ${tooLong(MAX_PREFIX)}`] : [];
  if (!prefix.split('.').every((label) => IS_DNS_LABEL.test(label))) errors.push(`prefix part ${SUBDOMAIN_RULE}`);
  return errors;
}

/** What is wrong with a label value; empty when nothing is. */
export function labelValueErrors(value: string): string[] {
  const errors = value.length > MAX_NAME ? [tooLong(MAX_NAME)] : [];
  if (value !== '' && !IS_NAME.test(value)) errors.push(VALUE_RULE);
  return errors;
}
