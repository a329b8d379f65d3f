/** Which kinds the cluster serves, by group and kind; asked again when a kind is not among them, at most every few seconds. */
import type { ApiResource, Clock, KubeClient } from '../../ports/index.ts';

const AGAIN = 5_000;

const kindKey = (group: string, kind: string): string => `${group}/${kind}`;

export class ServedKinds {
  readonly #kube: KubeClient;
  readonly #clock: Clock;
  #known: ReadonlyMap<string, ApiResource> = new Map();
  #askedAt = -Infinity;

  constructor(kube: KubeClient, clock: Clock) {
    this.#kube = kube;
    this.#clock = clock;
  }

  /** What is known now, without asking. */
  now(group: string, kind: string): ApiResource | undefined {
    return this.#known.get(kindKey(group, kind));
  }

  async find(group: string, kind: string): Promise<ApiResource | undefined> {
    const known = this.now(group, kind);
    if (known !== undefined || this.#clock.monotonic() - this.#askedAt < AGAIN) return known;
    this.#askedAt = this.#clock.monotonic();
    const found = await this.#kube.discover({ refresh: true });
    if (found.ok) {
      const own = found.value.resources.filter(({ resource }) => !resource.includes('/'));
      this.#known = new Map(own.map((resource) => [kindKey(resource.group, resource.kind), resource]));
    }
    return this.now(group, kind);
  }
}
