/** A whole Lockstep on a clock of its own: the embedded cluster in memory, the controllers, nothing on disk. Time moves only when told to. */
import { createKubeClient } from '../../adapters/kube/index.ts';
import { memoryLedger } from '../../adapters/ledger/index.ts';
import { silentNotifier } from '../../adapters/notify/index.ts';
import { silentLog } from '../../adapters/log/index.ts';
import { noMetrics } from '../../adapters/metrics/index.ts';
import { seededRandom, virtualClock, type VirtualClock } from '../../adapters/virtual/index.ts';
import type { App } from '../../api/index.ts';
import { SYSTEM_NAMESPACE } from '../../api/install/index.ts';
import { createCluster, type Cluster } from '../../apiserver/index.ts';
import { createControllers, type Controllers } from '../../controllers/index.ts';
import type { ScenarioFile } from '../../core/kube/scenario/index.ts';
import { formatRef, gvkOf, type KubeObject, refOf } from '../../core/object/index.ts';
import type { ApiResource, Charts, GitMirrors, KubeClient, WebFiles } from '../../ports/index.ts';
import { installKinds } from '../install.ts';
import { Traffic } from './traffic.ts';

/** Where everything that is really read comes from. */
export interface StagePorts {
  readonly mirrors: GitMirrors;
  readonly charts: Charts;
  readonly web: WebFiles;
}

export interface StageOptions {
  /** Milliseconds since the epoch at which the scenario begins. */
  readonly start: number;
  readonly kubeVersion?: string;
  readonly scenario?: ScenarioFile;
  /** False: dependencies hold nothing up. */
  readonly ordered: boolean;
  /** Apps that are looked at; the others are left as they are. */
  readonly include: (app: App) => boolean;
  readonly seed?: number;
  /** `trouble`: of Kubernetes Events only the warnings of the cluster's own controllers are written. Default `all`. */
  readonly events?: 'all' | 'trouble';
  /** Milliseconds of scenario time for which progress that changes nobody's state is gathered. Default: as in life. */
  readonly progressEvery?: number;
}

/** Turns of the event loop in which work that waits for nothing outside gets done. */
const MOST_TURNS = 40;
/** Sealing keys live as long as the rehearsal: the shortest that is allowed is good enough. */
const SEALING_KEY_BITS = 2048;

export class Stage {
  readonly clock: VirtualClock;
  readonly admin: KubeClient;
  readonly controllers: Controllers;
  readonly #cluster: Cluster;
  readonly #traffic = new Traffic();

  private constructor(cluster: Cluster, clock: VirtualClock, ports: StagePorts, options: StageOptions) {
    this.#cluster = cluster;
    this.clock = clock;
    this.admin = createKubeClient(cluster.transport(), { clock });
    const random = seededRandom(options.seed ?? 1);
    this.controllers = createControllers(
      {
        kube: createKubeClient(cluster.transport(), { clock }),
        mirrors: this.#traffic.countedMirrors(ports.mirrors),
        charts: this.#traffic.counted(ports.charts),
        web: this.#traffic.counted(ports.web),
        notifier: silentNotifier(),
        ledger: memoryLedger(),
        clock,
        random,
        log: silentLog(),
        metrics: noMetrics(),
      },
      {
        namespace: SYSTEM_NAMESPACE,
        installation: 'rehearsal',
        maskKey: random.bytes(32),
        sealingKeyBits: SEALING_KEY_BITS,
        order: options.ordered ? 'kept' : 'ignored',
        others: 'absent',
        include: options.include,
        events: options.events === 'trouble' ? 'none' : 'written',
        ...(options.progressEvery === undefined ? {} : { progressEvery: options.progressEvery }),
      },
    );
  }

  /** An empty cluster with Lockstep's kinds in it, its controllers not started yet. */
  static async open(ports: StagePorts, options: StageOptions): Promise<Stage> {
    const clock = virtualClock(options.start);
    const cluster = await createCluster({
      clock,
      random: seededRandom((options.seed ?? 1) + 1),
      log: silentLog(),
      storage: 'memory',
      events: options.events === 'trouble' ? 'warnings' : 'all',
      ...(options.kubeVersion === undefined ? {} : { kubeVersion: options.kubeVersion }),
      ...(options.scenario === undefined ? {} : { scenario: options.scenario }),
    });
    const stage = new Stage(cluster, clock, ports, options);
    const installed = await stage.finish(installKinds(stage.admin, clock));
    if (!installed.ok) throw new Error(`the kinds of Lockstep cannot be installed: ${installed.error.message}`);
    return stage;
  }

  /** Moves time until `work` is done. */
  async finish<T>(work: Promise<T>): Promise<T> {
    let done = false;
    const end = work.finally(() => (done = true));
    end.catch(() => undefined);
    for (;;) {
      await this.clock.settle();
      if (done) return end;
      if (this.#traffic.busy) await this.#traffic.next();
      else if (this.clock.next === undefined) await pause();
      else await this.clock.advance(Math.max(1, this.clock.next - this.clock.monotonic()));
    }
  }

  /** Everything that can happen now has happened: what is left waits for time. */
  async quiet(): Promise<void> {
    for (let turn = 0; turn < MOST_TURNS; turn += 1) {
      await this.clock.settle();
      while (this.#traffic.busy) {
        await this.#traffic.next();
        await this.clock.settle();
      }
      if (this.controllers.idle()) return;
      // Worker threads (keys, decryption) take real time.
      if (turn >= MOST_TURNS / 2) await pause();
    }
  }

  /** To the next moment at which something is due, at most `limit` on the clock's monotonic scale. False: nothing is due until then. */
  async step(limit: number): Promise<boolean> {
    const { next } = this.clock;
    if (next === undefined || next > limit) return false;
    await this.clock.advance(Math.max(0, next - this.clock.monotonic()));
    await this.quiet();
    return true;
  }

  /** Applies an object as an administrator would, waiting for its kind to be served. @throws Error that names the object. */
  async put(object: KubeObject): Promise<void> {
    const resource = await this.#resourceOf(object);
    const applied =
      resource === undefined ? undefined : await this.admin.apply(resource, object, { fieldManager: 'lockstep-bootstrap', force: true });
    if (applied?.ok === true) return;
    const why = applied === undefined ? `the cluster serves no ${object.apiVersion} ${object.kind}` : applied.error.message;
    throw new Error(`${formatRef(refOf(object))} cannot be put into the cluster: ${why}`);
  }

  async #resourceOf(object: KubeObject): Promise<ApiResource | undefined> {
    const { group, version, kind } = gvkOf(object);
    for (const refresh of [false, true]) {
      if (refresh) await this.quiet();
      const served = await this.admin.discover({ refresh });
      const resources = served.ok ? served.value.resources : [];
      const found = resources.find(
        (one) => one.group === group && one.version === version && one.kind === kind && !one.resource.includes('/'),
      );
      if (found !== undefined) return found;
    }
    return undefined;
  }

  setScenario(scenario: ScenarioFile | undefined): void {
    this.#cluster.setScenario(scenario);
  }

  async close(): Promise<void> {
    await this.finish(this.controllers.stop());
    await this.#cluster.close();
  }
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));
