/**
 * The objects of a build in the order they came, found by what they are or were called without looking at each.
 * Source: api/resmap/reswrangler.go.
 */
import { KustomizeError } from '../problem.ts';
import { type ResId, idKey, idSyntax, idText, sameId } from './gvk.ts';
import { type Resource, valuesOf } from './resource.ts';
import { setDataMaps } from './data-map.ts';
import { resourceText } from './text.ts';
import { childOf } from '../node/node.ts';

const ORIGIN = 'config.kubernetes.io/origin';

export class ResMap {
  #list: Resource[];
  /** By every identity; undefined after somebody may have renamed something. */
  #byId: Map<string, Set<Resource>> | undefined;
  /** The keys each resource is filed under. */
  #filed = new Map<Resource, readonly string[]>();

  constructor(list: readonly Resource[] = []) {
    this.#list = [];
    this.appendAll(list);
  }

  get resources(): readonly Resource[] {
    return this.#list;
  }

  /** Must be called after resources were changed other than through this map. */
  touch(): void {
    this.#byId = undefined;
  }

  #index(): Map<string, Set<Resource>> {
    if (this.#byId !== undefined) return this.#byId;
    this.#byId = new Map();
    this.#filed = new Map();
    for (const resource of this.#list) this.#file(resource);
    return this.#byId;
  }

  #file(resource: Resource): void {
    if (this.#byId === undefined || resource.isEmpty) return;
    const { keys } = resource;
    this.#filed.set(resource, keys);
    for (const key of keys) {
      const found = this.#byId.get(key);
      if (found === undefined) this.#byId.set(key, new Set([resource]));
      else found.add(resource);
    }
  }

  #unfile(resource: Resource): void {
    for (const key of this.#filed.get(resource) ?? []) this.#byId?.get(key)?.delete(resource);
    this.#filed.delete(resource);
  }

  /** Files a resource again after it alone was changed. */
  refile(resource: Resource): void {
    if (this.#byId === undefined) return;
    this.#unfile(resource);
    this.#file(resource);
  }

  /** All that are or were called so. */
  byAnyId(id: ResId): readonly Resource[] {
    return [...(this.#index().get(idKey(id)) ?? [])];
  }

  byCurrentId(id: ResId): readonly Resource[] {
    return this.byAnyId(id).filter((resource) => sameId(resource.curId, id));
  }

  /** The one that is or was called so. */
  one(id: ResId): Resource {
    const found = this.byAnyId(id);
    const [resource] = found;
    if (resource !== undefined && found.length === 1) return resource;
    const problem = found.length > 1 ? 'multiple matches' : 'no matches';
    throw new KustomizeError(`${problem} for Id ${idText(id)}; failed to find unique target for patch ${idText(id)}`, {
      object: idText(id),
    });
  }

  append(resource: Resource): void {
    const id = resource.curId;
    if (this.byCurrentId(id).length > 0) {
      throw new KustomizeError(`may not add resource with an already registered id: ${idText(id)}`, {
        object: idText(id),
        ...(resource.file === undefined ? {} : { file: resource.file }),
      });
    }
    this.#list.push(resource);
    this.#file(resource);
  }

  appendAll(list: readonly Resource[]): void {
    for (const resource of list) this.append(resource);
  }

  /** Fails, as appending them one by one would, when two resources have come to be called the same. */
  requireDistinct(): void {
    new ResMap().appendAll(this.#list);
  }

  /** Other contents, checked for identities that come twice. */
  replaceAll(list: readonly Resource[]): void {
    this.#list = [];
    this.touch();
    this.appendAll(list);
  }

  dropEmpty(): void {
    if (!this.#list.some((resource) => resource.isEmpty)) return;
    this.#list = this.#list.filter((resource) => !resource.isEmpty);
    this.touch();
  }

  keep(filter: (resource: Resource) => boolean): void {
    this.#list = this.#list.filter(filter);
    this.touch();
  }

  /** Adds what a generator made, by its behaviour. */
  absorb(list: readonly Resource[]): void {
    for (const resource of list) this.#absorbOne(resource);
  }

  #absorbOne(resource: Resource): void {
    const id = resource.curId;
    const matches = this.byAnyId(id);
    const [old] = matches;
    const { behavior } = resource;
    if (old === undefined) {
      if (behavior === 'merge' || behavior === 'replace') {
        throw new KustomizeError(`id ${idSyntax(id)} does not exist; cannot merge or replace`, { object: idText(id) });
      }
      this.append(resource);
      return;
    }
    if (matches.length > 1) {
      const texts = matches.map(resourceText).join(' ');
      throw new KustomizeError(`found multiple objects [${texts}] that could accept merge of ${idText(id)}`, { object: idText(id) });
    }
    if (behavior !== 'merge' && behavior !== 'replace') {
      throw new KustomizeError(`id ${idSyntax(id)} exists; can not use behavior: '${behavior}', behavior must be merge or replace`, {
        object: idText(id),
      });
    }
    mergeGenerated(resource, old, behavior);
    this.#replace(old, resource);
  }

  #replace(old: Resource, by: Resource): void {
    const { curId } = by;
    const matches = this.byCurrentId(curId);
    if (matches.length > 1) throw new KustomizeError(`in Replace: id matched ${matches.length} resources`);
    if (matches.length === 0) throw new KustomizeError(`cannot find resource with id ${idText(curId)} to replace`);
    if (matches[0] !== old) throw new KustomizeError('unexpected target index in replacement');
    this.#list[this.#list.indexOf(old)] = by;
    this.#unfile(old);
    this.#file(by);
  }
}

function mergeGenerated(resource: Resource, old: Resource, behavior: 'merge' | 'replace'): void {
  const origin = old.annotations.get(ORIGIN);
  resource.takeMetadataOf(old);
  if (behavior === 'replace') return;
  const before = (field: string): ReadonlyMap<string, string> => valuesOf(childOf(old.node, field));
  const own = (field: string): ReadonlyMap<string, string> => valuesOf(childOf(resource.node, field));
  setDataMaps(resource.node, {
    data: new Map([...before('data'), ...own('data')]),
    binaryData: new Map([...before('binaryData'), ...own('binaryData')]),
  });
  if (origin !== undefined) resource.setAnnotations(new Map([...resource.annotations, [ORIGIN, origin]]));
}
