/**
 * Reading for callers: failures come back as values.
 */
import { err, ok, type Result } from '../../std/index.ts';
import type { GoValue } from '../go/value/index.ts';
import type { Json } from '../object/index.ts';
import { defaultBudget, type YamlBudget } from './budget.ts';
import { GoDecoder } from './decode/go-decoder.ts';
import { JsonDecoder, type JsonRules } from './decode/json-decoder.ts';
import type { DecodeRules } from './decode/node-decoder.ts';
import { type YamlError, YamlFailure } from './failure.ts';
import type { YamlDocument, YamlNode } from './node/node.ts';
import { Parser } from './parse/parser.ts';
import type { Variant } from './variant.ts';

export interface ParseOptions {
  readonly variant: Variant;
  readonly budget?: YamlBudget;
}

export interface DecodeOptions extends JsonRules {
  readonly budget?: YamlBudget;
}

const errorOf = ({ message, line, column, parts }: YamlFailure): YamlError => ({
  message,
  ...(line === undefined || column === undefined ? {} : { line, column }),
  ...(parts === undefined ? {} : { parts }),
});

/** The result of `read`, or why it failed. */
export function attempt<T>(read: () => T): Result<T, YamlError> {
  try {
    return ok(read());
  } catch (error) {
    if (error instanceof YamlFailure) return err(errorOf(error));
    throw error;
  }
}

/** All documents of a stream. */
export function parseDocuments(text: string, options: ParseOptions): Result<readonly YamlDocument[], YamlError> {
  return attempt(() => {
    const parser = new Parser(text, { variant: options.variant, budget: options.budget ?? defaultBudget });
    const documents: YamlDocument[] = [];
    for (let document = parser.document(); document !== undefined; document = parser.document()) documents.push(document);
    return documents;
  });
}

const firstDocument = (text: string, { variant, budget = defaultBudget }: ParseOptions): YamlDocument | undefined =>
  new Parser(text, { variant, budget }).document();

/** A tree as JSON: aliases followed, `<<` merged, keys as strings. Objects have a null prototype. */
export const toJson = (node: YamlNode, rules: JsonRules): Result<Json, YamlError> => attempt(() => new JsonDecoder(rules).document(node));

/** A tree as Go values: what `yaml.Unmarshal` puts into an `interface {}`. */
export const toGo = (node: YamlNode, rules: DecodeRules): Result<GoValue, YamlError> => attempt(() => new GoDecoder(rules).document(node));

/**
 * The first document of a text as JSON, `null` if there is none. As in Go, nothing behind the first document is looked at.
 * Messages are those of `yaml.YAMLToJSON`; `yaml.Unmarshal` of sigs.k8s.io/yaml puts `error converting YAML to JSON: ` in front.
 */
export function decode(text: string, options: DecodeOptions): Result<Json, YamlError> {
  return attempt(() => {
    const document = firstDocument(text, options);
    return document === undefined ? null : new JsonDecoder(options).document(document.root);
  });
}

/** The first document of a text as Go values, nil if there is none: `yaml.Unmarshal` into an `interface {}`. */
export function decodeGo(text: string, options: DecodeRules & { readonly budget?: YamlBudget }): Result<GoValue, YamlError> {
  return attempt(() => {
    const document = firstDocument(text, options);
    return document === undefined ? null : new GoDecoder(options).document(document.root);
  });
}
