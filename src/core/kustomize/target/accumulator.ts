/** What a kustomization gathers: resources, tables of fields, vars. Source: api/internal/accumulator/resaccumulator.go. */
import { DEFAULT_CONFIG, type TransformerConfig, emptyConfig, mergeConfigs } from '../config/fieldspec.ts';
import type { Var } from '../config/types.ts';
import { KustomizeError } from '../problem.ts';
import { type ResId, idKey, sameGvk } from '../resource/gvk.ts';
import type { Kinds } from '../resource/gvk.ts';
import { ResMap } from '../resource/res-map.ts';
import type { Resource } from '../resource/resource.ts';
import { type FullVar, fullVar, varText } from '../transform/vars.ts';

export class Accumulator {
  readonly map = new ResMap();
  /** Undefined: nothing yet. */
  #config: TransformerConfig | undefined;
  readonly #vars = new Map<string, FullVar>();

  get config(): TransformerConfig {
    return this.#config ?? emptyConfig();
  }

  /** The same tables once more change nothing. */
  mergeConfig(config: TransformerConfig): void {
    if (this.#config === undefined && config === DEFAULT_CONFIG) this.#config = config;
    else if (config !== this.#config) this.#config = mergeConfigs(this.config, config);
  }

  /** In order of their names. */
  get vars(): readonly FullVar[] {
    return [...this.#vars.values()].sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  absorb(other: Accumulator): void {
    this.map.appendAll(other.map.resources);
    this.mergeConfig(other.config);
    this.#addVars([...other.#vars.values()]);
  }

  mergeVars(vars: readonly Var[], kinds: Kinds): void {
    const full = vars.map(fullVar);
    for (const variable of full) this.#bind(variable, kinds);
    this.#addVars(full);
  }

  #addVars(vars: readonly FullVar[]): void {
    for (const variable of vars) {
      if (this.#vars.has(variable.name)) throw new KustomizeError(`var '${variable.name}' already encountered`, { field: 'vars' });
      this.#vars.set(variable.name, variable);
    }
  }

  /** Finds the resource a var reads. Without a namespace any will do. */
  #bind(variable: FullVar, kinds: Kinds): void {
    const { apiVersion = '', group = '', version = '', kind = '', name = '', namespace = '' } = variable.source.objref ?? {};
    const own = group === '' ? version : `${group}/${version}`;
    const gvk = kinds.of(apiVersion === '' ? own : apiVersion, kind);
    const target: ResId = { gvk, name, namespace };
    const matches = (id: ResId): boolean => (namespace === '' ? id.name === name && sameGvk(id.gvk, gvk) : idKey(id) === idKey(target));
    const found = this.map.resources.filter((resource: Resource) => !resource.isEmpty && resource.ids.some(matches));
    if (found.length > 1) {
      throw new KustomizeError(`found ${found.length} resId matches for var ${varText(variable)} (unable to disambiguate)`, {
        field: 'vars',
      });
    }
    const [resource] = found;
    if (resource !== undefined) resource.refVarNames = [...resource.refVarNames, variable.name];
  }
}
