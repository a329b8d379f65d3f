/** What discovery says about a served resource, and finding one by kind or by name. */
import type { Gvk } from '../object/index.ts';

export interface Subresource {
  readonly name: string;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly verbs: readonly string[];
}

export interface Resource {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Plural, lower case. */
  readonly resource: string;
  readonly singular: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly subresources: readonly Subresource[];
}

/** Served resources in the order of discovery: groups by priority, versions by preference. */
export class ResourceList {
  readonly all: readonly Resource[];
  readonly #byKind = new Map<string, Resource>();
  readonly #byName = new Map<string, Resource>();

  constructor(all: readonly Resource[]) {
    this.all = all;
    for (const item of all) {
      this.#byKind.set(`${item.group}/${item.version}/${item.kind}`, item);
      this.#byName.set(`${item.group}/${item.version}/${item.resource}`, item);
    }
  }

  ofKind(gvk: Gvk): Resource | undefined {
    return this.#byKind.get(`${gvk.group}/${gvk.version}/${gvk.kind}`);
  }

  named(group: string, version: string, resource: string): Resource | undefined {
    return this.#byName.get(`${group}/${version}/${resource}`);
  }

  /** The preferred version of a kind; `group` undefined searches all groups in order of priority. */
  preferred(kind: string, group?: string): Resource | undefined {
    return this.all.find((item) => item.kind === kind && (group === undefined || item.group === group));
  }
}
