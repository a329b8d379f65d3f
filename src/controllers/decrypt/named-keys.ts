/**
 * The keys that an App names: Secrets beside it, read as the App's own identity, and keys of the platform, as far as the platform lets this App use
 * them. Nothing of a key is kept longer than the ring that is made of it.
 */
import { createHash } from 'node:crypto';
import { createKeys } from '../../adapters/decrypt/index.ts';
import type { App } from '../../api/index.ts';
import type { Request } from '../../core/ask/index.ts';
import { getKey, isObject, type JsonObject, type KubeObject } from '../../core/object/index.ts';
import type { Problem } from '../../core/problem/index.ts';
import type { KeyFile, Keyring } from '../../ports/index.ts';
import { answerDigest, type TraceEntry } from '../../runtime/index.ts';
import { decodeUtf8, encodeUtf8, err, ok, type Result } from '../../std/index.ts';
import type { Facts, RenderError } from '../app/facts.ts';
import type { Plaintexts, ReadKeys } from './plaintexts.ts';

type LookupRequest = Extract<Request, { kind: 'lookup' }>;
type NamedKey = NonNullable<App['spec']['decrypt']>['keys'][number];

export interface NamedRing {
  readonly ring: Keyring;
  /** Tells the keys apart by their content; kept in memory only. */
  readonly id: string;
}

interface Found {
  readonly files: readonly KeyFile[];
  readonly problem?: Problem;
}

export class NamedKeys {
  readonly problems: Problem[] = [];
  /** The Secrets that were read beside the App. */
  readonly lookups: TraceEntry[] = [];
  /** A key of the platform was asked for. */
  usesPlatform = false;
  readonly #app: App;
  readonly #facts: Facts;
  readonly #plaintexts: Plaintexts;
  #ring: Promise<Result<NamedRing, RenderError>> | undefined;

  constructor(app: App, facts: Facts, plaintexts: Plaintexts) {
    this.#app = app;
    this.#facts = facts;
    this.#plaintexts = plaintexts;
  }

  /** All of them as one ring, read once. A key that cannot be had is a problem; the others count. */
  ring(): Promise<Result<NamedRing, RenderError>> {
    return (this.#ring ??= this.#read());
  }

  async #read(): Promise<Result<NamedRing, RenderError>> {
    const files: KeyFile[] = [];
    for (const [i, key] of (this.#app.spec.decrypt?.keys ?? []).entries()) {
      const found = await this.#find(key, `spec.decrypt.keys[${i}]`);
      if (!found.ok) return found;
      if (found.value.problem !== undefined) this.problems.push(found.value.problem);
      files.push(...found.value.files);
    }
    const hash = createHash('sha256');
    for (const { bytes } of files) hash.update(`${bytes.length}:`).update(bytes);
    const id = hash.digest('hex');
    const { ring, problems } = await this.#plaintexts.keys(id, () => readKeys(files));
    this.problems.push(...problems);
    return ok({ id, ring });
  }

  async #find(key: NamedKey, field: string): Promise<Result<Found, RenderError>> {
    if (key.platformKey !== undefined) return this.#ofPlatform(key.platformKey, field);
    const name = key.secretRef?.name ?? '';
    const found = await this.#lookup(name);
    if (!found.ok) return found;
    const at = `${field}.secretRef`;
    if (found.value === undefined) {
      const message = `there is no Secret ${name} in namespace ${this.#app.metadata.namespace}`;
      return ok({ files: [], problem: { code: 'DecryptKeyNotFound', field: at, message } });
    }
    const held = heldBy(name, found.value, at);
    const refused = held.files.map((file) => this.#refusedVault(file, at)).find((problem) => problem !== undefined);
    return ok(refused === undefined ? held : { files: [], problem: refused });
  }

  /** A tenant names the address that its token is sent to: one that the platform lets builds reach. */
  #refusedVault({ kind, bytes }: KeyFile, field: string): Problem | undefined {
    const address = kind === 'vault' ? (decodeUtf8(bytes).split('\n')[0] ?? '') : undefined;
    if (address === undefined || this.#facts.secrets?.reaches(address) === true) return undefined;
    const message = `the Vault ${address} is not below an address of spec.allowedRemotes of the Platform`;
    return { code: 'DecryptKeyRefused', field, message };
  }

  async #ofPlatform(name: string, field: string): Promise<Result<Found, never>> {
    this.usesPlatform = true;
    const at = `${field}.platformKey`;
    const found = await this.#facts.secrets?.platformKeys?.find(name, this.#app.metadata);
    if (found?.ok === true) return ok(heldBy(name, found.value, at));
    const refused = found?.error ?? { code: 'DecryptKeyNotFound', message: `the keys of the platform cannot be used here` };
    return ok({ files: [], problem: { ...refused, field: at } });
  }

  async #lookup(name: string): Promise<Result<KubeObject | undefined, RenderError>> {
    if (this.#facts.lookup === undefined) return ok(undefined);
    const request: LookupRequest = { kind: 'lookup', apiVersion: 'v1', kindName: 'Secret', namespace: this.#app.metadata.namespace, name };
    const answer = await this.#facts.lookup(request);
    if (!answer.ok) return err(answer.error);
    this.lookups.push({ request, digest: answerDigest(request, answer.value) });
    return ok(answer.value === null || Array.isArray(answer.value) ? undefined : (answer.value as KubeObject));
  }
}

/** A key file that cannot be read is told; the others count. */
async function readKeys(files: readonly KeyFile[]): Promise<ReadKeys> {
  const good: KeyFile[] = [];
  const problems: Problem[] = [];
  for (const file of files) {
    const ring = await createKeys().read([file]);
    if (ring.ok) good.push(file);
    else problems.push({ code: 'DecryptKeyInvalid', field: 'spec.decrypt.keys', message: ring.error.message });
  }
  const ring = await createKeys().read(good);
  if (ring.ok) return { ring: ring.value, problems };
  throw new Error('keys that can be read one by one can be read together');
}

function heldBy(name: string, secret: KubeObject, field: string): Found {
  const files = keyFilesOf(name, secret);
  if (files.length > 0) return { files };
  const message = `the Secret ${name} holds no key: no entry is an age identity, an armored PGP key or a PEM private key, and a Vault needs sops.vault-address and sops.vault-token`;
  return { files, problem: { code: 'DecryptKeyInvalid', field, message } };
}

const looksLikeKey = /AGE-SECRET-KEY-|-----BEGIN (?:RSA )?PRIVATE KEY-----|-----BEGIN PGP (?:PRIVATE|PUBLIC) KEY BLOCK-----/;

/** The entries of a Secret that hold keys, by their content; others may be notes, certificates, or for other providers. */
function keyFilesOf(name: string, secret: KubeObject): readonly KeyFile[] {
  const data = isObject(secret['data']) ? secret['data'] : {};
  const keys = Object.entries(data).flatMap(([key, value]): KeyFile[] => {
    const bytes = typeof value === 'string' ? Buffer.from(value, 'base64') : undefined;
    if (bytes === undefined || !looksLikeKey.test(bytes.toString('latin1'))) return [];
    return [{ name: `Secret ${name}, ${key}`, bytes: new Uint8Array(bytes) }];
  });
  const [address, token, namespace = ''] = ['sops.vault-address', 'sops.vault-token', 'sops.vault-namespace'].map((key) =>
    textAt(data, key),
  );
  if (address === undefined || token === undefined) return keys;
  return [...keys, { name: `Secret ${name}, sops.vault-token`, kind: 'vault', bytes: encodeUtf8(`${address}\n${token}\n${namespace}`) }];
}

function textAt(data: JsonObject, key: string): string | undefined {
  const value = getKey(data, key);
  return typeof value === 'string' ? Buffer.from(value, 'base64').toString('utf8').trim() : undefined;
}
