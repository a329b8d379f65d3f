/** A resource as text: as it is printed at the end, and as messages show it. */
import { isObject, type Json, type JsonObject } from '../../object/index.ts';
import { encode, sigsYaml } from '../../yaml/index.ts';
import { nodeToObject } from '../node/json.ts';
import { canonicalJson } from '../node/go-json.ts';
import type { Resource } from './resource.ts';

export const objectText = (object: JsonObject): string => encode(object, { variant: sigsYaml });

/** As `kustomize build` prints it. */
export const resourceYaml = (resource: Resource): string => objectText(nodeToObject(resource.node));

/** As JSON on one line, for messages: what a Secret holds stays out of them (S18). */
export function resourceText(resource: Resource): string {
  const object = nodeToObject(resource.node);
  return canonicalJson(resource.gvk.kind === 'Secret' ? Object.fromEntries(Object.entries(object).map(masked)) : object);
}

const masked = ([field, value]: [string, Json | undefined]): [string, Json] => {
  const holds = (field === 'data' || field === 'stringData') && isObject(value ?? null);
  return [field, holds ? Object.fromEntries(Object.keys(value as JsonObject).map((key) => [key, '***'])) : (value ?? null)];
};
