/** What the Platform object says, as far as the controllers need it; read at each use, so that a change counts at once. */
import { type PlatformSpec, parseDuration, parsePlatform } from '../api/index.ts';
import type { KubeObject } from '../core/object/index.ts';
import type { KubeClient } from '../ports/index.ts';
import { err, ok } from '../std/index.ts';
import type { LeakPolicy } from './decrypt/leak-guard.ts';
import type { PlatformKey } from './decrypt/platform-keys.ts';
import { type RemoteAccess, isAllowedRemote } from './remotes/index.ts';
import type { SealedMode } from './sealed/sealing.ts';
import type { CatalogueEntry } from './source/credentials.ts';
import { catalogueAuth, catalogueOf } from './source/credentials.ts';

export class PlatformView {
  readonly #platform: () => KubeObject | undefined;
  readonly #ownNamespace: string;

  constructor(platform: () => KubeObject | undefined, ownNamespace: string) {
    this.#platform = platform;
    this.#ownNamespace = ownNamespace;
  }

  #spec(): PlatformSpec | undefined {
    const object = this.#platform();
    return object === undefined ? undefined : (parsePlatform(object).value?.spec ?? undefined);
  }

  /** Field managers of tools that Lockstep replaced (S9). */
  get superseded(): readonly string[] {
    return this.#spec()?.supersededManagers ?? [];
  }

  /** Whether what only a new version of Lockstep changed waits for a person (S12). */
  get onEngineChange(): 'approve' | 'apply' {
    return this.#spec()?.onEngineChange ?? 'approve';
  }

  /** Who unseals SealedSecrets. */
  get sealedSecrets(): SealedMode {
    return this.#spec()?.secrets.sealedSecrets ?? 'unseal';
  }

  /** Keys that Apps may use by name. */
  get decryptionKeys(): readonly PlatformKey[] {
    return this.#spec()?.secrets.keys ?? [];
  }

  /** What happens to values of Secrets that stand in clear in Git. */
  get plainSecrets(): LeakPolicy {
    return this.#spec()?.secrets.plainSecrets ?? 'warn';
  }

  /** Milliseconds after which a new sealing key is made; 0: never. */
  get renewSealingKey(): number {
    return parseDuration(this.#spec()?.secrets.renewSealingKey ?? '720h') ?? 0;
  }

  /** Below which addresses builds may fetch by URL. */
  get allowedRemotes(): readonly string[] {
    return this.#spec()?.allowedRemotes ?? [];
  }

  /** Addresses at which hosts announce what moved. */
  get webhooks(): NonNullable<PlatformSpec['webhooks']> {
    return this.#spec()?.webhooks ?? [];
  }

  /** Milliseconds after which something that may have moved is looked at again. */
  get interval(): number {
    return parseDuration(this.#spec()?.defaults.interval ?? '') ?? 60_000;
  }

  catalogue(): readonly CatalogueEntry[] {
    return catalogueOf(this.#platform(), this.#ownNamespace);
  }
}

/** What builds may fetch by URL: what the Platform allows, with the credentials its catalogue keeps for the address. */
export const remoteAccess =
  (platform: PlatformView, kube: KubeClient): RemoteAccess =>
  async (url) => {
    if (!isAllowedRemote(url, platform.allowedRemotes)) {
      const message = `addresses outside the Sources are fetched only below a prefix in spec.allowedRemotes of Platform default; none fits ${url}`;
      return ok({ refused: message });
    }
    const auth = await catalogueAuth(url, kube, platform.catalogue());
    if (!auth.ok) return err({ code: 'AuthenticationFailed', message: `the credentials for ${url}: ${auth.error.message}` });
    return ok(auth.value === undefined ? {} : { auth: auth.value });
  };
