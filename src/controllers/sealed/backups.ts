/** Tells in the Platform's status whether every sealing key was exported: a rebuild is only as good as the copies of its keys (S26). */
import { type Condition, type PlatformStatus, setCondition } from '../../api/index.ts';
import type { JsonObject, KubeObject } from '../../core/object/index.ts';
import type { ApiResource, Clock, KubeClient, Log } from '../../ports/index.ts';
import { rfc3339 } from '../time.ts';
import { writeStatus } from '../write-status.ts';
import type { SealingKeys } from './keys.ts';

const platforms: ApiResource = {
  group: 'lockstep.dev',
  version: 'v1',
  kind: 'Platform',
  resource: 'platforms',
  namespaced: false,
  verbs: ['get', 'list', 'watch', 'patch'],
};

/** The Platform as it is now, and word of its changes. */
export interface PlatformObject {
  readonly get: () => KubeObject | undefined;
  readonly subscribe: (listener: () => void) => void;
}

export class Backups {
  readonly #keys: SealingKeys;
  readonly #platform: PlatformObject;
  readonly #ports: { readonly kube: KubeClient; readonly clock: Clock; readonly log: Log };
  #writing: Promise<void> | undefined;
  #again = false;

  constructor(keys: SealingKeys, platform: PlatformObject, ports: { readonly kube: KubeClient; readonly clock: Clock; readonly log: Log }) {
    this.#keys = keys;
    this.#platform = platform;
    this.#ports = ports;
  }

  start(): void {
    this.#keys.onBackup(() => this.#tell());
    this.#platform.subscribe(() => this.#tell());
    this.#tell();
  }

  get idle(): boolean {
    return this.#writing === undefined;
  }

  async settled(): Promise<void> {
    await this.#writing;
  }

  #tell(): void {
    this.#again = true;
    this.#writing ??= this.#write().finally(() => (this.#writing = undefined));
  }

  async #write(): Promise<void> {
    const { kube, clock, log } = this.#ports;
    while (this.#again) {
      this.#again = false;
      const object = this.#platform.get();
      if (object === undefined) return;
      const old = (object['status'] ?? {}) as PlatformStatus;
      const conditions = backupCondition(old.conditions, this.#keys, {
        now: rfc3339(clock.now()),
        ...(object.metadata.generation === undefined ? {} : { generation: object.metadata.generation }),
      });
      if (conditions === old.conditions) continue;
      const written = await writeStatus(kube, platforms, object, { ...old, conditions } as unknown as JsonObject);
      if (!written.ok) log.warn('the status of the Platform could not be written', { error: written.error.message });
    }
  }
}

/** A Platform without sealing keys says nothing of them. */
function backupCondition(
  conditions: readonly Condition[] | undefined,
  keys: SealingKeys,
  at: Parameters<typeof setCondition>[2],
): readonly Condition[] | undefined {
  const message = keys.notBackedUp;
  const isTold = conditions?.some(({ type }) => type === 'KeysBackedUp') === true;
  if (message === undefined && !isTold && keys.keys().length === 0) return conditions;
  if (message === undefined) return setCondition(conditions, { type: 'KeysBackedUp', status: 'True', reason: 'Succeeded' }, at);
  return setCondition(conditions, { type: 'KeysBackedUp', status: 'False', reason: 'KeyNotBackedUp', message }, at);
}
