/**
 * Putting the new names of renamed resources into the fields that refer to them.
 * Candidates are found by the name that is written, not by looking at every resource; what the original keeps apart by namespaces and prefixes is then
 * sieved out of those few. Source: api/filters/nameref, api/internal/accumulator/namereferencetransformer.go.
 */
import type { FieldSpec, NameReference } from '../config/fieldspec.ts';
import { setField, setScalar } from '../node/edit.ts';
import { type Node, childOf, isEmpty, isNull, scalar } from '../node/node.ts';
import { KustomizeError, wrapped } from '../problem.ts';
import { type Gvk, type KnownGvk, effectiveNamespace, idText, isSelected } from '../resource/gvk.ts';
import type { ResMap } from '../resource/res-map.ts';
import type { Resource } from '../resource/resource.ts';
import { resourceYaml } from '../resource/text.ts';
import { visitFields } from './fields.ts';

interface Rule {
  readonly target: Gvk;
  /** Without its kind: that was compared with what the referrer was called first. */
  readonly spec: FieldSpec;
}

/** Resources by each name they had before, and by the namespace they were in first. */
interface Index {
  readonly byName: ReadonlyMap<string, readonly Resource[]>;
  readonly byNamespace: ReadonlyMap<string, readonly Resource[]>;
}

export function fixNameReferences(map: ResMap, references: readonly NameReference[]): void {
  const index = indexResources(map.resources);
  if (index.byName.size > 0) {
    const rules = new Map<KnownGvk, readonly Rule[]>();
    const referrers = map.resources.map((resource) => ({ resource, gvk: resource.orgId.gvk }));
    for (const { resource, gvk } of referrers) {
      let own = rules.get(gvk);
      if (own === undefined) rules.set(gvk, (own = rulesFor(gvk, references)));
      fixReferrer(resource, own, index);
    }
  }
  map.touch();
}

function indexResources(resources: readonly Resource[]): Index {
  const byName = new Map<string, Resource[]>();
  const byNamespace = new Map<string, Resource[]>();
  for (const resource of resources) {
    for (const name of new Set(resource.prevIds.map((id) => id.name))) file(byName, name, resource);
    file(byNamespace, effectiveNamespace(resource.orgId), resource);
  }
  return { byName, byNamespace };
}

function file(index: Map<string, Resource[]>, key: string, resource: Resource): void {
  const found = index.get(key);
  if (found === undefined) index.set(key, [resource]);
  else found.push(resource);
}

const rulesFor = (gvk: Gvk, references: readonly NameReference[]): readonly Rule[] =>
  references.flatMap(({ target, fields }) =>
    fields.filter((spec) => isSelected(gvk, spec)).map((spec) => ({ target, spec: { ...spec, group: '', version: '', kind: '' } })),
  );

function fixReferrer(referrer: Resource, rules: readonly Rule[], index: Index): void {
  const { gvk } = referrer;
  const namespaces = gvk.kind === 'RoleBinding' ? subjectNamespaces(referrer) : none;
  for (const { target, spec } of rules) {
    if (childOf(referrer.node, spec.parts[0] as string) === undefined) continue;
    const reference = new Reference({ referrer, target, spec, namespaces, index });
    try {
      visitFields(referrer, spec, { set: (node) => reference.fix(node) }, gvk);
    } catch (error) {
      throw wrapped(error, `updating name reference in '${spec.path}' field of '${idText(referrer.curId)}'`, {
        object: idText(referrer.curId),
        field: spec.path,
      });
    }
  }
}

const none: ReadonlySet<string> = new Set();

/** Namespaces of the service accounts a RoleBinding names: it may refer to what is there. */
function subjectNamespaces(binding: Resource): ReadonlySet<string> {
  const subjects = childOf(binding.node, 'subjects');
  if (subjects?.kind !== 'sequence') return none;
  const namespaces = new Set<string>();
  for (const subject of subjects.content) {
    const namespace = childOf(subject, 'namespace');
    if (namespace === undefined || childOf(subject, 'kind')?.value !== 'ServiceAccount') continue;
    if (namespace.kind !== 'scalar' || namespace.tag !== '!!str') {
      throw new KustomizeError(`Invalid Input: namespace is blank for resource "${idText(binding.curId)}"\n`, {
        object: idText(binding.curId),
        field: 'subjects',
      });
    }
    namespaces.add(namespace.value);
  }
  return namespaces;
}

interface ReferenceParts {
  readonly referrer: Resource;
  readonly target: Gvk;
  readonly spec: FieldSpec;
  readonly namespaces: ReadonlySet<string>;
  readonly index: Index;
}

class Reference {
  readonly #parts: ReferenceParts;

  constructor(parts: ReferenceParts) {
    this.#parts = parts;
  }

  fix(node: Node): void {
    if (isNull(node)) return;
    if (node.kind === 'scalar') this.#fixScalar(node);
    else if (node.kind === 'mapping') this.#fixMapping(node);
    else for (const item of node.content) this.#fixItem(item);
  }

  #fixItem(node: Node): void {
    if (isNull(node)) return;
    if (node.kind === 'scalar') this.#fixScalar(node);
    else if (node.kind === 'mapping') this.#fixMapping(node);
    else throw new KustomizeError('a list item is expected to be either a string or a map of string');
  }

  #fixScalar(node: Node): void {
    const referral = this.#select(this.#candidates(node.value), (one, other) => one.name === other.name);
    if (referral === undefined) return;
    referral.addReferrer(idText(this.#parts.referrer.curId));
    const { name } = referral;
    if (name !== node.value && name !== '') setScalar(node, scalar(name));
  }

  #fixMapping(node: Node): void {
    const nameNode = childOf(node, 'name');
    if (nameNode === undefined) throw new KustomizeError("path config error; no 'name' field in node");
    const oldName = nameNode.value;
    const candidates = inNamespace(this.#candidates(oldName), childOf(node, 'namespace'), this.#parts);
    const referral = this.#select(candidates, (one, other) => one.name === other.name && one.namespace === other.namespace);
    if (referral === undefined) return;
    referral.addReferrer(idText(this.#parts.referrer.curId));
    const { name, namespace } = referral;
    if (name === oldName && namespace === '') return;
    setField(node, 'name', scalar(name));
    if (namespace !== '') setField(node, 'namespace', scalar(namespace));
  }

  /** What the referrer could see at all and was once called so. */
  #candidates(name: string): readonly Resource[] {
    return (this.#parts.index.byName.get(name) ?? []).filter((resource) => couldSee(this.#parts, resource));
  }

  #select(candidates: readonly Resource[], same: (one: Resource, other: Resource) => boolean): Resource | undefined {
    if (candidates.length === 0) return undefined;
    const { referrer, target, spec } = this.#parts;
    const role = spec.path.endsWith('roleRef/name') ? roleKind(referrer) : undefined;
    let left = candidates.filter(
      (resource) =>
        resource.prevIds.some((id) => isSelected(id.gvk, target)) &&
        (role === undefined || resource.prevIds.some((id) => isSelected(id.gvk, role))) &&
        sharesNamespace(referrer, resource),
    );
    if (left.length === 1) return left[0];
    left = left.filter((resource) => affixesFit(resource, referrer, 'emptyFits'));
    if (left.length > 1) left = left.filter((resource) => affixesFit(resource, referrer, 'exact'));
    const [first, ...rest] = left;
    if (first === undefined || rest.every((other) => same(first, other))) return first;
    throw new KustomizeError(
      `found multiple possible referrals: ${left.map((one) => idText(one.curId)).join(', ')}\n${failureDetails(referrer, left)}`,
    );
  }
}

function failureDetails(referrer: Resource, candidates: readonly Resource[]): string {
  const shown = candidates.map((resource, i) => `--- possible referral ${i}:\n${resourceYaml(resource)}\n`).join('');
  return `\n**** Too many possible referral targets to referrer:\n${resourceYaml(referrer)}\n${shown}`;
}

function couldSee({ referrer, namespaces }: ReferenceParts, candidate: Resource): boolean {
  const own = referrer.curId;
  if (own.gvk.cluster) return true;
  const id = candidate.curId;
  return id.gvk.cluster || effectiveNamespace(id) === effectiveNamespace(own) || namespaces.has(id.namespace);
}

/** Candidates in the namespace that is written: the one they had first, or, if nobody had it, the one they have now. */
function inNamespace(candidates: readonly Resource[], node: Node | undefined, parts: ReferenceParts): readonly Resource[] {
  if (node === undefined) return candidates;
  const namespace = node.value;
  if (namespace === '_non_namespaceable_') return [];
  const original = parts.index.byNamespace.get(namespace)?.some((resource) => couldSee(parts, resource)) === true;
  return candidates.filter((resource) => effectiveNamespace(original ? resource.orgId : resource.curId) === namespace);
}

function sharesNamespace(referrer: Resource, candidate: Resource): boolean {
  const own = referrer.curId;
  const id = candidate.curId;
  return own.gvk.cluster || id.gvk.cluster || id.gvk.kind === 'ServiceAccount' || effectiveNamespace(own) === effectiveNamespace(id);
}

function roleKind(binding: Resource): Gvk | undefined {
  const role = childOf(binding.node, 'roleRef');
  if (role === undefined || isEmpty(role)) return undefined;
  const group = childOf(role, 'apiGroup');
  const kind = childOf(role, 'kind');
  return group === undefined || kind === undefined ? undefined : { group: group.value, version: '', kind: kind.value };
}

/** Whether the shorter list is the end of the longer one. */
function endsAlike(left: readonly string[], right: readonly string[]): boolean {
  const [short, long] = left.length > right.length ? [right, left] : [left, right];
  if (short.length === 0) return long.length === 0;
  return short.every((text, i) => long[i + long.length - short.length] === text);
}

function affixesFit(one: Resource, other: Resource, mode: 'emptyFits' | 'exact'): boolean {
  const fit = (left: readonly string[], right: readonly string[]): boolean =>
    (mode === 'emptyFits' && (left.length === 0 || right.length === 0)) || endsAlike(left, right);
  return fit(one.prefixes, other.prefixes) && fit(one.suffixes, other.suffixes);
}
