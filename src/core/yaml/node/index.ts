/**
 * YAML as trees: for those who change documents and print them again with their order, styles and comments.
 * In: trees (from `parseDocuments`, or made here). Out: texts, values. Never: resolves names, merges documents.
 */
export { collectionNode, scalarNode } from './node.ts';
export { stringNode } from '../emit/plain-values.ts';
export { floatText } from '../float-text.ts';
export { encodeDocuments, encodeNode } from '../write.ts';
export { toGo, toJson } from '../read.ts';
export { resolvePlain } from '../resolve.ts';
export type {
  AliasNode,
  CollectionStyle,
  Comments,
  MappingNode,
  ScalarNode,
  ScalarStyle,
  SequenceNode,
  YamlDocument,
  YamlNode,
} from './node.ts';
