/** Names, namespaces, labels, annotations. Source: api/internal/builtins, api/filters/{namespace,prefix,suffix,labels,annotations}. */
import type { FieldSpec } from '../config/fieldspec.ts';
import type { Texts } from '../config/types.ts';
import { NodeKindError, getField, setField, setScalar } from '../node/edit.ts';
import { byCodePoint } from '../node/json.ts';
import { Node, childOf, isMissing, scalar } from '../node/node.ts';
import { KustomizeError, wrapped } from '../problem.ts';
import { type Gvk, idKey, isSelected } from '../resource/gvk.ts';
import type { ResMap } from '../resource/res-map.ts';
import type { Resource } from '../resource/resource.ts';
import { resourceText } from '../resource/text.ts';
import { visitAll, visitFields } from './fields.ts';
import type { Transformer } from './plugin.ts';
import { entrySetter, scalarSetter } from './setters.ts';

/** LabelTransformer and AnnotationsTransformer. */
export const entriesTransformer = (entries: Texts, specs: readonly FieldSpec[]): Transformer => ({
  transform: (map) => {
    const keys = Object.keys(entries).sort(byCodePoint);
    if (keys.length === 0) return;
    for (const resource of map.resources) {
      for (const key of keys)
        visitAll(resource, specs, { set: entrySetter(key, entries[key] ?? ''), create: { kind: 'mapping', tag: '!!map' } });
    }
  },
});

const UNTOUCHED: readonly Gvk[] = [
  { group: '', version: '', kind: 'CustomResourceDefinition' },
  { group: 'apiregistration.k8s.io', version: '', kind: 'APIService' },
  { group: '', version: '', kind: 'Namespace' },
];

export interface Affix {
  readonly at: 'prefix' | 'suffix';
  readonly text: string;
  readonly specs: readonly FieldSpec[];
}

/** PrefixTransformer and SuffixTransformer. */
export const affixTransformer = (affix: Affix): Transformer => ({
  transform: (map) => {
    for (const resource of map.resources) {
      const id = resource.orgId;
      if (!UNTOUCHED.some((gvk) => isSelected(id.gvk, gvk))) affixResource(resource, id.gvk, affix);
    }
    map.touch();
  },
});

function affixResource(resource: Resource, gvk: Gvk, { at, text, specs }: Affix): void {
  for (const spec of specs) {
    if (!isSelected(gvk, spec)) continue;
    if (spec.path === 'metadata/name') {
      if (at === 'prefix') resource.addPrefix(text);
      else resource.addSuffix(text);
      if (text !== '') resource.storePreviousId();
    }
    const set = (node: Node): void => setScalar(node, scalar(at === 'prefix' ? text + node.value : node.value + text));
    visitFields(resource, spec, { set, create: { kind: 'scalar', tag: '!!str' } });
  }
}

export type SubjectMode = 'defaultOnly' | 'allServiceAccounts' | 'none';

export interface NamespaceRules {
  readonly namespace: string;
  readonly specs: readonly FieldSpec[];
  readonly unsetOnly: boolean;
  readonly subjects: SubjectMode;
}

export function subjectMode(text: string): SubjectMode {
  if (text === '') return 'defaultOnly';
  if (text === 'defaultOnly' || text === 'allServiceAccounts' || text === 'none') return text;
  throw new KustomizeError(
    `invalid value "${text}" for setRoleBindingSubjects: must be one of "defaultOnly", "none" or "allServiceAccounts"`,
    { field: 'setRoleBindingSubjects' },
  );
}

export const namespaceTransformer = (rules: NamespaceRules): Transformer => ({
  transform: (map) => {
    if (rules.namespace === '') return;
    const counts = new Map<string, number>();
    const count = (key: string, by: number): number => {
      const now = (counts.get(key) ?? 0) + by;
      counts.set(key, now);
      return now;
    };
    for (const resource of map.resources) count(idKey(resource.curId), 1);
    for (const resource of map.resources) {
      if (resource.isEmpty || resource.isHelmGenerated) continue;
      count(idKey(resource.curId), -1);
      resource.storePreviousId();
      setNamespaces(resource, rules);
      const key = idKey(resource.curId);
      if (count(key, 1) !== 1) throw conflict(map, key);
    }
    map.touch();
  },
});

function conflict(map: ResMap, key: string): KustomizeError {
  const matches = map.resources.filter((resource) => idKey(resource.curId) === key);
  return new KustomizeError(`namespace transformation produces ID conflict: [${matches.map(resourceText).join(' ')}]`);
}

const isBinding = (kind: string): boolean => kind === 'RoleBinding' || kind === 'ClusterRoleBinding';

/** The namespace filter for one resource. */
export function setNamespaces(resource: Resource, rules: NamespaceRules): void {
  const { gvk } = resource;
  const set = namespaceSetter(rules);
  if (!gvk.cluster) visitFields(resource, METADATA_NAMESPACE, { set, create: { kind: 'scalar', tag: '' } });
  const binding = isBinding(gvk.kind);
  if (binding) setSubjects(resource, rules);
  const specs = rules.specs.filter(
    (spec) =>
      spec.path !== 'metadata/namespace' &&
      (spec.path !== 'metadata/name' || resource.apiVersion === 'v1') &&
      !(binding && isBinding(spec.kind) && spec.path === 'subjects/namespace'),
  );
  try {
    visitAll(resource, specs, { set, create: { kind: 'scalar', tag: '!!str' } });
  } catch (error) {
    const onCollection = error instanceof KustomizeError && error.reason === 'nodeKind';
    throw wrapped(error, onCollection ? 'namespace field specs must target scalar nodes' : 'namespace transformation failed');
  }
}

const METADATA_NAMESPACE: FieldSpec = Object.freeze({
  group: '',
  version: '',
  kind: '',
  path: 'metadata/namespace',
  parts: Object.freeze(['metadata', 'namespace']),
  create: true,
});

function namespaceSetter({ namespace, unsetOnly }: NamespaceRules): (node: Node) => void {
  const set = scalarSetter(namespace, '!!str');
  if (!unsetOnly) return set;
  return (node) => {
    if (isMissing(node) || node.kind !== 'scalar' || node.value === '') set(node);
  };
}

function setSubjects(resource: Resource, rules: NamespaceRules): void {
  if (rules.subjects === 'none') return;
  const subjects = getField(resource.node, 'subjects');
  if (isMissing(subjects)) return;
  const prefix = 'setting namespace on (cluster)role binding subjects';
  if (subjects.kind !== 'sequence') throw wrapped(new NodeKindError('sequence', subjects), prefix);
  const [field, wanted] = rules.subjects === 'defaultOnly' ? ['name', 'default'] : ['kind', 'ServiceAccount'];
  for (const subject of subjects.content) {
    if (getField(subject, field as string)?.value !== wanted) continue;
    const target = childOf(subject, 'namespace') ?? (setField(subject, 'namespace', new Node('scalar')) as Node);
    namespaceSetter(rules)(target);
  }
}
