/**
 * A set of field paths as a trie. Sets are never changed once they are visible; operations share what they can and return an
 * operand itself when it is the result.
 * Source of the semantics: structured-merge-diff fieldpath/set.go.
 */
import type { TypeNode } from '../../schema/index.ts';
import type { ItemElement, Path, PathElement } from './element.ts';

/** What hangs at one element: the element itself (`member`) and paths below it. A branch is never empty. */
export interface Branch {
  readonly member: boolean;
  readonly below: FieldSet | undefined;
  /** Set for list items; a field's name is its key. */
  readonly item: ItemElement | undefined;
}

type Branches = ReadonlyMap<string, Branch>;

const NONE: Branches = new Map<string, Branch>();

export class FieldSet {
  static readonly EMPTY: FieldSet = new FieldSet(NONE, NONE);
  /** By field name. */
  readonly fields: Branches;
  /** By the serialised element. */
  readonly items: Branches;

  constructor(fields: Branches, items: Branches) {
    this.fields = fields;
    this.items = items;
  }

  static of(...paths: readonly Path[]): FieldSet {
    const builder = new SetBuilder();
    for (const path of paths) builder.insert(path);
    return builder.build();
  }

  get empty(): boolean {
    return this.fields.size === 0 && this.items.size === 0;
  }

  get(element: PathElement): Branch | undefined {
    return element.kind === 'field' ? this.fields.get(element.name) : this.items.get(element.id);
  }

  /** Paths in either set. */
  union(other: FieldSet): FieldSet {
    return union(this, other);
  }

  /** Paths in both sets. */
  intersection(other: FieldSet): FieldSet {
    return intersection(this, other);
  }

  /** Paths that are not in `other`. A parent in `other` does not take its children with it. */
  difference(other: FieldSet): FieldSet {
    return difference(this, other);
  }

  /** Paths that are neither in `other` nor below a path in `other`. */
  recursiveDifference(other: FieldSet): FieldSet {
    return recursiveDifference(this, other);
  }

  /** Only the paths with nothing below them. */
  leaves(): FieldSet {
    return leaves(this);
  }

  /** What is in the set as text: equal texts are equal sets. The order of insertion shows in it, so equal sets may have different texts. */
  contentText(): string {
    return contentText(this);
  }

  equals(other: FieldSet): boolean {
    return equals(this, other);
  }

  /** Whether every path of `other` is here. */
  contains(other: FieldSet): boolean {
    return contains(this, other);
  }

  /** The set with every named field on the way to a path as a member: owning `a.b` of a struct means owning `a`. */
  withNamedFields(type: TypeNode | undefined): FieldSet {
    return ensureNamedFields(this, type);
  }

  has(path: Path): boolean {
    let at: FieldSet | undefined = this;
    for (const [index, element] of path.entries()) {
      const branch: Branch | undefined = at?.get(element);
      if (index === path.length - 1) return branch?.member === true;
      at = branch?.below;
    }
    return false;
  }
}

/** The set of these branches; the shared empty set when there are none. */
const make = (fields: Branches, items: Branches): FieldSet =>
  fields.size === 0 && items.size === 0 ? FieldSet.EMPTY : new FieldSet(fields, items);

/** Collects paths into a set. */
export class SetBuilder {
  #fields: Map<string, OpenBranch> | undefined;
  #items: Map<string, OpenBranch> | undefined;

  get empty(): boolean {
    return this.#fields === undefined && this.#items === undefined;
  }

  /** The builder below an element. It must be given at least one path. */
  at(element: PathElement): SetBuilder {
    const branch = this.#branch(element);
    branch.builder ??= new SetBuilder();
    return branch.builder;
  }

  add(element: PathElement): void {
    this.#branch(element).member = true;
  }

  addField(name: string): void {
    this.#fieldBranch(name).member = true;
  }

  /** Puts a finished set below an element; an empty one is ignored. The element must have no paths below it yet. */
  put(element: PathElement, below: FieldSet): void {
    if (!below.empty) this.#branch(element).set = below;
  }

  insert(path: Path): void {
    let at: SetBuilder = this;
    for (const [index, element] of path.entries()) {
      if (index === path.length - 1) at.add(element);
      else at = at.at(element);
    }
  }

  build(): FieldSet {
    return make(close(this.#fields), close(this.#items));
  }

  #fieldBranch(name: string): OpenBranch {
    this.#fields ??= new Map();
    let branch = this.#fields.get(name);
    if (branch === undefined) this.#fields.set(name, (branch = { member: false, item: undefined, builder: undefined, set: undefined }));
    return branch;
  }

  #branch(element: PathElement): OpenBranch {
    if (element.kind === 'field') return this.#fieldBranch(element.name);
    this.#items ??= new Map();
    let branch = this.#items.get(element.id);
    if (branch === undefined) this.#items.set(element.id, (branch = { member: false, item: element, builder: undefined, set: undefined }));
    return branch;
  }
}

interface OpenBranch {
  member: boolean;
  readonly item: ItemElement | undefined;
  builder: SetBuilder | undefined;
  set: FieldSet | undefined;
}

function close(open: Map<string, OpenBranch> | undefined): Branches {
  if (open === undefined) return NONE;
  const result = new Map<string, Branch>();
  for (const [key, { member, item, builder, set }] of open) {
    const built = builder?.build() ?? set;
    const below = built === undefined || built.empty ? undefined : built;
    if (member || below !== undefined) result.set(key, { member, item, below });
  }
  return result.size === 0 ? NONE : result;
}

/** Combines two sets branch by branch: `one` for what is only in the left set, `both` for what is in both. */
interface Rule {
  readonly one: (branch: Branch) => Branch | undefined;
  readonly both: (left: Branch, right: Branch) => Branch | undefined;
}

function combine(left: Branches, right: Branches, rule: Rule): Branches {
  const result = new Map<string, Branch>();
  let changed = false;
  for (const [key, branch] of left) {
    const other = right.get(key);
    const kept = other === undefined ? rule.one(branch) : rule.both(branch, other);
    if (kept !== undefined) result.set(key, kept);
    changed ||= kept !== branch;
  }
  return changed ? result : left;
}

const same = (set: FieldSet, fields: Branches, items: Branches): FieldSet =>
  fields === set.fields && items === set.items ? set : make(fields, items);

/** A branch with these parts; the given one when it has them; undefined when nothing is left. */
function branchOf(branch: Branch, member: boolean, below: FieldSet | undefined): Branch | undefined {
  const kept = below === undefined || below.empty ? undefined : below;
  if (!member && kept === undefined) return undefined;
  return branch.member === member && branch.below === kept ? branch : { member, item: branch.item, below: kept };
}

const uniteBelow = (a: FieldSet | undefined, b: FieldSet | undefined): FieldSet | undefined =>
  a === undefined ? b : b === undefined ? a : union(a, b);

function unionBranches(left: Branches, right: Branches): Branches {
  if (left.size === 0 || left === right) return right;
  let result: Map<string, Branch> | undefined;
  for (const [key, branch] of right) {
    const own = left.get(key);
    const next = own === undefined ? branch : (branchOf(own, own.member || branch.member, uniteBelow(own.below, branch.below)) ?? own);
    if (next !== own) (result ??= new Map(left)).set(key, next);
  }
  return result ?? left;
}

/** Paths in either set. */
function union(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b || b.empty) return a;
  if (a.empty) return b;
  return same(a, unionBranches(a.fields, b.fields), unionBranches(a.items, b.items));
}

const DROP = (): undefined => undefined;
const KEEP = (branch: Branch): Branch => branch;

const intersectionRule: Rule = {
  one: DROP,
  both: (left, right) =>
    branchOf(left, left.member && right.member, left.below && right.below ? intersection(left.below, right.below) : undefined),
};

/** Paths in both sets. */
function intersection(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b || a.empty) return a;
  if (b.empty) return FieldSet.EMPTY;
  return same(a, combine(a.fields, b.fields, intersectionRule), combine(a.items, b.items, intersectionRule));
}

const differenceRule: Rule = {
  one: KEEP,
  both: (left, right) =>
    branchOf(left, left.member && !right.member, left.below && right.below ? difference(left.below, right.below) : left.below),
};

/** Paths of `a` that are not in `b`. A parent in `b` does not take its children with it. */
function difference(a: FieldSet, b: FieldSet): FieldSet {
  if (b.empty || a.empty) return a;
  return same(a, combine(a.fields, b.fields, differenceRule), combine(a.items, b.items, differenceRule));
}

const recursiveRule: Rule = {
  one: KEEP,
  both: (left, right) =>
    right.member
      ? undefined
      : branchOf(left, left.member, left.below && right.below ? recursiveDifference(left.below, right.below) : left.below),
};

/** Paths of `a` that are neither in `b` nor below a path in `b`. */
function recursiveDifference(a: FieldSet, b: FieldSet): FieldSet {
  if (b.empty || a.empty) return a;
  return same(a, combine(a.fields, b.fields, recursiveRule), combine(a.items, b.items, recursiveRule));
}

const leavesRule: Rule = {
  one: (branch) => branchOf(branch, branch.member && branch.below === undefined, branch.below && leaves(branch.below)),
  both: KEEP,
};

/** Only the paths with nothing below them. */
const leaves = (set: FieldSet): FieldSet => same(set, combine(set.fields, NONE, leavesRule), combine(set.items, NONE, leavesRule));

function equalBranches(a: Branches, b: Branches): boolean {
  if (a === b) return true;
  if (a.size !== b.size) return false;
  for (const [key, left] of a) {
    const right = b.get(key);
    if (right === undefined || left.member !== right.member) return false;
    if (left.below === right.below) continue;
    if (left.below === undefined || right.below === undefined || !equals(left.below, right.below)) return false;
  }
  return true;
}

const equals = (a: FieldSet, b: FieldSet): boolean => a === b || (equalBranches(a.fields, b.fields) && equalBranches(a.items, b.items));

/** Lengths stand before names, so that no name can be mistaken for structure. */
function contentText(set: FieldSet): string {
  let text = '';
  for (const [name, branch] of set.fields) text += `${name.length}:${name}${branchText(branch)}`;
  for (const [id, branch] of set.items) text += `${id.length};${id}${branchText(branch)}`;
  return text;
}

const branchText = ({ member, below }: Branch): string => (below === undefined ? '.' : `${member ? '{' : '('}${contentText(below)}}`);

function containsBranches(a: Branches, b: Branches): boolean {
  if (a === b) return true;
  if (b.size > a.size) return false;
  for (const [key, right] of b) {
    const left = a.get(key);
    if (left === undefined || (right.member && !left.member)) return false;
    if (right.below !== undefined && (left.below === undefined || !contains(left.below, right.below))) return false;
  }
  return true;
}

/** Whether every path of `b` is in `a`. */
const contains = (a: FieldSet, b: FieldSet): boolean =>
  a === b || (containsBranches(a.fields, b.fields) && containsBranches(a.items, b.items));

/** The type below an element of a value of type `type`; undefined where the schema does not say. */
function typeBelow(type: TypeNode | undefined, element: PathElement): TypeNode | undefined {
  if (element.kind === 'field') return type?.map === undefined ? undefined : (type.map.fields.get(element.name)?.type ?? type.map.element);
  return element.kind === 'key' ? type?.list?.element : undefined;
}

/** The set with every named field on the way to a path as a member: owning `a.b` of a struct means owning `a`. */
function ensureNamedFields(set: FieldSet, type: TypeNode | undefined): FieldSet {
  const map = type?.map;
  const fields = combine(set.fields, NONE, { one: KEEP, both: KEEP });
  const named = new Map<string, Branch>();
  let changed = false;
  for (const [name, branch] of fields) {
    const field = map?.fields.get(name);
    const below = branch.below && ensureNamedFields(branch.below, field?.type ?? map?.element);
    const next = branchOf(branch, branch.member || field !== undefined, below) ?? branch;
    named.set(name, next);
    changed ||= next !== branch;
  }
  const items = combine(set.items, NONE, {
    one: (branch) =>
      branchOf(branch, branch.member, branch.below && ensureNamedFields(branch.below, branch.item && typeBelow(type, branch.item))),
    both: KEEP,
  });
  return same(set, changed ? named : set.fields, items);
}
