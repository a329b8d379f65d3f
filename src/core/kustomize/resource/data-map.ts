/** `data` and `binaryData` of ConfigMaps and Secrets. Source: kyaml/yaml/datamap.go. */
import { isUtf8, unescapeUtf8 } from '../../../std/index.ts';
import { base64 } from '../generate/base64.ts';
import { clearField, lookup, setField } from '../node/edit.ts';
import { Node } from '../node/node.ts';
import { type TextMap, sorted } from './resource.ts';

/** A string that is printed as a block when it has lines. */
export function dataScalar(value: string): Node {
  const node = new Node('scalar', value, '!!str');
  if (value.includes('\n')) node.style = 'literal';
  return node;
}

/** Values as "escaped" texts (std/utf8): what is no UTF-8 goes to `binaryData`. */
export function addConfigMapData(node: Node, data: TextMap): void {
  for (const [key, value] of sorted(data)) {
    const bytes = unescapeUtf8(value);
    const isText = isUtf8(bytes);
    const map = lookup(node, [isText ? 'data' : 'binaryData'], 'mapping') as Node;
    setField(map, key, dataScalar(isText ? value : base64(bytes)));
  }
}

export function addSecretData(node: Node, data: TextMap): void {
  const map = lookup(node, ['data'], 'mapping') as Node;
  for (const [key, value] of sorted(data)) setField(map, key, dataScalar(base64(unescapeUtf8(value))));
}

/** Replaces both maps; an empty one is left out. */
export function setDataMaps(node: Node, maps: { readonly data: TextMap; readonly binaryData: TextMap }): void {
  clearField(node, 'data');
  addConfigMapData(node, maps.data);
  clearField(node, 'binaryData');
  for (const [key, value] of sorted(maps.binaryData)) {
    setField(lookup(node, ['binaryData'], 'mapping') as Node, key, dataScalar(value));
  }
}
