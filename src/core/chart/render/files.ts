/** `.Files`: the chart's other files as a Go map with methods. Source: Helm 4 pkg/engine/files.go. */
import { escapeUtf8, ok, type Result } from '../../../std/index.ts';
import { GoMap, strings } from '../../go/composite/index.ts';
import { baseName } from '../../go/path/index.ts';
import { basicType, type GoMethod, type GoType, listType, mapType, namedType } from '../../go/type/index.ts';
import { GoBytes, type GoValue } from '../../go/value/index.ts';
import { type Json, record } from '../../object/index.ts';
import { encodeJson } from '../../template/json/index.ts';
import { encode, sigsYaml } from '../../yaml/index.ts';
import type { ChartFile } from '../model/index.ts';
import { compileGlob } from '../glob/index.ts';

const { string } = basicType;
const bytesType = listType(basicType.uint8);

function method(params: readonly GoType[], result: GoType, call: (files: FilesMap, argument: string) => GoValue): GoMethod {
  return {
    signature: { params, variadic: false, result },
    call: (receiver, args): Result<unknown, string> => ok(call(receiver as FilesMap, String(args[0] ?? ''))),
  };
}

/** A set of files remembers what was looked up in it: charts ask for the same again and again. */
class FilesMap extends GoMap {
  private readonly globs = new Map<string, FilesMap>();
  private readonly texts = new Map<string, string>();

  constructor(entries: readonly (readonly [string, GoValue])[]) {
    super(filesType, entries);
  }

  text(name: string): string {
    const known = this.texts.get(name);
    if (known !== undefined) return known;
    const text = escapeUtf8(bytesIn(this, name));
    this.texts.set(name, text);
    return text;
  }

  glob(pattern: string): FilesMap {
    const known = this.globs.get(pattern);
    if (known !== undefined) return known;
    const glob = compileGlob(pattern);
    const found = new FilesMap(
      this.entries.filter(([name]) => glob.matches(String(name))).map(([name, bytes]): [string, GoValue] => [String(name), bytes]),
    );
    if (this.globs.size < maxGlobs) this.globs.set(pattern, found);
    return found;
  }
}

const maxGlobs = 1000;

const bytesIn = (files: GoMap, name: string): Uint8Array => {
  const found = files.get(name);
  return found instanceof GoBytes ? found.bytes : new Uint8Array(0);
};

function lines(files: FilesMap, name: string): readonly string[] {
  const text = files.text(name);
  if (text === '') return [];
  return (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
}

function yamlOf(files: GoMap, content: (bytes: Uint8Array) => string): string {
  const entries = files.entries.map(([name, bytes]): [string, Json] => [
    baseName(String(name)),
    content(bytes instanceof GoBytes ? bytes.bytes : new Uint8Array(0)),
  ]);
  return encode(record(entries), { variant: sigsYaml }).replace(/\n$/, '');
}

/** Base64 as json.Marshal writes bytes. */
function base64(bytes: Uint8Array): string {
  const text = encodeJson(new GoBytes(bytes));
  return text.ok ? text.value.slice(1, -1) : '';
}

const filesMethods: ReadonlyMap<string, GoMethod> = new Map<string, GoMethod>([
  ['Get', method([string], string, (files, name) => files.text(name))],
  ['GetBytes', method([string], bytesType, (files, name) => new GoBytes(bytesIn(files, name)))],
  ['Glob', method([string], mapType(string, bytesType), (files, pattern) => files.glob(pattern))],
  ['Lines', method([string], listType(string), (files, name) => strings(lines(files, name)))],
  ['AsConfig', method([], string, (files) => yamlOf(files, (bytes) => escapeUtf8(bytes)))],
  ['AsSecrets', method([], string, (files) => yamlOf(files, base64))],
]);

const filesType = namedType('engine.files', mapType(string, bytesType), filesMethods);

/** The value templates see as `.Files`. */
export const goFiles = (files: readonly ChartFile[]): GoMap =>
  new FilesMap(files.map((file): [string, GoValue] => [file.name, new GoBytes(file.bytes)]));
