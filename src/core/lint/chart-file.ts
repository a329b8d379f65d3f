/** Rules for Chart.yaml. Source: Helm 4 pkg/chart/v2/lint/rules/chartfile.go. */
import { type RawMetadata, readMetadata } from '../chart/model/index.ts';
import { baseName } from '../go/path/index.ts';
import { compareVersions, parseStrictVersion, parseVersion, versionString } from '../go/semver/index.ts';
import { sortStrings } from '../go/sort/index.ts';
import { quote } from '../go/strconv/index.ts';
import { getKey, isObject, type Json, type JsonObject } from '../object/index.ts';
import { decode, sigsYaml } from '../yaml/index.ts';
import { isEmail, isRequestUrl, isWebAddress } from './addresses.ts';
import { jsonKind } from './documents.ts';
import type { Findings } from './message.ts';

const FILE = 'Chart.yaml';

/** `text`: undefined when there is a folder of that name. `shown`: its path, for messages. */
export function lintChartFile(found: Findings, text: string | undefined, shown: string): void {
  if (text === undefined) {
    found.check('ERROR', FILE, 'should be a file, not a directory');
    found.check('ERROR', FILE, `unable to parse YAML\n\tread ${shown}: is a directory`);
    return;
  }
  const read = readMetadata(text);
  if (!read.ok) {
    found.check('ERROR', FILE, `unable to parse YAML\n\t${read.error}`);
    return;
  }
  const strict = strictProblem(text);
  found.check('WARNING', FILE, strict === undefined ? undefined : `failed to strictly parse chart metadata file\n\t${strict}`);
  const raw = decode(text, { variant: sigsYaml });
  const fields = raw.ok && isObject(raw.value) ? raw.value : {};
  const md = read.value;
  found.check('ERROR', FILE, nameProblem(md));
  found.check('ERROR', FILE, apiVersionProblem(md));
  found.check('ERROR', FILE, typeProblem(fields, 'version'));
  found.check('ERROR', FILE, versionProblem(md));
  found.check('ERROR', FILE, typeProblem(fields, 'appVersion'));
  found.check('ERROR', FILE, maintainerProblem(md));
  const source = md.sources.find((address) => address === '' || !isRequestUrl(address));
  found.check('ERROR', FILE, source === undefined ? undefined : `invalid source URL '${source}'`);
  found.check('INFO', FILE, md.icon === '' ? 'icon is recommended' : undefined);
  found.check('ERROR', FILE, md.icon === '' || isRequestUrl(md.icon) ? undefined : `invalid icon URL '${md.icon}'`);
  const isNew = md.apiVersion === 'v2';
  found.check(
    'ERROR',
    FILE,
    md.type === '' || isNew ? undefined : `chart type is not valid in apiVersion '${md.apiVersion}'. It is valid in apiVersion 'v2'`,
  );
  found.check(
    'ERROR',
    FILE,
    (md.dependencies ?? []).length === 0 || isNew
      ? undefined
      : `dependencies are not valid in the Chart file with apiVersion '${md.apiVersion}'. They are valid in apiVersion 'v2'`,
  );
  found.check('WARNING', FILE, parseStrictVersion(md.version).ok ? undefined : `version '${md.version}' is not a valid SemVerV2`);
}

/** Fields by name, and what is below those that hold objects or lists of them. */
interface Shape {
  readonly fields: readonly string[];
  readonly inner?: Readonly<Record<string, Shape>>;
}

const metadataShape: Shape = {
  fields: (
    'name home sources version description keywords maintainers icon apiVersion condition tags appVersion deprecated annotations ' +
    'kubeVersion dependencies type'
  ).split(' '),
  inner: {
    maintainers: { fields: ['name', 'email', 'url'] },
    dependencies: { fields: 'name version repository condition tags enabled import-values alias'.split(' ') },
  },
};

/** What strict reading complains about: repeated keys, then the first field that is not known. */
function strictProblem(text: string): string | undefined {
  const decoded = decode(text, { variant: sigsYaml, strict: true });
  if (!decoded.ok) return `error converting YAML to JSON: ${decoded.error.message}`;
  const unknown = unknownField(decoded.value, metadataShape);
  return unknown === undefined ? undefined : `error unmarshaling JSON: while decoding JSON: json: unknown field ${quote(unknown)}`;
}

function unknownField(value: Json, shape: Shape): string | undefined {
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => unknownField(item, shape)).find((name) => name !== undefined);
  if (!isObject(value)) return undefined;
  for (const key of sortStrings(Object.keys(value))) {
    const name = shape.fields.find((each) => each.toLowerCase() === key.toLowerCase());
    if (name === undefined) return key;
    const inner = shape.inner?.[name];
    const below = inner === undefined ? undefined : unknownField(getKey(value, key) ?? null, inner);
    if (below !== undefined) return below;
  }
  return undefined;
}

function nameProblem({ name }: RawMetadata): string | undefined {
  if (name === '') return 'name is required';
  return name === baseName(name) ? undefined : `chart name ${quote(name)} is invalid`;
}

function apiVersionProblem({ apiVersion }: RawMetadata): string | undefined {
  if (apiVersion === '') return 'apiVersion is required. The value must be either "v1" or "v2"';
  return ['v1', 'v2'].includes(apiVersion) ? undefined : `apiVersion '${apiVersion}' is not valid. The value must be either "v1" or "v2"`;
}

const goTypes: Readonly<Record<string, string>> = {
  array: '[]interface {}',
  object: 'map[string]interface {}',
  bool: 'bool',
  number: 'float64',
};

function typeProblem(fields: JsonObject, key: string): string | undefined {
  const value = getKey(fields, key);
  if (value === undefined || typeof value === 'string') return undefined;
  return `${key} should be of type string but it's of type ${value === null ? '<nil>' : goTypes[jsonKind(value)]}`;
}

function versionProblem({ version }: RawMetadata): string | undefined {
  if (version === '') return 'version is required';
  const parsed = parseVersion(version);
  const least = parseVersion('0.0.0-0');
  if (!parsed.ok || !least.ok) return `version '${version}' is not a valid SemVer`;
  return compareVersions(parsed.value, least.value) > 0
    ? undefined
    : `version ${versionString(parsed.value)} is less than or equal to ${versionString(least.value)}`;
}

function maintainerProblem({ maintainers }: RawMetadata): string | undefined {
  for (const maintainer of maintainers) {
    if (maintainer === undefined) return 'a maintainer entry is empty';
    const { name, email, url } = maintainer;
    if (name === '') return 'each maintainer requires a name';
    if (email !== '' && !isEmail(email)) return `invalid email '${email}' for maintainer '${name}'`;
    if (url !== '' && !isWebAddress(url)) return `invalid url '${url}' for maintainer '${name}'`;
  }
  return undefined;
}
