/**
 * YAML as Kubernetes' Go libraries read and print it.
 * In: a text and a variant (which library), or a value. Out: trees with places and comments, JSON, Go values, texts; failures are values with Go's
 * wording and the true place. Never: touches files, knows kinds, asks which tool is calling. Trees can be made and printed with `node/`.
 */
export { decode, decodeGo, parseDocuments, type DecodeOptions, type ParseOptions } from './read.ts';
export { decodeManifests, type Manifest, type ManifestOptions } from './manifests.ts';
export { encode, encodeGo, type EncodeOptions } from './write.ts';
export { yamlText } from './encoding.ts';
export { positionOf, type Position } from './position.ts';
export { goYamlV2, goYamlV3, kyaml, sigsYaml, type SequenceIndent, type Variant } from './variant.ts';
export type { JsonRules } from './decode/json-decoder.ts';
export type { DecodeRules } from './decode/node-decoder.ts';
export type { YamlError } from './failure.ts';
export type { YamlBudget } from './budget.ts';
export type { YamlDocument, YamlNode } from './node/node.ts';
