/**
 * Decryption keys that the platform team keeps in Lockstep's own namespace. An App names one by its name in the Platform, never its Secret; which Apps
 * may is written beside it, and nobody else may (S11: the Secret itself is read with the controller's rights, and never handed on).
 */
import type { PlatformSpec } from '../../api/index.ts';
import type { KubeObject } from '../../core/object/index.ts';
import type { Informer, Informers } from '../../runtime/index.ts';
import { err, fitsWildcard, ok, type Result } from '../../std/index.ts';
import { secrets } from '../app/cluster.ts';

export type PlatformKey = NonNullable<PlatformSpec['secrets']['keys']>[number];

export interface KeyRefusal {
  readonly code: 'DecryptKeyNotFound' | 'DecryptKeyRefused';
  readonly message: string;
  readonly hint?: string;
}

interface AppName {
  readonly namespace: string;
  readonly name: string;
}

export class PlatformKeys {
  readonly #informers: Informers;
  readonly #namespace: string;
  readonly #keys: () => readonly PlatformKey[];
  readonly #changed: () => void;
  #informer: Informer | undefined;

  /** `keys`: what the Platform says now; `changed`: a Secret of the namespace is another one. */
  constructor(
    informers: Informers,
    namespace: string,
    { keys, changed }: { readonly keys: () => readonly PlatformKey[]; readonly changed: () => void },
  ) {
    this.#informers = informers;
    this.#namespace = namespace;
    this.#keys = keys;
    this.#changed = changed;
  }

  /** The key's Secret, if the platform lets this App use it. */
  async find(name: string, app: AppName): Promise<Result<KubeObject, KeyRefusal>> {
    const key = lentKey(this.#keys(), name, app);
    if (!key.ok) return key;
    const informer = this.#watched();
    await informer.ready();
    return heldKey(key.value, this.#namespace, informer.get(this.#namespace, key.value.secretRef.name));
  }

  /** Tells apart states in which an App may find other keys. */
  get id(): string {
    const keys = this.#keys();
    if (keys.length === 0) return '';
    const informer = this.#watched();
    return keys
      .map(({ name, secretRef, allow }) => {
        const { uid = '', resourceVersion = '' } = informer.get(this.#namespace, secretRef.name)?.metadata ?? {};
        return JSON.stringify([name, secretRef.name, allow, uid, resourceVersion]);
      })
      .join(' ');
  }

  /** Secrets of the namespace are watched once there is a key among them. */
  #watched(): Informer {
    if (this.#informer !== undefined) return this.#informer;
    const { informer } = this.#informers.acquire(secrets, { namespace: this.#namespace });
    this.#informer = informer;
    const isKey = (object: KubeObject): boolean => this.#keys().some(({ secretRef }) => secretRef.name === object.metadata.name);
    informer.subscribe((change) => {
      if (isKey(change.type === 'deleted' ? change.old : change.now)) this.#changed();
    });
    return informer;
  }
}

/** The key of that name, if the platform lends it to this App. Whoever may not use a key is not told whether it exists. */
export function lentKey(keys: readonly PlatformKey[], name: string, app: AppName): Result<PlatformKey, KeyRefusal> {
  const key = keys.find((candidate) => candidate.name === name);
  if (key?.allow.some((rule) => fitsWildcard(rule.namespace, app.namespace) && fitsWildcard(rule.app ?? '*', app.name)) === true)
    return ok(key);
  return err({
    code: 'DecryptKeyRefused',
    message: `App ${app.namespace}/${app.name} may not use a key of the platform called ${name}`,
    hint: 'the platform team names keys, and who may use them, in spec.secrets.keys of the Platform',
  });
}

export function heldKey(
  { name, secretRef }: PlatformKey,
  namespace: string,
  secret: KubeObject | undefined,
): Result<KubeObject, KeyRefusal> {
  if (secret !== undefined) return ok(secret);
  const message = `the key ${name} of the platform is not there: its Secret does not exist`;
  return err({ code: 'DecryptKeyNotFound', message, hint: `Secret ${namespace}/${secretRef.name}` });
}
