/** ConfigMaps and Secrets from pairs, and the one cloud policy. Source: api/internal/generators, api/internal/builtins, api/filters/iampolicygenerator. */
import type { GeneratorArgs, GeneratorOptions } from '../config/types.ts';
import type { Loader } from '../load/loader.ts';
import { lookup, setField } from '../node/edit.ts';
import { byCodePoint } from '../node/json.ts';
import { Node, scalar, stringScalar } from '../node/node.ts';
import { parseNode } from '../node/read.ts';
import { KustomizeError, about, wrapped } from '../problem.ts';
import { addConfigMapData, addSecretData } from '../resource/data-map.ts';
import type { Kinds } from '../resource/gvk.ts';
import { Resource, behaviorOf } from '../resource/resource.ts';
import { type Pair, loadPairs } from './pairs.ts';

export type Generated = 'ConfigMap' | 'Secret';

/** What a generator of ConfigMaps or Secrets makes. */
export function generateData(kind: Generated, args: GeneratorArgs, parts: { readonly loader: Loader; readonly kinds: Kinds }): Resource {
  const { name = '', namespace = '', options } = args;
  return about({ object: `${kind}/${name}`, field: kind === 'ConfigMap' ? 'configMapGenerator' : 'secretGenerator' }, () => {
    if (name === '') throw new KustomizeError('a configmap must have a name');
    const node = new Node('mapping', '', '!!map');
    setField(node, 'apiVersion', scalar('v1', '!!str'));
    setField(node, 'kind', scalar(kind, '!!str'));
    setMeta(node, ['metadata'], 'name', name);
    if (namespace !== '') setMeta(node, ['metadata'], 'namespace', namespace);
    if (kind === 'Secret') setField(node, 'type', stringScalar((args.type ?? '') === '' ? 'Opaque' : (args.type as string)));
    const data = uniquePairs(name, pairsOf(args, parts.loader));
    if (kind === 'ConfigMap') addConfigMapData(node, data);
    else addSecretData(node, data);
    addOptions(node, options);
    const resource = new Resource(node, parts.kinds);
    if (options?.disableNameSuffixHash !== true) resource.enableHash();
    resource.behavior = behaviorOf(args.behavior);
    return resource;
  });
}

const setMeta = (node: Node, path: readonly string[], key: string, value: string): void => {
  setField(lookup(node, path, 'mapping') as Node, key, stringScalar(value));
};

function pairsOf(args: GeneratorArgs, loader: Loader): readonly Pair[] {
  try {
    return loadPairs(args, loader);
  } catch (error) {
    throw wrapped(error, 'loading KV pairs');
  }
}

function uniquePairs(name: string, pairs: readonly Pair[]): ReadonlyMap<string, string> {
  const data = new Map<string, string>();
  for (const [key, value] of pairs) {
    if (data.has(key)) throw new KustomizeError(`configmap ${name} illegally repeats the key \`${key}\``);
    data.set(key, value);
  }
  return data;
}

function addOptions(node: Node, options: GeneratorOptions | undefined): void {
  for (const field of ['labels', 'annotations'] as const) {
    const entries = options?.[field] ?? {};
    for (const key of Object.keys(entries).sort(byCodePoint)) setMeta(node, ['metadata', field], key, entries[key] ?? '');
  }
  if (options?.immutable === true) setField(node, 'immutable', scalar('true', '!!bool'));
}

/** `generatorOptions` of the kustomization under the options of one generator. */
export function withGlobalOptions(own: GeneratorOptions | undefined, global: GeneratorOptions | undefined): GeneratorOptions | undefined {
  if (global === undefined) return own;
  const labels = { ...global.labels, ...own?.labels };
  const annotations = { ...global.annotations, ...own?.annotations };
  return {
    ...own,
    labels,
    annotations,
    disableNameSuffixHash: global.disableNameSuffixHash === true || own?.disableNameSuffixHash === true,
    immutable: global.immutable === true || own?.immutable === true,
  };
}

export interface IamPolicy {
  readonly cloud?: string;
  readonly kubernetesService?: { readonly name?: string; readonly namespace?: string };
  readonly serviceAccount?: { readonly name?: string; readonly projectId?: string };
}

export function generateIamPolicy({ cloud = '', kubernetesService = {}, serviceAccount = {} }: IamPolicy, kinds: Kinds): Resource {
  if (cloud !== 'gke') throw new KustomizeError(`cloud provider ${cloud} not supported yet`, { field: 'cloud' });
  const { namespace = '' } = kubernetesService;
  const text = `apiVersion: v1
kind: ServiceAccount
metadata:
  annotations:
    iam.gke.io/gcp-service-account: ${serviceAccount.name ?? ''}@${serviceAccount.projectId ?? ''}.iam.gserviceaccount.com
  name: ${kubernetesService.name ?? ''}
${namespace === '' ? '' : `  namespace: ${namespace}\n`}`;
  return new Resource(parseNode(text) as Node, kinds);
}
