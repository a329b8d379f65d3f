/** Cluster addresses and node ports that no Service has. */
import type { Stock } from '../../core/kube/admission/index.ts';
import { isObject } from '../../core/object/index.ts';
import type { Random } from '../../ports/index.ts';
import type { Store } from '../store/index.ts';

/** 10.96.0.0/16; the first addresses are kept for the cluster's own services. */
const FIRST = 16;
const ADDRESSES = 65_534;
const FIRST_PORT = 30_000;
const PORTS = 2768;

export class ServiceStock implements Stock {
  readonly #random: Random;
  readonly #addresses = new Map<string, string>();
  readonly #ports = new Map<number, string>();

  constructor(store: Store, random: Random) {
    this.#random = random;
    for (const entry of store.table('services').entries.values()) this.#take(entry.key, entry.graph.spec);
    store.observers.add((table, change) => {
      if (table !== 'services') return;
      if (change.previous !== undefined) this.#release(change.key);
      if (change.type !== 'DELETED') this.#take(change.key, change.entry.graph.spec);
    });
  }

  address(): string {
    const start = FIRST + Math.floor(this.#random.fraction() * (ADDRESSES - FIRST));
    for (let i = 0; i < ADDRESSES; i++) {
      const offset = FIRST + ((start - FIRST + i) % (ADDRESSES - FIRST));
      const address = `10.96.${offset >> 8}.${offset & 255}`;
      if (!this.#addresses.has(address)) return address;
    }
    throw new Error('range is full');
  }

  nodePort(): number {
    const start = Math.floor(this.#random.fraction() * PORTS);
    for (let i = 0; i < PORTS; i++) {
      const port = FIRST_PORT + ((start + i) % PORTS);
      if (this.#ports.has(port)) continue;
      // Two ports of one Service must not get the same number before it is stored.
      this.#ports.set(port, '');
      return port;
    }
    throw new Error('range is full');
  }

  addressProblem(address: string, key: string): string | undefined {
    if (!/^10\.96\.\d+\.\d+$/.test(address)) return 'the provided network does not match the current range';
    const owner = this.#addresses.get(address);
    return owner === undefined || owner === key ? undefined : 'provided IP is already allocated';
  }

  portProblem(port: number, key: string): string | undefined {
    if (port < FIRST_PORT || port >= FIRST_PORT + PORTS)
      return `provided port is not in the valid range. The range of valid ports is ${FIRST_PORT}-${FIRST_PORT + PORTS - 1}`;
    const owner = this.#ports.get(port);
    return owner === undefined || owner === '' || owner === key ? undefined : 'provided port is already allocated';
  }

  #take(key: string, spec: unknown): void {
    if (!isObject(spec)) return;
    if (typeof spec.clusterIP === 'string' && spec.clusterIP !== 'None') this.#addresses.set(spec.clusterIP, key);
    if (!Array.isArray(spec.ports)) return;
    for (const port of spec.ports) if (isObject(port) && typeof port.nodePort === 'number') this.#ports.set(port.nodePort, key);
  }

  #release(key: string): void {
    for (const [address, owner] of this.#addresses) if (owner === key) this.#addresses.delete(address);
    for (const [port, owner] of this.#ports) if (owner === key) this.#ports.delete(port);
  }
}
