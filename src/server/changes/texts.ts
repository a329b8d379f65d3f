/** What the two changes say in YAML, whether or not it is known where that has to be written. Pure. */
import type { App } from '../../api/index.ts';
import { isObject, type Json, type JsonObject, type KubeObject, type ObjectRef } from '../../core/object/index.ts';
import { encode, sigsYaml } from '../../core/yaml/index.ts';
import { shellQuote } from '../shell-quote.ts';
import { type Found, onlyAt } from '../views/object/index.ts';

const yamlOf = (value: Json): string => encode(value, { variant: sigsYaml });

/** An entry of `spec.sync.ignore`: the field is neither compared nor written from then on. */
export function ignoreRule({ group, kind, namespace, name }: ObjectRef, pointer: string): JsonObject {
  return {
    ...(group === '' ? {} : { group }),
    kind,
    name,
    ...(namespace === '' ? {} : { namespace }),
    paths: [pointer],
  };
}

export interface Told {
  readonly yaml: string;
  readonly command: string;
}

export function ignoreTexts({ metadata, spec }: App, rule: JsonObject): Told {
  const ignore = [...((spec.sync.ignore ?? []) as unknown as readonly Json[]), rule];
  const { namespace, name } = metadata;
  const patch = shellQuote(JSON.stringify({ spec: { sync: { ignore } } }));
  return {
    yaml: yamlOf({ apiVersion: 'lockstep.dev/v1', kind: 'App', metadata: { name, namespace }, spec: { sync: { ignore } } }),
    command: `kubectl patch apps.lockstep.dev ${name} -n ${namespace} --type merge -p ${patch}`,
  };
}

/** The live value, with what names the object it belongs to. */
export function adoptTexts(live: KubeObject, ref: ObjectRef, { steps, value }: Found): Told {
  const fragment = onlyAt(live as unknown as Json, steps, value ?? null);
  return { yaml: yamlOf(document(live, ref, isObject(fragment) ? fragment : {})), command: '' };
}

/** A field of `metadata` (a label, an annotation) stays beside the name. */
function document(live: KubeObject, { name, namespace }: ObjectRef, fragment: JsonObject): Json {
  const { metadata } = fragment as { readonly metadata?: Json };
  const named = namespace === '' ? { name } : { name, namespace };
  return { ...fragment, apiVersion: live.apiVersion, kind: live.kind, metadata: { ...named, ...(isObject(metadata) ? metadata : {}) } };
}
