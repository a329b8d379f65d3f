/** A resource as text: as it is printed at the end, and as messages show it. */
import type { JsonObject } from '../../object/index.ts';
import { encode, sigsYaml } from '../../yaml/index.ts';
import { nodeToObject } from '../node/json.ts';
import { canonicalJson } from '../node/go-json.ts';
import type { Resource } from './resource.ts';

export const objectText = (object: JsonObject): string => encode(object, { variant: sigsYaml });

/** As `kustomize build` prints it. */
export const resourceYaml = (resource: Resource): string => objectText(nodeToObject(resource.node));

/** As JSON on one line. */
export const resourceText = (resource: Resource): string => canonicalJson(nodeToObject(resource.node));
