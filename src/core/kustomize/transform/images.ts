/** Names, tags and digests of images. Source: api/filters/imagetag, api/internal/image. */
import { compileRegexp } from '../../go/regexp/index.ts';
import type { FieldSpec } from '../config/fieldspec.ts';
import type { Image } from '../config/types.ts';
import { demandKind, getField, setScalar } from '../node/edit.ts';
import { type Node, isNull, scalar } from '../node/node.ts';
import { visitAll } from './fields.ts';
import type { Transformer } from './plugin.ts';

const simpleName = /^[a-zA-Z0-9/:_-]*$/;
const TAG = '(:[a-zA-Z0-9_.{}-]*)?';
const DIGEST = '(@[a-zA-Z0-9]+([.+_-][a-zA-Z0-9]+)*:[a-zA-Z0-9_.{}-]*)?';

/** Whether an image has the name, which is a pattern. A name without special characters is compared before the pattern is asked. */
function matcher(name: string): (image: string) => boolean {
  const compiled = compileRegexp(`^${name}${TAG}${DIGEST}$`);
  if (!compiled.ok) return () => false;
  const known = new Map<string, boolean>();
  const simple = simpleName.test(name);
  return (image) => {
    if (simple && !image.startsWith(name)) return false;
    let matches = known.get(image);
    if (matches === undefined) {
      matches = compiled.value.matches(image);
      known.set(image, matches);
    }
    return matches;
  };
}

interface ImageParts {
  readonly name: string;
  readonly tag: string;
  readonly digest: string;
}

export function splitImage(image: string): ImageParts {
  const slash = Math.max(0, image.indexOf('/'));
  const at = image.indexOf('@', slash);
  const colon = image.indexOf(':', slash);
  if (at < 0 && colon < 0) return { name: image, tag: '', digest: '' };
  if (at >= 0 && (at < colon || colon < 0)) return { name: image.slice(0, at), tag: '', digest: image.slice(at + 1) };
  if (at >= 0) return { name: image.slice(0, colon), tag: image.slice(colon + 1, at), digest: image.slice(at + 1) };
  return { name: image.slice(0, colon), tag: image.slice(colon + 1), digest: '' };
}

function changed(old: string, change: Image): string {
  const parts = splitImage(old);
  const name = (change.newName ?? '') === '' ? parts.name : (change.newName as string);
  const newTag = change.newTag ?? '';
  const newDigest = change.digest ?? '';
  const suffix = change.tagSuffix ?? '';
  let { tag, digest } = parts;
  if (newTag !== '' || newDigest !== '') [tag, digest] = [newTag, newDigest];
  else if (suffix !== '') [tag, digest] = [tag + suffix, ''];
  return `${name}${tag === '' ? '' : `:${tag}`}${digest === '' ? '' : `@${digest}`}`;
}

export function imageTransformer(image: Image, specs: readonly FieldSpec[]): Transformer {
  const matches = matcher(image.name ?? '');
  const set = (node: Node): void => {
    demandKind(node, 'scalar');
    if (matches(node.value)) setScalar(node, scalar(changed(node.value, image)));
  };
  return {
    transform: (map) => {
      const resources = map.resources.filter((resource) => resource.kind !== 'CustomResourceDefinition');
      for (const resource of resources) setInContainers(resource.node, set);
      for (const resource of resources) visitAll(resource, specs, { set });
    },
  };
}

/** Wherever a list is called `containers` or `initContainers`. */
function setInContainers(node: Node, set: (node: Node) => void): void {
  if (node.kind === 'scalar') return;
  if (node.kind === 'sequence') {
    for (const item of node.content) if (item.kind !== 'scalar') setInContainers(item, set);
    return;
  }
  for (let i = 0; i + 1 < node.content.length; i += 2) {
    const value = node.content[i + 1] as Node;
    if (value.kind === 'scalar') continue;
    setInContainers(value, set);
    const key = (node.content[i] as Node).value;
    if ((key === 'containers' || key === 'initContainers') && value.kind === 'sequence') setInList(value, set);
  }
}

function setInList(containers: Node, set: (node: Node) => void): void {
  for (const container of containers.content) {
    const image = isNull(container) ? undefined : getField(container, 'image');
    if (image !== undefined) set(image);
  }
}
