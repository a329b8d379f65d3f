/** toYaml, fromYaml and their family. Source: Helm 4 pkg/engine/funcs.go. */
import { parse as parseToml, TomlDate, TomlError } from 'smol-toml';
import { quoteRune } from '../../go/strconv/index.ts';
import { basicType, listType, mapType } from '../../go/type/index.ts';
import { GoInt, GoNil, type GoValue } from '../../go/value/index.ts';
import { type Json, record } from '../../object/index.ts';
import { decode, encode, encodeGo, goYamlV3, sigsYaml, type Variant } from '../../yaml/index.ts';
import { fixed, isRecord, param, type State, TemplateFailure, type TemplateFunction } from '../exec/index.ts';
import { decodeJson, encodeJson } from '../json/index.ts';
import type { Read } from './documents.ts';
import { hostOf } from './engine.ts';
import { plainOf } from './plain.ts';
import { encodeToml } from './toml.ts';

const { any, string } = param;

type Rule = 'empty' | 'fail';

const anyMap = mapType(basicType.string, basicType.any);
const anyList = listType(basicType.any);
const pretty: Variant = Object.freeze({ ...goYamlV3, indent: 2 });

const trimmed = (text: string): string => (text.endsWith('\n') ? text.slice(0, -1) : text);

function yamlOf(value: GoValue, rule: Rule): string {
  let plain: Json;
  try {
    plain = plainOf(value);
  } catch (error) {
    if (!(error instanceof TemplateFailure) || rule === 'fail') throw error;
    return '';
  }
  return trimmed(encode(plain, { variant: sigsYaml }));
}

/** toYaml; the empty text for what JSON has no word for. */
export const encodeYaml = (value: GoValue): string => yamlOf(value, 'empty');

function prettyYaml(value: GoValue): string {
  const text = encodeGo(value, { variant: pretty });
  return text.ok ? trimmed(text.value) : '';
}

/** What json.Unmarshal says when a document is of another type. */
function mismatch(value: Json, wanted: string): string {
  const kind = Array.isArray(value) ? 'array' : typeof value === 'object' ? 'object' : typeof value === 'boolean' ? 'bool' : typeof value;
  return `json: cannot unmarshal ${kind} into Go value of type ${wanted}`;
}

function readYaml(text: string, state: State): Read {
  state.run.budget.reserve(text.length);
  return hostOf(state).documents.read(text, decodeYaml);
}

function decodeYaml(text: string): Read {
  const decoded = decode(text, { variant: sigsYaml, numbers: 'float64' });
  return decoded.ok ? { value: decoded.value } : { error: `error converting YAML to JSON: ${decoded.error.message}` };
}

function readJson(text: string): Read {
  const decoded = decodeJson(text);
  return decoded.ok ? { value: decoded.value as Json } : { error: decoded.error };
}

const errorRecord = (message: string): GoValue => record<GoValue>([['Error', message]]);

/** A map, or a map that holds the error. `nothing`: what null makes. */
function mapOf(read: Read, { prefix, nothing }: { readonly prefix: string; readonly nothing: () => GoValue }): GoValue {
  if ('error' in read) return errorRecord(read.error);
  if (read.value === null) return nothing();
  return isRecord(read.value as GoValue) ? (read.value as GoValue) : errorRecord(prefix + mismatch(read.value, 'map[string]interface {}'));
}

/** A list, or a list of the error. */
function listOf(read: Read, { prefix, nothing }: { readonly prefix: string; readonly nothing: () => GoValue }): GoValue {
  if ('error' in read) return [read.error];
  if (read.value === null) return nothing();
  return Array.isArray(read.value) ? (read.value as readonly GoValue[]) : [prefix + mismatch(read.value, '[]interface {}')];
}

/** json.Unmarshal makes a nil map or list of null; sigs.k8s.io/yaml, which hands a pointer to a pointer on, leaves what was there: an empty one. */
const ofYaml = {
  map: { prefix: 'error unmarshaling JSON: while decoding JSON: ', nothing: () => record<GoValue>() },
  list: { prefix: 'error unmarshaling JSON: while decoding JSON: ', nothing: () => [] },
};
const ofJson = { map: { prefix: '', nothing: () => new GoNil(anyMap) }, list: { prefix: '', nothing: () => new GoNil(anyList) } };

function jsonOf(value: GoValue, rule: Rule): string {
  const text = encodeJson(value);
  if (text.ok) return text.value;
  if (rule === 'fail') throw new TemplateFailure(text.error);
  return '';
}

function fromToml(text: string): GoValue {
  try {
    return tomlValue(parseToml(text, { integersAsBigInt: true }), 0);
  } catch (error) {
    if (error instanceof TomlError) return errorRecord(`toml: line ${error.line}: ${tomlProblem(error, text)}`);
    throw error;
  }
}

/** What is wrong; the most common cases, those of texts that are no TOML at all, in the words of BurntSushi/toml. */
function tomlProblem({ message, line, column }: TomlError, toml: string): string {
  const text = message.split('\n', 1)[0]?.replace('Invalid TOML document: ', '') ?? '';
  if (text.startsWith('incomplete key-value')) return "unexpected EOF; expected key separator '='";
  const character = toml.split('\n')[line - 1]?.codePointAt(column - 1);
  if (text !== 'illegal character in key' || character === undefined) return text;
  return `expected '.' or '=', but got ${quoteRune(character)} instead`;
}

function tomlValue(value: unknown, depth: number): GoValue {
  if (depth > 1000) throw new TemplateFailure('toml: nested too deeply');
  if (typeof value === 'bigint') return new GoInt(basicType.int64, value);
  if (value instanceof TomlDate) return value.toISOString();
  if (Array.isArray(value)) return value.map((item) => tomlValue(item, depth + 1));
  if (typeof value === 'object' && value !== null) {
    return record(Object.entries(value).map(([key, item]): [string, GoValue] => [key, tomlValue(item, depth + 1)]));
  }
  return value as GoValue;
}

function toToml(value: GoValue, rule: Rule): string {
  if (value === null) throw new TemplateFailure('reflect: call of reflect.Value.Type on zero Value');
  const text = encodeToml(value);
  if (!text.ok && rule === 'fail') throw new TemplateFailure(text.error);
  return text.ok ? text.value : text.error;
}

/** Name → function. `toJson`, `mustToJson` and `fromJson` take the place of sprig's. */
export const formatFunctions: readonly (readonly [string, TemplateFunction])[] = [
  ['toYaml', fixed([any], ([value]) => yamlOf(value, 'empty'))],
  ['mustToYaml', fixed([any], ([value]) => yamlOf(value, 'fail'))],
  ['toYamlPretty', fixed([any], ([value]) => prettyYaml(value))],
  ['fromYaml', fixed([string], ([text], state) => mapOf(readYaml(text, state), ofYaml.map))],
  ['fromYamlArray', fixed([string], ([text], state) => listOf(readYaml(text, state), ofYaml.list))],
  ['toJson', fixed([any], ([value]) => jsonOf(value, 'empty'))],
  ['mustToJson', fixed([any], ([value]) => jsonOf(value, 'fail'))],
  ['fromJson', fixed([string], ([text]) => mapOf(readJson(text), ofJson.map))],
  ['fromJsonArray', fixed([string], ([text]) => listOf(readJson(text), ofJson.list))],
  ['toToml', fixed([any], ([value]) => toToml(value, 'empty'))],
  ['mustToToml', fixed([any], ([value]) => toToml(value, 'fail'))],
  ['fromToml', fixed([string], ([text]) => fromToml(text))],
];
