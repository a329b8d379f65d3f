/** Resources from texts. Source: api/resource/factory.go. */
import { nodeToObject } from '../node/json.ts';
import { Node, childOf, isEmpty } from '../node/node.ts';
import { readNodes } from '../node/read.ts';
import { KustomizeError } from '../problem.ts';
import type { Kinds } from './gvk.ts';
import { Resource, mapOf, sorted } from './resource.ts';

const shownMap = (node: Node | undefined): string =>
  node === undefined || isEmpty(node)
    ? 'map[]'
    : `map[${sorted(mapOf(node))
        .map(([key, value]) => `${key}:${value}`)
        .join(' ')}]`;

const textField = (node: Node | undefined, name: string): string => {
  const field = node === undefined ? undefined : childOf(node, name);
  return isEmpty(field) ? '' : (field as Node).value;
};

/** What `%v` shows of an object's metadata. */
function shownMeta(node: Node): string {
  const found = childOf(node, 'metadata');
  const metadata = isEmpty(found) ? undefined : found;
  const names = `{${textField(metadata, 'name')} ${textField(metadata, 'namespace')}}`;
  const maps = ['labels', 'annotations'].map((name) => shownMap(metadata === undefined ? undefined : childOf(metadata, name))).join(' ');
  return `{{${textField(node, 'apiVersion')} ${textField(node, 'kind')}} {${names} ${maps}}}`;
}

/** kyaml: GetValidatedMetadata. */
export function checkMetadata(node: Node): void {
  const found = childOf(node, 'metadata');
  const metadata = isEmpty(found) ? undefined : found;
  const kind = textField(node, 'kind');
  const has = (of: Node | undefined, names: readonly string[]): boolean =>
    of !== undefined && names.some((name) => !isEmpty(childOf(of, name)));
  if (!has(node, ['apiVersion', 'kind']) && !has(metadata, ['name', 'namespace', 'labels', 'annotations'])) {
    throw new KustomizeError('missing Resource metadata');
  }
  if (kind === '') throw new KustomizeError(`missing kind in object ${shownMeta(node)}`);
  if (!kind.endsWith('List') && textField(metadata, 'name') === '') {
    throw new KustomizeError(`missing metadata.name in object ${shownMeta(node)}`);
  }
}

/** The objects of a text; lists are replaced by their items. */
export function readResources(text: string, kinds: Kinds, file?: string): Resource[] {
  const nodes = readNodes(text).filter((node) => !isEmpty(node));
  nodes.forEach(checkMetadata);
  return expandLists(nodes).map((node) => new Resource(node, kinds, file));
}

function expandLists(nodes: readonly Node[]): Node[] {
  const queue = [...nodes];
  const result: Node[] = [];
  for (let i = 0; i < queue.length; i++) {
    const node = queue[i] as Node;
    const kind = childOf(node, 'kind')?.value ?? '';
    const items = kind.endsWith('List') ? childOf(node, 'items') : undefined;
    if (items === undefined) {
      result.push(node);
      continue;
    }
    if (items.tag === '!!null') continue;
    if (items.kind !== 'sequence') {
      const type = items.kind === 'mapping' ? 'map[string]interface {}' : typeof nodeToObject(node)['items'];
      throw new KustomizeError(`expected array in ${kind}/items, but found ${type}`);
    }
    const inner = items.content.filter((item) => !isEmpty(item));
    inner.forEach(checkMetadata);
    queue.push(...inner);
  }
  return result;
}
