/**
 * All clusters that are delivered to (S22). Each TargetCluster has its own client, informers, queue and circuit breaker; one that is away, slow or
 * refuses keeps only its own Apps waiting. Credentials are read again whenever their Secret changes or the cluster no longer accepts them.
 */
import { type App, type TargetCluster, parseTargetCluster } from '../../api/index.ts';
import { type KubeObject, getKey, isObject } from '../../core/object/index.ts';
import { formatProblem } from '../../core/problem/index.ts';
import type { Clock, ConnectCluster, KubeClient, Log, Metrics, Random } from '../../ports/index.ts';
import {
  type Change,
  type Informer,
  type Informers,
  type Outcome,
  type WorkQueue,
  createInformers,
  createWorkQueue,
  outcome,
} from '../../runtime/index.ts';
import { type Result, err, ok } from '../../std/index.ts';
import { secrets, targetClusters } from '../app/cluster.ts';
import type { Aimed, Reach, Unreached } from '../app/reach.ts';
import type { Delivery } from '../delivery/delivery.ts';
import { rfc3339 } from '../time.ts';
import { writeStatus } from '../write-status.ts';
import { fingerprint, Member } from './member.ts';
import { type Standing, nextClusterStatus } from './status.ts';
import { tokenOf } from './token.ts';

export interface FleetPorts {
  readonly kube: KubeClient;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Absent: no other cluster can be reached from here. */
  readonly connect: ConnectCluster | undefined;
}

export interface FleetOptions {
  /** Lockstep's own namespace. */
  readonly namespace: string;
  /** Uid of the cluster that Lockstep lives in. */
  readonly ownUid: () => Promise<string | undefined>;
  /** Makes what delivers to a cluster; it is not started. */
  readonly open: (name: string, client: KubeClient) => Delivery;
  /** Apps of this cluster have to look again, perhaps in another queue. */
  readonly changed: (name: string) => void;
}

/** How often a cluster that answers is asked who it is, in milliseconds. */
const lookEvery = 30_000;

const keyOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ''}/${metadata.name ?? ''}`;

export class Fleet implements Reach {
  readonly #ports: FleetPorts;
  readonly #options: FleetOptions;
  readonly #declared: Informer;
  readonly #members = new Map<string, Member>();
  /** Clusters that cannot be connected to at all, and why. */
  readonly #refused = new Map<string, Standing>();
  /** Of Secrets only that they changed is kept. */
  readonly #secrets: Informers;
  readonly #watching = new Map<string, () => void>();
  readonly #queue: WorkQueue;
  #following = false;
  #leads = false;

  constructor(declared: Informer, ports: FleetPorts, options: FleetOptions) {
    this.#declared = declared;
    this.#ports = ports;
    this.#options = options;
    const { clock, random, log, metrics, kube } = ports;
    const keep = ({ data: _dropped, ...rest }: KubeObject): KubeObject => rest as KubeObject;
    this.#secrets = createInformers({ client: kube, clock, random, log, metrics }, { keep });
    const backoff = { base: 1000, most: lookEvery };
    this.#queue = createWorkQueue(
      { name: 'clusters', concurrency: 8, backoff, handle: (key) => this.#look(key) },
      { clock, random, log, metrics },
    );
  }

  /** Clusters are connected to and read; nothing is written, and no App is told. */
  warm(): void {
    if (this.#following) return;
    this.#following = true;
    this.#declared.subscribe((change) => {
      const key = keyOf(change.type === 'deleted' ? change.old : change.now);
      if (change.type !== 'changed' || JSON.stringify(change.old['spec']) !== JSON.stringify(change.now['spec'])) {
        this.#queue.add(key);
        // Who may use it is part of the spec: Apps that found it before may have to let go.
        this.#changed(key);
      }
    });
  }

  start(): void {
    this.#leads = true;
    this.warm();
    for (const object of this.#declared.values()) this.#queue.add(keyOf(object));
  }

  #changed(key: string): void {
    if (this.#leads) this.#options.changed(key);
  }

  async stop(): Promise<void> {
    await this.#queue.stop();
    await this.#secrets.stop();
    await Promise.all([...this.#members.values()].map((member) => member.close()));
  }

  get idle(): boolean {
    const { ready, running } = this.#queue.size();
    return ready + running === 0 && [...this.#members.values()].every(({ delivery }) => delivery?.idle !== false);
  }

  /** What delivers to a cluster; undefined until it has answered once. */
  delivery(name: string): Delivery | undefined {
    return this.#members.get(name)?.delivery;
  }

  deliveries(): readonly Delivery[] {
    return [...this.#members.values()].flatMap(({ delivery }) => (delivery === undefined ? [] : [delivery]));
  }

  clusterOf(app: Aimed): string {
    const { namespace = '' } = app.metadata;
    const cluster = targetOf(app);
    if (cluster === undefined) return '';
    const shared = this.#declared.get(this.#options.namespace, cluster);
    if (this.#declared.get(namespace, cluster) === undefined && shared !== undefined && allows(shared, namespace)) return keyOf(shared);
    return `${namespace}/${cluster}`;
  }

  /** Behind the circuit breaker of its cluster; the error says why nobody is reached. */
  clientOf(app: App): Result<KubeClient, string> {
    const name = this.clusterOf(app);
    if (name === '') return ok(this.#ports.kube);
    const why = this.unreached(app);
    const client = this.#members.get(name)?.client;
    return why !== undefined || client === undefined ? err(why?.message ?? `TargetCluster ${name} has not answered yet`) : ok(client);
  }

  unreached(app: App): Unreached | undefined {
    const name = this.clusterOf(app);
    if (name === '') return undefined;
    const [namespace = '', cluster = ''] = name.split('/');
    if (this.#declared.get(namespace, cluster) === undefined) {
      const message = `there is no TargetCluster ${cluster} in namespace ${namespace}, and none in ${this.#options.namespace} that allows this namespace`;
      return { code: 'TargetClusterNotFound', message, state: 'refused' };
    }
    const member = this.#members.get(name);
    const open = member?.breaker.open;
    const standing = open === undefined ? (member?.standing ?? this.#refused.get(name)) : ({ kind: 'away', message: open } as const);
    const about = `TargetCluster ${name}`;
    if (standing === undefined) return { code: 'ClusterUnreachable', message: `${about} has not answered yet`, state: 'unasked' };
    if (standing.kind === 'away')
      return { code: 'ClusterUnreachable', message: `${about} does not answer: ${standing.message}`, state: 'away' };
    if (standing.kind === 'refused') return { code: standing.code, message: `${about}: ${standing.message}`, state: 'refused' };
    if (member?.delivery === undefined) return { code: 'ClusterUnreachable', message: `${about} is being read`, state: 'unasked' };
    return undefined;
  }

  async #look(key: string): Promise<Outcome> {
    const [namespace = '', name = ''] = key.split('/');
    const object = this.#declared.get(namespace, name);
    if (object === undefined || object.metadata.deletionTimestamp !== undefined) {
      await this.#drop(key);
      return outcome.done();
    }
    const parsed = parseTargetCluster(object);
    const cluster = parsed.value;
    if (cluster === null) {
      const message = parsed.problems.map(formatProblem).join('; ');
      return this.#settle(object as unknown as TargetCluster, key, { kind: 'refused', code: 'InvalidSpec', message });
    }
    this.#watchSecrets(namespace);
    const connected = await this.#connect(cluster, key);
    return this.#settle(cluster, key, connected.ok ? await this.#standing(connected.value, key) : connected.error);
  }

  /** The member as its Secret says now. */
  async #connect(cluster: TargetCluster, key: string): Promise<Result<Member, Standing>> {
    const {
      metadata: { namespace },
      spec,
    } = cluster;
    const { secretRef, key: entry, context, allowInsecureTls } = spec.kubeconfig;
    const refuse = (message: string): Result<Member, Standing> => err({ kind: 'refused', code: 'KubeconfigInvalid', message });
    const { connect, kube, clock } = this.#ports;
    if (connect === undefined) return refuse('other clusters are not reached from here');
    const secret = await kube.get(secrets, namespace, secretRef.name);
    if (!secret.ok && secret.error.code !== 404)
      return err({ kind: 'away', message: `its Secret cannot be read: ${secret.error.message}` });
    const data = secret.ok && isObject(secret.value['data']) ? getKey(secret.value['data'], entry) : undefined;
    if (typeof data !== 'string') return refuse(`there is no Secret ${secretRef.name} with the key "${entry}" in namespace ${namespace}`);
    const text = Buffer.from(data, 'base64').toString('utf8');
    const credentials = fingerprint(text, context ?? '', String(allowInsecureTls), JSON.stringify(spec.token ?? null));
    const known = this.#members.get(key);
    if (known?.credentials === credentials) return ok(known);
    const token = tokenOf(cluster, { kube, clock, ownNamespace: this.#options.namespace });
    if (!token.ok) return refuse(token.error);
    const connected = await connect(text, {
      allowInsecureTls,
      ...(context === undefined ? {} : { context }),
      ...(token.value === undefined ? {} : { token: token.value }),
    });
    if (!connected.ok) return refuse(connected.error.message);
    await this.#drop(key);
    const again = (): void => {
      this.#queue.add(key);
      this.#changed(key);
    };
    const member = new Member(connected.value, credentials, { clock, opened: again, unauthorized: () => this.#queue.add(key) });
    this.#members.set(key, member);
    return ok(member);
  }

  /** Who answers now; whoever answers gets the Apps. */
  async #standing(member: Member, key: string): Promise<Standing> {
    const asked = await member.identify();
    if (!asked.ok) {
      const { code, message } = asked.error;
      if (code === 401 || code === 403)
        return { kind: 'refused', code: 'Forbidden', message: `the credentials are not accepted: ${message}` };
      member.breaker.trip(message);
      return { kind: 'away', message };
    }
    const { uid, version } = asked.value;
    const other = uid === (await this.#options.ownUid()) ? 'the cluster that Lockstep lives in' : this.#twin(key, uid);
    if (other !== undefined) return { kind: 'refused', code: 'DuplicateCluster', message: `the same cluster is ${other}` };
    if (member.uid !== uid) {
      // Another cluster behind the same address: nothing that is known of the old one holds (S5).
      await member.stop();
      member.uid = uid;
      member.breaker.close();
      member.begin(this.#options.open(key, member.client), () => this.#changed(key));
    }
    member.breaker.close();
    return { kind: 'ready', uid, version, server: member.server };
  }

  #twin(key: string, uid: string): string | undefined {
    const twin = [...this.#members].find(([name, { standing }]) => name !== key && standing?.kind === 'ready' && standing.uid === uid);
    return twin === undefined ? undefined : `TargetCluster ${twin[0]}`;
  }

  async #settle(cluster: TargetCluster, key: string, standing: Standing): Promise<Outcome> {
    const member = this.#members.get(key);
    const before = member?.standing ?? this.#refused.get(key);
    if (member === undefined || standing.kind === 'refused') this.#refused.set(key, standing);
    else this.#refused.delete(key);
    if (member !== undefined) member.standing = standing;
    if (JSON.stringify(before) !== JSON.stringify(standing)) this.#tell(key, standing);
    const written = this.#leads ? await this.#writeStatus(cluster, standing) : ok(undefined);
    if (!written.ok) return outcome.retry(written.error.message);
    return standing.kind === 'ready' ? outcome.after(lookEvery) : outcome.retry(standing.message);
  }

  #writeStatus(cluster: TargetCluster, standing: Standing): ReturnType<typeof writeStatus> {
    const { kube, clock } = this.#ports;
    const status = nextClusterStatus(cluster, standing, rfc3339(clock.now()));
    return writeStatus(kube, targetClusters, cluster as unknown as KubeObject, status as never);
  }

  #tell(key: string, standing: Standing): void {
    const { log, metrics } = this.#ports;
    if (standing.kind === 'ready') log.info('a cluster answers', { cluster: key, uid: standing.uid });
    else log.warn('a cluster cannot be delivered to', { cluster: key, message: standing.message });
    metrics.gauge('lockstep_cluster_ready', standing.kind === 'ready' ? 1 : 0, { cluster: key });
    this.#changed(key);
  }

  async #drop(key: string): Promise<void> {
    const member = this.#members.get(key);
    this.#members.delete(key);
    this.#refused.delete(key);
    if (member === undefined) return;
    this.#changed(key);
    await member.close();
  }

  #watchSecrets(namespace: string): void {
    if (this.#watching.has(namespace)) return;
    const { informer, release } = this.#secrets.acquire(secrets, { namespace });
    this.#watching.set(namespace, release);
    informer.subscribe((change) => this.#secretChanged(change));
  }

  #secretChanged(change: Change): void {
    const { metadata } = change.type === 'deleted' ? change.old : change.now;
    for (const object of this.#declared.byIndex('namespace', metadata.namespace ?? '')) {
      const { kubeconfig } = (object['spec'] ?? {}) as Partial<TargetCluster['spec']>;
      if (kubeconfig?.secretRef.name === metadata.name) this.#queue.add(keyOf(object));
    }
  }
}

/** The TargetCluster that an App names, as it is written. */
export function targetOf({ spec }: Aimed): string | undefined {
  const target = isObject(spec) ? getKey(spec, 'target') : undefined;
  const cluster = isObject(target) ? getKey(target, 'cluster') : undefined;
  return typeof cluster === 'string' ? cluster : undefined;
}

function allows(cluster: KubeObject, namespace: string): boolean {
  const allowed = isObject(cluster['spec']) ? getKey(cluster['spec'], 'allowedNamespaces') : undefined;
  return Array.isArray(allowed) && (allowed.includes(namespace) || allowed.includes('*'));
}
