/**
 * One object of a build: its tree, and what happened to it. The original keeps the history in annotations; here it is data (`marks`, by the names of
 * those annotations), written into the tree only while a patch is applied that could see it.
 * Source: api/resource/resource.go, api/internal/utils/makeResIds.go.
 */
import { clearField, lookup, setField } from '../node/edit.ts';
import { byCodePoint } from '../node/json.ts';
import { Node, childOf, isEmpty, isNull, scalar, stringScalar } from '../node/node.ts';
import { type Kinds, type KnownGvk, type ResId, apiVersionOf, effectiveNamespace, idKey } from './gvk.ts';

const DOMAIN = 'internal.config.kubernetes.io/';
const PREVIOUS_NAMES = `${DOMAIN}previousNames`;
const PREVIOUS_NAMESPACES = `${DOMAIN}previousNamespaces`;
const PREVIOUS_KINDS = `${DOMAIN}previousKinds`;
const PREFIXES = `${DOMAIN}prefixes`;
const SUFFIXES = `${DOMAIN}suffixes`;
const REF_BY = `${DOMAIN}refBy`;
const BEHAVIOR = `${DOMAIN}generatorBehavior`;
const NEEDS_HASH = `${DOMAIN}needsHashSuffix`;
const ALLOW_NAME = `${DOMAIN}allowNameChange`;
const ALLOW_KIND = `${DOMAIN}allowKindChange`;
const HELM = `${DOMAIN}helm-generated`;

/** Annotations of the build itself; none of them is ever printed. */
const BUILD_ANNOTATIONS: ReadonlySet<string> = new Set([
  PREVIOUS_KINDS,
  PREVIOUS_NAMES,
  PREFIXES,
  SUFFIXES,
  PREVIOUS_NAMESPACES,
  ALLOW_NAME,
  ALLOW_KIND,
  REF_BY,
  BEHAVIOR,
  NEEDS_HASH,
  `${DOMAIN}path`,
  `${DOMAIN}index`,
  `${DOMAIN}seqindent`,
  `${DOMAIN}id`,
  `${DOMAIN}annotations-migration-resource-id`,
  'config.kubernetes.io/path',
  'config.kubernetes.io/index',
  'config.k8s.io/id',
  HELM,
]);

export type Behavior = 'unspecified' | 'create' | 'replace' | 'merge';

export type TextMap = ReadonlyMap<string, string>;

const BEHAVIORS: readonly Behavior[] = ['create', 'replace', 'merge'];
export const behaviorOf = (text: string | undefined): Behavior => BEHAVIORS.find((behavior) => behavior === text) ?? 'unspecified';

const split = (list: string | undefined): readonly string[] => (list === undefined ? [] : list.split(','));

export class Resource {
  readonly node: Node;
  readonly kinds: Kinds;
  /** The file it was read from. */
  readonly file: string | undefined;
  #marks: Map<string, string>;
  #previous: readonly ResId[] | undefined;
  #previousFor: KnownGvk | undefined;
  /** Names of the vars whose value comes from here. */
  refVarNames: readonly string[] = [];
  /** Its tree is gone: a patch deleted it. */
  deleted = false;

  constructor(node: Node, kinds: Kinds, file?: string) {
    this.node = node;
    this.kinds = kinds;
    this.file = file;
    this.#marks = new Map();
    this.absorbMarks();
  }

  get gvk(): KnownGvk {
    return this.kinds.of(this.apiVersion, this.kind);
  }

  get apiVersion(): string {
    return childOf(this.node, 'apiVersion')?.value ?? '';
  }

  get kind(): string {
    return childOf(this.node, 'kind')?.value ?? '';
  }

  get name(): string {
    return this.#metaText('name');
  }

  get namespace(): string {
    return this.#metaText('namespace');
  }

  #metadata(): Node | undefined {
    const metadata = childOf(this.node, 'metadata');
    return isEmpty(metadata) ? undefined : metadata;
  }

  #metaText(name: string): string {
    const metadata = this.#metadata();
    const field = metadata === undefined ? undefined : childOf(metadata, name);
    return field === undefined || isEmpty(field) ? '' : field.value;
  }

  get isEmpty(): boolean {
    return this.deleted || isEmpty(this.node);
  }

  get curId(): ResId {
    return { gvk: this.gvk, name: this.name, namespace: this.namespace };
  }

  /** What it was called before, oldest first; of the group and version it has now. */
  get prevIds(): readonly ResId[] {
    const names = this.#marks.get(PREVIOUS_NAMES);
    if (names === undefined) return [];
    const { gvk } = this;
    if (this.#previous !== undefined && this.#previousFor === gvk) return this.#previous;
    const namespaces = split(this.#marks.get(PREVIOUS_NAMESPACES));
    const kinds = split(this.#marks.get(PREVIOUS_KINDS));
    const apiVersion = apiVersionOf(gvk);
    this.#previousFor = gvk;
    this.#previous = names.split(',').map((name, i) => ({
      gvk: this.kinds.of(apiVersion, kinds[i] ?? ''),
      name,
      namespace: namespaces[i] ?? '',
    }));
    return this.#previous;
  }

  get orgId(): ResId {
    return this.prevIds[0] ?? this.curId;
  }

  /** Every identity it ever had, the present one last. */
  get ids(): readonly ResId[] {
    return [...this.prevIds, this.curId];
  }

  /** The texts under which it is found by any of its identities. */
  get keys(): readonly string[] {
    const previous = this.prevIds;
    const current = idKey(this.curId);
    return previous.length === 0 ? [current] : [...new Set([...previous.map(idKey), current])];
  }

  setName(name: string): void {
    setField(this.#openMetadata(), 'name', scalar(name));
  }

  setNamespace(namespace: string): void {
    const metadata = childOf(this.node, 'metadata');
    if (namespace !== '') setField(this.#openMetadata(), 'namespace', scalar(namespace));
    else if (metadata !== undefined) clearField(metadata, 'namespace');
  }

  setKind(kind: string): void {
    setField(this.node, 'kind', scalar(kind));
  }

  setGvk(gvk: KnownGvk): void {
    this.setKind(gvk.kind);
    setField(this.node, 'apiVersion', scalar(apiVersionOf(gvk)));
  }

  #openMetadata(): Node {
    return lookup(this.node, ['metadata'], 'mapping') as Node;
  }

  /** Remembers what it is called now. */
  storePreviousId(): void {
    const id = this.curId;
    this.addPreviousId(id.name, effectiveNamespace(id), id.gvk.kind);
  }

  addPreviousId(name: string, namespace: string, kind: string): void {
    this.#append(PREVIOUS_NAMES, name);
    this.#append(PREVIOUS_NAMESPACES, namespace);
    this.#append(PREVIOUS_KINDS, kind);
  }

  #append(mark: string, value: string): void {
    if (value === '') return;
    const old = this.#marks.get(mark);
    this.#mark(mark, old === undefined ? value : `${old},${value}`);
  }

  #mark(mark: string, value: string): void {
    if (this.#marks.size === 0) this.#clearEmptyAnnotations();
    this.#marks.set(mark, value);
    if (mark === PREVIOUS_NAMES || mark === PREVIOUS_NAMESPACES || mark === PREVIOUS_KINDS) this.#previous = undefined;
  }

  /** The original does this whenever it sets an annotation. */
  #clearEmptyAnnotations(): void {
    const metadata = childOf(this.node, 'metadata');
    if (metadata === undefined || metadata.kind !== 'mapping') return;
    const annotations = childOf(metadata, 'annotations');
    if (annotations !== undefined && annotations.content.length === 0) clearField(metadata, 'annotations');
  }

  addPrefix(prefix: string): void {
    this.#append(PREFIXES, prefix);
  }

  addSuffix(suffix: string): void {
    this.#append(SUFFIXES, suffix);
  }

  get prefixes(): readonly string[] {
    return split(this.#marks.get(PREFIXES));
  }

  get suffixes(): readonly string[] {
    return split(this.#marks.get(SUFFIXES));
  }

  addReferrer(text: string): void {
    this.#append(REF_BY, text);
  }

  get behavior(): Behavior {
    return behaviorOf(this.#marks.get(BEHAVIOR));
  }

  set behavior(behavior: Behavior) {
    this.#mark(BEHAVIOR, behavior);
  }

  get needsHash(): boolean {
    return this.#marks.get(NEEDS_HASH) === 'enabled';
  }

  enableHash(): void {
    this.#mark(NEEDS_HASH, 'enabled');
  }

  allowChange(of: 'name' | 'kind'): void {
    this.#mark(of === 'name' ? ALLOW_NAME : ALLOW_KIND, 'enabled');
  }

  mayChange(of: 'name' | 'kind'): boolean {
    return this.#marks.get(of === 'name' ? ALLOW_NAME : ALLOW_KIND) === 'enabled';
  }

  get isHelmGenerated(): boolean {
    return this.#marks.get(HELM) === 'true';
  }

  markHelmGenerated(): void {
    this.#mark(HELM, 'true');
  }

  get annotations(): Map<string, string> {
    return this.#metaMap('annotations');
  }

  get labels(): Map<string, string> {
    return this.#metaMap('labels');
  }

  #metaMap(name: string): Map<string, string> {
    const metadata = this.#metadata();
    const map = metadata === undefined ? undefined : childOf(metadata, name);
    return map === undefined ? new Map() : mapOf(map);
  }

  setAnnotations(map: TextMap): void {
    this.#setMetaMap('annotations', map);
  }

  setLabels(map: TextMap): void {
    this.#setMetaMap('labels', map);
  }

  #setMetaMap(name: string, map: TextMap): void {
    const metadata = this.#openMetadata();
    clearField(metadata, name);
    if (map.size === 0) return;
    const node = new Node('mapping');
    for (const [key, value] of sorted(map)) setField(node, key, stringScalar(value));
    setField(metadata, name, node);
  }

  /** A copy that shares nothing. */
  copy(): Resource {
    const copy = new Resource(this.node.copy(), this.kinds, this.file);
    copy.#marks = new Map(this.#marks);
    copy.refVarNames = this.refVarNames;
    copy.deleted = this.deleted;
    return copy;
  }

  /** For a resource that replaces `old`: its labels, annotations, name and history, own ones winning. api/resource: CopyMergeMetaDataFieldsFrom. */
  takeMetadataOf(old: Resource): void {
    this.setLabels(new Map([...old.labels, ...this.labels]));
    const hashed = this.#marks.has(NEEDS_HASH);
    const marks = new Map(old.#marks);
    if (!hashed) marks.delete(NEEDS_HASH);
    this.setAnnotations(new Map([...old.annotations, ...this.annotations]));
    this.#marks = marks;
    this.#previous = undefined;
    this.setName(old.name);
    this.setNamespace(old.namespace);
    this.refVarNames = old.refVarNames;
  }

  /** Runs `change` with the history written into the annotations, where a patch can see, change or lose it. */
  withMarksInTree(change: () => void): void {
    if (this.#marks.size > 0) this.setAnnotations(new Map([...this.annotations, ...this.#marks]));
    change();
    this.#marks = new Map();
    this.#previous = undefined;
    this.absorbMarks();
  }

  get marks(): TextMap {
    return this.#marks;
  }

  /** What a JSON patch removed of the history is put back. kioutil: GetInternalAnnotations. */
  restoreMarks(marks: TextMap): void {
    for (const [mark, value] of marks) this.#marks.set(mark, value);
    this.#previous = undefined;
  }

  /** Takes the build's own annotations out of the tree. */
  absorbMarks(): void {
    const metadata = this.#metadata();
    const node = metadata === undefined || metadata.kind !== 'mapping' ? undefined : childOf(metadata, 'annotations');
    if (metadata === undefined || node === undefined || node.kind !== 'mapping') return;
    const kept: Node[] = [];
    for (let i = 0; i + 1 < node.content.length; i += 2) {
      const key = node.content[i] as Node;
      const value = node.content[i + 1] as Node;
      if (BUILD_ANNOTATIONS.has(key.value)) this.#marks.set(key.value, value.value);
      else kept.push(key, value);
    }
    if (kept.length === node.content.length) return;
    this.#previous = undefined;
    node.content = kept;
    if (kept.length === 0) clearField(metadata, 'annotations');
  }

  /** The end of a build: annotations become strings, and an empty map goes if the build had marked it. */
  finish(): void {
    const { annotations } = this;
    if (annotations.size > 0) this.setAnnotations(annotations);
    else if (this.#marks.size > 0) this.#clearEmptyAnnotations();
    this.#marks = new Map();
    this.#previous = undefined;
  }
}

/** Texts of a mapping; collections count as empty. */
export function mapOf(node: Node): Map<string, string> {
  const map = new Map<string, string>();
  if (node.kind !== 'mapping') return map;
  for (let i = 0; i + 1 < node.content.length; i += 2) map.set((node.content[i] as Node).value, (node.content[i + 1] as Node).value);
  return map;
}

/** The same with null as the empty text. */
export function valuesOf(node: Node | undefined): Map<string, string> {
  const map = new Map<string, string>();
  if (node === undefined || node.kind !== 'mapping') return map;
  for (let i = 0; i + 1 < node.content.length; i += 2) {
    const value = node.content[i + 1] as Node;
    map.set((node.content[i] as Node).value, isNull(value) ? '' : value.value);
  }
  return map;
}

export const sorted = (map: TextMap): [string, string][] => [...map].sort(([left], [right]) => byCodePoint(left, right));
