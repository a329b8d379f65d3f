/** Quantities, URLs, versions and formats (Kubernetes: apiserver/pkg/cel/library). Addresses are in `addresses.table.ts`. */
import { getKey } from '../../object/index.ts';
import { compareQuantities, parseQuantity, type Quantity } from '../../object/quantity/index.ts';
import { EvalFailure } from '../failure.ts';
import { CelOpaque, CelOptional, listOf, mapOf, type Value } from '../value.ts';
import { formatNamed, namedFormats, type NamedFormat } from './formats.ts';
import { matching, traversal, type Cost, type Row, type Run } from './overload.ts';
import { compareVersions, parseVersion, type Version } from './semver.ts';
import { parseUrl, type Url } from './url.ts';

const NANO = 1_000_000_000n;
const traversed: Cost = ([text]) => traversal(text);

const quantityOf = (value: Value | undefined): Quantity => (value as CelOpaque).payload as Quantity;
/** Equal amounts are equal however they are written. */
const quantityValue = (quantity: Quantity): CelOpaque =>
  new CelOpaque('kubernetes.Quantity', String(quantity.nanos), { payload: quantity });

const quantity: Run = ([text]) => {
  const parsed = parseQuantity(text as string);
  if (!parsed.ok) throw new EvalFailure(parsed.error);
  return quantityValue(parsed.value);
};

const amount = (value: Value | undefined): bigint => (typeof value === 'bigint' ? value * NANO : quantityOf(value).nanos);
const isWhole = (nanos: bigint): boolean => nanos % NANO === 0n && BigInt.asIntN(64, nanos / NANO) === nanos / NANO;

const changed =
  (sign: 1n | -1n): Run =>
  ([a, b]) =>
    quantityValue({ ...quantityOf(a), nanos: quantityOf(a).nanos + sign * amount(b), text: '' });

const asInteger: Run = ([a]) => {
  const { nanos } = quantityOf(a);
  if (!isWhole(nanos)) throw new EvalFailure('cannot convert value to integer');
  return nanos / NANO;
};

const quantityRows: readonly Row[] = [
  ['quantity(string) quantity', quantity, traversed],
  ['isQuantity(string) bool', ([text]) => parseQuantity(text as string).ok, traversed],
  // Kubernetes declares it as a function, not as a method.
  ['sign(quantity) int', ([a]) => BigInt(Math.sign(Number(quantityOf(a).nanos)))],
  ['quantity::isInteger() bool', ([a]) => isWhole(quantityOf(a).nanos)],
  ['quantity::asInteger() int', asInteger],
  ['quantity::asApproximateFloat() double', ([a]) => Number(quantityOf(a).nanos) / 1e9],
  ['quantity::isGreaterThan(quantity) bool', ([a, b]) => compareQuantities(quantityOf(a), quantityOf(b)) > 0],
  ['quantity::isLessThan(quantity) bool', ([a, b]) => compareQuantities(quantityOf(a), quantityOf(b)) < 0],
  ['quantity::compareTo(quantity) int', ([a, b]) => BigInt(compareQuantities(quantityOf(a), quantityOf(b)))],
  ['quantity::add(quantity) quantity', changed(1n)],
  ['quantity::add(int) quantity', changed(1n)],
  ['quantity::sub(quantity) quantity', changed(-1n)],
  ['quantity::sub(int) quantity', changed(-1n)],
];

const urlOf = (value: Value | undefined): Url => (value as CelOpaque).payload as Url;

const url: Run = ([text]) => {
  const parsed = parseUrl(text as string);
  if (parsed === undefined)
    throw new EvalFailure(`URL parse error during conversion from string: parse ${JSON.stringify(text)}: invalid URI for request`);
  return new CelOpaque('kubernetes.URL', text as string, { payload: parsed });
};

const query: Run = ([value]) => mapOf([...urlOf(value).query].map(([key, values]) => [key, listOf(values)]));

const urlRows: readonly Row[] = [
  ['url(string) url', url, traversed],
  ['isURL(string) bool', ([text]) => parseUrl(text as string) !== undefined],
  ['url::getScheme() string', ([value]) => urlOf(value).scheme],
  ['url::getHost() string', ([value]) => urlOf(value).host],
  ['url::getHostname() string', ([value]) => urlOf(value).hostname],
  ['url::getPort() string', ([value]) => urlOf(value).port],
  ['url::getEscapedPath() string', ([value]) => urlOf(value).escapedPath],
  ['url::getQuery() map(string, list(string))', query],
];

const versionOf = (value: Value | undefined): Version => (value as CelOpaque).payload as Version;

const semver: Run = ([text, normalize]) => {
  const parsed = parseVersion(text as string, { normalize: normalize === true });
  if (!parsed.ok) throw new EvalFailure(parsed.error);
  return new CelOpaque('kubernetes.Semver', parsed.value.identity, { payload: parsed.value });
};
const isSemver: Run = ([text, normalize]) => parseVersion(text as string, { normalize: normalize === true }).ok;
const compared = ([a, b]: readonly Value[]): number => compareVersions(versionOf(a), versionOf(b));

const semverRows: readonly Row[] = [
  ['semver(string) semver', semver, traversed],
  ['semver(string, bool) semver', semver, traversed],
  ['isSemver(string) bool', isSemver, traversed],
  ['isSemver(string, bool) bool', isSemver, traversed],
  ['semver::major() int', ([value]) => versionOf(value).major],
  ['semver::minor() int', ([value]) => versionOf(value).minor],
  ['semver::patch() int', ([value]) => versionOf(value).patch],
  ['semver::isGreaterThan(semver) bool', (args) => compared(args) > 0],
  ['semver::isLessThan(semver) bool', (args) => compared(args) < 0],
  ['semver::compareTo(semver) int', (args) => BigInt(compared(args))],
];

const formatValue = (format: NamedFormat): CelOpaque => new CelOpaque('kubernetes.NamedFormat', format.name, { payload: format });
const formatOf = (value: Value | undefined): NamedFormat => (value as CelOpaque).payload as NamedFormat;

const validate: Run = ([format, text]) => {
  const problems = formatOf(format).validate(text as string);
  return new CelOptional(problems.length === 0 ? undefined : listOf(problems));
};

const formatRows: readonly Row[] = [
  ...Object.keys(namedFormats).map((name): Row => [`format.${name}() format`, () => formatValue(formatNamed(name) as NamedFormat)]),
  [
    'format.named(string) opt(format)',
    ([name]) => {
      const found = getKey(namedFormats, name as string);
      return new CelOptional(found === undefined ? undefined : formatValue(found));
    },
  ],
  ['format::validate(string) opt(list(string))', validate, ([format, text]) => matching(text, formatOf(format).patternLength)],
];

export const kubernetesRows: readonly Row[] = [...quantityRows, ...urlRows, ...semverRows, ...formatRows];
