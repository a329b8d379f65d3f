/** The objects in a rendered file, as Kubernetes' decoders find them. Source: apimachinery pkg/util/yaml/decoder.go YAMLOrJSONDecoder. */
import { err, ok, type Result, utf8Length } from '../../std/index.ts';
import { readJsonPrefix } from '../chart/values/index.ts';
import { formatFloat } from '../go/strconv/index.ts';
import { isObject, type Json, type JsonObject } from '../object/index.ts';
import { decode, sigsYaml } from '../yaml/index.ts';

/** What a linter wants to know of an object. */
export interface LintedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
}

class Mismatch extends Error {}

export const jsonKind = (value: Json): string =>
  Array.isArray(value)
    ? 'array'
    : isObject(value)
      ? 'object'
      : typeof value === 'boolean'
        ? 'bool'
        : typeof value === 'string'
          ? 'string'
          : 'number';

export const cannotUnmarshal = (value: Json, into: string): string =>
  `error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${jsonKind(value)} into Go ${into}`;

/** Fields are found whatever their case, as in Go. */
function field(object: JsonObject, name: string): Json {
  if (Object.hasOwn(object, name)) return object[name] ?? null;
  const other = Object.keys(object).find((key) => key.toLowerCase() === name.toLowerCase());
  return other === undefined ? null : (object[other] ?? null);
}

function textIn(object: JsonObject, name: string, shown: string): string {
  const value = field(object, name);
  if (typeof value === 'string') return value;
  if (value === null) return '';
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : formatFloat(value, 'g', { bits: 32 });
  if (typeof value === 'object') throw new Mismatch(cannotUnmarshal(value, `struct field ${shown} of type string`));
  return String(value);
}

function objectOf(value: Json): LintedObject | undefined {
  if (value === null) return undefined;
  if (!isObject(value)) throw new Mismatch(cannotUnmarshal(value, 'value of type rules.k8sYamlStruct'));
  const apiVersion = textIn(value, 'apiVersion', 'k8sYamlStruct.apiVersion');
  const kind = textIn(value, 'kind', 'k8sYamlStruct.Kind');
  const metadata = field(value, 'metadata');
  if (metadata === null) return { apiVersion, kind, name: '' };
  if (!isObject(metadata))
    throw new Mismatch(cannotUnmarshal(metadata, 'struct field k8sYamlStruct.Metadata of type rules.k8sYamlMetadata'));
  const name = textIn(metadata, 'name', 'k8sYamlMetadata.Metadata.Name');
  textIn(metadata, 'namespace', 'k8sYamlMetadata.Metadata.Namespace');
  return { apiVersion, kind, name };
}

function read(document: string): Result<LintedObject | undefined, string> {
  const decoded = decode(document, { variant: sigsYaml });
  if (!decoded.ok) return err(`error converting YAML to JSON: ${decoded.error.message}`);
  try {
    return ok(objectOf(decoded.value));
  } catch (error) {
    if (error instanceof Mismatch) return err(error.message);
    throw error;
  }
}

/** Texts between lines that begin with `---`, or what is wrong with such a line; nothing behind that is read. */
function* yamlDocuments(text: string): Generator<Result<string, string>> {
  let current = '';
  for (const line of text.split(/(?<=\n)/)) {
    if (line.startsWith('---')) {
      const rest = line.slice(3).trim();
      if (rest !== '' && !rest.startsWith('#')) {
        yield err(`invalid Yaml document separator: ${rest}`);
        return;
      }
      if (current !== '') {
        yield ok(current);
        current = '';
        continue;
      }
    }
    current += line;
  }
  if (current !== '') yield ok(current);
}

/** How many bytes Go's decoder has read when it sees that a text is no JSON: the shortest beginning that cannot be continued. */
function offsetOfProblem(text: string): number {
  const isHopeless = (length: number): boolean => {
    const json = readJsonPrefix(text.slice(0, length));
    return 'error' in json && json.error !== 'unexpected EOF';
  };
  let [fine, hopeless] = [0, text.length];
  while (hopeless - fine > 1) {
    const middle = Math.floor((fine + hopeless) / 2);
    if (isHopeless(middle)) hopeless = middle;
    else fine = middle;
  }
  return utf8Length(text.slice(0, hopeless));
}

/** Objects of a file one after the other; undefined for a document without content. An error is the last. */
export function* lintedObjects(text: string): Generator<Result<LintedObject | undefined, string>> {
  let rest = text;
  let count = 0;
  let jsonProblem: string | undefined;
  while (/^\s*\{/.test(rest)) {
    const json = readJsonPrefix(rest);
    if ('error' in json) {
      jsonProblem = `json: offset ${offsetOfProblem(rest)}: ${json.error}`;
      if (count <= 1) break;
      yield err(json.error);
      return;
    }
    yield read(rest.slice(0, json.length));
    count++;
    rest = rest.slice(json.length);
  }
  if (count > 0 && rest.trim() === '') return;
  for (const document of yamlDocuments(rest)) {
    const object = document.ok ? read(document.value) : document;
    yield object.ok || jsonProblem === undefined ? object : err(jsonProblem);
    if (!object.ok) return;
    jsonProblem = undefined;
  }
}
