/** What is served: built-in types and those of established CustomResourceDefinitions, found by group, version and plural name. */
import { createHash } from 'node:crypto';
import type { Resource } from '../../core/kube/resource/index.ts';

const keyOf = (group: string, version: string, plural: string): string => `${group}/${version}/${plural}`;

export class Registry {
  readonly #builtin: readonly Resource[];
  #custom: readonly Resource[] = [];
  #byName = new Map<string, Resource>();
  #byKind = new Map<string, Resource>();
  #byTable = new Map<string, Resource>();
  #versions = new Map<string, boolean>();
  #generation = 0;

  constructor(builtin: readonly Resource[]) {
    this.#builtin = builtin;
    this.#index();
  }

  get all(): readonly Resource[] {
    return [...this.#builtin, ...this.#custom];
  }

  /** Grows with every change of what is served; documents made from the registry are kept by it. */
  get generation(): number {
    return this.#generation;
  }

  named(group: string, version: string, plural: string): Resource | undefined {
    return this.#byName.get(keyOf(group, version, plural));
  }

  ofKind(apiVersion: string, kind: string): Resource | undefined {
    return this.#byKind.get(`${apiVersion}/${kind}`);
  }

  /** Any version of a type by its group and kind. */
  ofGroupKind(group: string, kind: string): Resource | undefined {
    return this.all.find((resource) => resource.group === group && resource.kind === kind);
  }

  /** The type stored in a table, in the version that is stored. */
  ofTable(table: string): Resource | undefined {
    return this.#byTable.get(table);
  }

  /** A fingerprint of what a group version serves. Types are compared by identity: a changed definition is a new type. */
  hashOf(group: string, version: string): string {
    const served = this.all.filter((resource) => resource.group === group && resource.version === version);
    const text = JSON.stringify(served.map(({ type, ...facts }) => [facts, type?.source ?? type?.name ?? '']));
    return createHash('sha512').update(text).digest('hex').toUpperCase();
  }

  /** The served versions of a type. */
  versionsOf({ group, resource }: Resource): readonly string[] {
    return this.all.filter((one) => one.group === group && one.resource === resource).map(({ version }) => version);
  }

  hasVersion(group: string, version: string): boolean {
    return this.#versions.has(`${group}/${version}`);
  }

  /** Whether a group version has types of CustomResourceDefinitions. */
  isCustom(group: string, version: string): boolean {
    return this.#versions.get(`${group}/${version}`) === true;
  }

  setCustom(resources: readonly Resource[]): void {
    this.#custom = resources;
    this.#index();
  }

  #index(): void {
    this.#generation++;
    this.#byName = new Map(this.all.map((resource) => [keyOf(resource.group, resource.version, resource.resource), resource]));
    this.#versions = new Map(this.all.map((resource) => [`${resource.group}/${resource.version}`, resource.custom]));
    this.#byKind = new Map(this.all.map((resource) => [`${resource.apiVersion}/${resource.kind}`, resource]));
    const stored = this.all.filter((resource) => resource.apiVersion === resource.storedApiVersion);
    this.#byTable = new Map(stored.map((resource) => [resource.table, resource]));
  }
}
