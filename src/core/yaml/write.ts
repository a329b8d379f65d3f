/**
 * Writing for callers.
 */
import type { Result } from '../../std/index.ts';
import type { GoValue } from '../go/value/index.ts';
import type { Json } from '../object/index.ts';
import { defaultBudget } from './budget.ts';
import { Emitter } from './emit/emitter.ts';
import { GoTree } from './emit/go-tree.ts';
import { jsonTree } from './emit/json-tree.ts';
import type { YamlError } from './failure.ts';
import { attempt } from './read.ts';
import type { YamlDocument, YamlNode } from './node/node.ts';
import type { Variant } from './variant.ts';

export interface EncodeOptions {
  readonly variant: Variant;
}

/**
 * JSON as one document, ending with a line feed; with `sigsYaml` what `yaml.Marshal` of sigs.k8s.io/yaml gives, with others a number is a float64.
 * Throws for nesting deeper than the default budget, which nothing has that was read within it.
 */
export function encode(value: Json, options: EncodeOptions): string {
  const { variant } = options;
  return encodeNode(jsonTree(value, variant, defaultBudget.depth), variant);
}

/**
 * A Go value as one document: what `yaml.Marshal` of go-yaml itself gives. Fails for what it cannot print, such as functions. For what sigs.k8s.io/yaml
 * gives, make JSON of the value first and `encode` that.
 */
export function encodeGo(value: GoValue, options: EncodeOptions): Result<string, YamlError> {
  const { variant } = options;
  return attempt(() => encodeNode(new GoTree(variant, defaultBudget.depth).of(value), variant));
}

/** A tree as one document, ending with a line feed; order, styles and comments as they are in the tree. */
export const encodeNode = (root: YamlNode, variant: Variant): string => encodeDocuments([{ root, head: '', foot: '' }], variant);

/** A stream of documents. */
export function encodeDocuments(documents: readonly YamlDocument[], variant: Variant): string {
  const emitter = new Emitter(variant);
  for (const document of documents) emitter.document(document);
  return emitter.text;
}
