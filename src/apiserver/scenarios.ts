/** The scenarios in force: the ConfigMap of a namespace first, then what the cluster was started with for that namespace and for all. */
import { parseTime } from '../core/kube/time/index.ts';
import { apiFault, type FaultyRequest, SCENARIO, type Scenario, type ScenarioFile, scenarioOf } from '../core/kube/scenario/index.ts';
import type { Refusal } from '../core/kube/status/index.ts';
import type { KubeObject } from '../core/object/index.ts';
import type { Clock } from '../ports/index.ts';
import { storeKey } from './api/request.ts';
import type { Store } from './store/index.ts';

export class Scenarios {
  readonly #store: Store;
  readonly #clock: Clock;
  /** Read once per version of a ConfigMap. */
  readonly #read = new WeakMap<KubeObject, Scenario>();
  readonly #started = new WeakMap<Scenario, number>();
  #file: ScenarioFile = new Map();

  constructor(store: Store, clock: Clock, file: ScenarioFile | undefined) {
    this.#store = store;
    this.#clock = clock;
    this.set(file);
  }

  /** From now on this is the cluster's own scenario. */
  set(file: ScenarioFile | undefined): void {
    this.#file = file ?? new Map();
    for (const scenario of this.#file.values()) this.#started.set(scenario, this.#clock.now());
  }

  /** What concerns a namespace, the most particular first. */
  of(namespace: string): readonly Scenario[] {
    const config = this.#store.table('configmaps').entries.get(storeKey(namespace, SCENARIO))?.graph;
    if (config === undefined && this.#file.size === 0) return [];
    const own = config === undefined ? undefined : this.#ofConfig(config);
    return [own, this.#file.get(namespace), this.#file.get('*')].filter((scenario) => scenario !== undefined);
  }

  /** Why a request has to fail, if it has to. */
  trouble(namespace: string, request: FaultyRequest): Refusal | undefined {
    const scenarios = this.of(namespace);
    if (scenarios.length === 0) return undefined;
    return apiFault(request, scenarios, (scenario) => this.#clock.now() - (this.#started.get(scenario) ?? 0));
  }

  #ofConfig(config: KubeObject): Scenario {
    const known = this.#read.get(config);
    if (known !== undefined) return known;
    const scenario = scenarioOf(config).value;
    this.#read.set(config, scenario);
    this.#started.set(scenario, parseTime(config.metadata.creationTimestamp ?? '') ?? this.#clock.now());
    return scenario;
  }
}
