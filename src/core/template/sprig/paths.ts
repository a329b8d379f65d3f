/** Paths, addresses, versions, JSON. Source: Masterminds/sprig functions.go, url.go, semver.go, defaults.go. */
import { GoPointer, GoStruct } from '../../go/composite/index.ts';
import { baseName, cleanPath, dirName, extension, isAbsolute } from '../../go/path/index.ts';
import { kindOf, textOf } from '../../go/reflect/index.ts';
import {
  compareVersions,
  incrementVersion,
  parseVersion,
  versionString,
  withMetadata,
  withPrerelease,
  type Version,
} from '../../go/semver/index.ts';
import { basicType, type GoMethod, type GoType, listType, namedType } from '../../go/type/index.ts';
import { GoBytes, GoInt, int, type GoRecord, type GoValue } from '../../go/value/index.ts';
import { getKey, record } from '../../object/index.ts';
import { encodeUtf8, ok, type Result } from '../../../std/index.ts';
import { fixed, param, TemplateFailure, type TemplateFunction } from '../exec/index.ts';
import { hostOf } from './host.ts';
import { decodeJson, encodeJson, type JsonStyle } from '../json/index.ts';
import { hostname, parseUrl, urlString, userinfoString } from '../url/index.ts';

const { any, string } = param;

function unwrap<T>(result: Result<T, string>): T {
  if (result.ok) return result.value;
  throw new TemplateFailure(result.error);
}

function urlParse(text: string): GoRecord {
  const parsed = parseUrl(text);
  if (!parsed.ok) throw new TemplateFailure(`unable to parse url: ${parsed.error}`);
  const url = parsed.value;
  return record<GoValue>([
    ['scheme', url.scheme],
    ['host', url.host],
    ['hostname', hostname(url)],
    ['path', url.path],
    ['query', url.query],
    ['opaque', url.opaque],
    ['fragment', url.fragment],
    ['userinfo', url.user === undefined ? '' : userinfoString(url.user)],
  ]);
}

function partOf(parts: GoRecord | null, key: string): string {
  const value = parts === null ? undefined : getKey(parts, key);
  if (value === undefined) return '';
  if (value === null) throw new TemplateFailure('runtime error: invalid memory address or nil pointer dereference');
  const text = textOf(value);
  if (text === undefined) throw new TemplateFailure(`unable to parse ${key} key, must be of type string, but ${kindOf(value)} found`);
  return text;
}

function urlJoin(parts: GoRecord | null): string {
  const userinfo = partOf(parts, 'userinfo');
  const user = userinfo === '' ? undefined : parseUrl(`proto://${userinfo}@host`);
  if (user !== undefined && !user.ok) throw new TemplateFailure(`unable to parse userinfo in dict: ${user.error}`);
  return urlString({
    scheme: partOf(parts, 'scheme'),
    host: partOf(parts, 'host'),
    path: partOf(parts, 'path'),
    query: partOf(parts, 'query'),
    opaque: partOf(parts, 'opaque'),
    fragment: partOf(parts, 'fragment'),
    user: user?.value.user,
  });
}

/** A semver.Version in its pointer, with the methods templates can call. */
function goVersion(version: Version): GoPointer {
  const number = (value: number | bigint): GoInt => new GoInt(basicType.uint64, value);
  const struct = new GoStruct(versionType, [
    ['major', number(version.major)],
    ['minor', number(version.minor)],
    ['patch', number(version.patch)],
    ['pre', version.prerelease],
    ['metadata', version.metadata],
    ['original', version.original],
  ]);
  return new GoPointer(versionType, struct);
}

function versionOf(value: unknown): Version {
  const struct = value instanceof GoPointer ? value.target : (value as GoValue);
  const field = (name: string): GoValue => (struct instanceof GoStruct ? (struct.field(name) ?? null) : null);
  const number = (name: string): number | bigint => {
    const part = field(name);
    return part instanceof GoInt ? part.value : 0;
  };
  const text = (name: string): string => textOf(field(name)) ?? '';
  return {
    major: number('major'),
    minor: number('minor'),
    patch: number('patch'),
    prerelease: text('pre'),
    metadata: text('metadata'),
    original: text('original'),
  };
}

function method(
  params: readonly GoType[],
  result: GoType,
  call: (version: Version, args: readonly unknown[]) => Result<GoValue, string>,
): GoMethod {
  return { signature: { params, variadic: false, result }, onPointer: true, call: (receiver, args) => call(versionOf(receiver), args) };
}

const pointerName: GoType = { kind: 'ptr', name: '*semver.Version', named: false };
const reader = (result: GoType, read: (version: Version) => GoValue): GoMethod => method([], result, (version) => ok(read(version)));
const comparer = (test: (order: number) => boolean): GoMethod =>
  method([pointerName], basicType.bool, (version, [other]) => ok(test(compareVersions(version, versionOf(other)))));
const incrementer = (part: 'major' | 'minor' | 'patch'): GoMethod =>
  method([], versionStruct, (version) => {
    const next = incrementVersion(version, part);
    return next.ok ? ok(goVersion(next.value).target) : next;
  });
const changer = (change: (version: Version, text: string) => Result<Version, string>): GoMethod =>
  method([basicType.string], versionStruct, (version, [text]) => {
    const next = change(version, String(text));
    return next.ok ? ok(goVersion(next.value).target) : next;
  });

const versionStruct: GoType = { kind: 'struct', name: 'semver.Version', named: true };
const uint64 = basicType.uint64;
const versionType: GoType = namedType(
  'semver.Version',
  versionStruct,
  new Map<string, GoMethod>([
    ['Major', reader(uint64, (version) => new GoInt(uint64, version.major))],
    ['Minor', reader(uint64, (version) => new GoInt(uint64, version.minor))],
    ['Patch', reader(uint64, (version) => new GoInt(uint64, version.patch))],
    ['Prerelease', reader(basicType.string, (version) => version.prerelease)],
    ['Metadata', reader(basicType.string, (version) => version.metadata)],
    ['Original', reader(basicType.string, (version) => version.original)],
    ['String', reader(basicType.string, (version) => versionString(version))],
    ['MarshalJSON', reader(listType(basicType.uint8), (version) => new GoBytes(encodeUtf8(JSON.stringify(versionString(version)))))],
    ['Compare', method([pointerName], basicType.int, (version, [other]) => ok(int(compareVersions(version, versionOf(other)))))],
    ['Equal', comparer((order) => order === 0)],
    ['LessThan', comparer((order) => order < 0)],
    ['LessThanEqual', comparer((order) => order <= 0)],
    ['GreaterThan', comparer((order) => order > 0)],
    ['GreaterThanEqual', comparer((order) => order >= 0)],
    ['IncMajor', incrementer('major')],
    ['IncMinor', incrementer('minor')],
    ['IncPatch', incrementer('patch')],
    ['SetPrerelease', changer(withPrerelease)],
    ['SetMetadata', changer(withMetadata)],
  ]),
);

function json(style: JsonStyle, onError: 'empty' | 'fail'): TemplateFunction {
  return fixed([any], ([value]) => {
    const encoded = encodeJson(value, style);
    if (encoded.ok) return encoded.value;
    if (onError === 'fail') throw new TemplateFailure(encoded.error);
    return '';
  });
}

const compact: JsonStyle = { escapeHtml: true, indent: '' };
const pretty: JsonStyle = { escapeHtml: true, indent: '  ' };
const raw: JsonStyle = { escapeHtml: false, indent: '' };
const path1 = (change: (path: string) => GoValue): TemplateFunction => fixed([string], ([path]) => change(path));

/** Name → function. `path` and `path/filepath` are the same on Unix. */
export const pathFunctions: readonly (readonly [string, TemplateFunction])[] = [
  ...['base', 'osBase'].map((name): [string, TemplateFunction] => [name, path1(baseName)]),
  ...['dir', 'osDir'].map((name): [string, TemplateFunction] => [name, path1(dirName)]),
  ...['clean', 'osClean'].map((name): [string, TemplateFunction] => [name, path1(cleanPath)]),
  ...['ext', 'osExt'].map((name): [string, TemplateFunction] => [name, path1(extension)]),
  ...['isAbs', 'osIsAbs'].map((name): [string, TemplateFunction] => [name, path1(isAbsolute)]),
  ['urlParse', fixed([string], ([text]) => urlParse(text))],
  ['urlJoin', fixed([param.record], ([parts]) => urlJoin(parts))],
  ['semver', fixed([string], ([text]) => goVersion(unwrap(parseVersion(text))))],
  ['semverCompare', fixed([string, string], ([range, text], state) => unwrap(hostOf(state).ranges.check(range, text)))],
  [
    'fromJson',
    fixed([string], ([text]) => {
      const decoded = decodeJson(text);
      return decoded.ok ? decoded.value : null;
    }),
  ],
  ['mustFromJson', fixed([string], ([text]) => unwrap(decodeJson(text)))],
  ['toJson', json(compact, 'empty')],
  ['mustToJson', json(compact, 'fail')],
  ['toPrettyJson', json(pretty, 'empty')],
  ['mustToPrettyJson', json(pretty, 'fail')],
  ['toRawJson', json(raw, 'fail')],
  ['mustToRawJson', json(raw, 'fail')],
];
