/**
 * Encrypted files of an App's source, decrypted in memory while they are read, so that every builder sees them in clear: manifests, values files, what
 * generators and patches read. Nothing decrypted is kept: what was hidden is handed on as texts to mask (S18), and traces hold digests of the encrypted files.
 */
import { createKeys, openSops } from '../../adapters/decrypt/index.ts';
import type { App } from '../../api/index.ts';
import type { FileAnswer, FileFound, Request } from '../../core/ask/index.ts';
import { getKey, isObject, type Json, type KubeObject } from '../../core/object/index.ts';
import type { Problem } from '../../core/problem/index.ts';
import { attempt, isEncryptedText } from '../../core/secrets/index.ts';
import { isSealedSecret } from '../../core/secrets/sealed/index.ts';
import { clearTexts, formatOf, writePlain } from '../../core/secrets/sops/index.ts';
import type { GitError, KeyFile, Keyring } from '../../ports/index.ts';
import { type TraceEntry, type Tree, answer, answerDigest, composeAnswerer } from '../../runtime/index.ts';
import { decodeUtf8, type Result, err, ok } from '../../std/index.ts';
import { type Answering, placedSealed, type Placing, unsealOne } from '../sealed/unseal.ts';
import type { Facts, RenderError } from './facts.ts';
import type { RenderedObject } from './build.ts';
import { secretTexts } from './secret-texts.ts';

/** A file in clear. Its id is not that of the encrypted one: caches by id never mix the two, nor what two Apps may see. */
class ClearFile implements FileFound {
  readonly found = 'file';
  readonly id: string;
  readonly bytes: Uint8Array;

  constructor(id: string, bytes: Uint8Array) {
    this.id = id;
    this.bytes = bytes;
  }

  get text(): string {
    return decodeUtf8(this.bytes);
  }
}

const shortest = 6;

/** What the beginning of the metadata and an encrypted value look like, in every text format. */
const looksEncrypted = ({ text }: FileFound): boolean => text.includes('ENC[AES256_GCM,data:') && text.includes('sops');

type LookupRequest = Extract<Request, { kind: 'lookup' }>;

/** One render's decryption. */
export class Decryption {
  readonly problems: Problem[] = [];
  /** What was hidden and is clear now. */
  readonly secrets: Set<string>;
  /** The state of the platform's keys, once there was something to open with them. */
  sealedWith: string | undefined;
  private readonly app: App;
  private readonly facts: Facts;
  private readonly encrypted = new Map<FileAnswer, FileFound>();
  private readonly lookups: TraceEntry[] = [];
  private ring: Promise<Result<Keyring, RenderError>> | undefined;

  constructor(app: App, facts: Facts, secrets: Set<string>) {
    this.app = app;
    this.facts = facts;
    this.secrets = secrets;
  }

  /** The same tree; its encrypted files are clear. Unchanged for an App without keys. */
  tree(tree: Tree<GitError>): Tree<RenderError> {
    if (this.app.spec.decrypt === undefined) return tree;
    return {
      list: (path, options) => tree.list(path, options),
      readMany: async (paths) => {
        const answers = await tree.readMany(paths);
        return answers.ok ? this.all(paths, answers.value) : answers;
      },
    };
  }

  private async all(paths: readonly string[], answers: readonly FileAnswer[]): Promise<Result<readonly FileAnswer[], RenderError>> {
    const clear: FileAnswer[] = [];
    for (const [i, answer] of answers.entries()) {
      if (answer.found !== 'file' || !looksEncrypted(answer)) {
        clear.push(answer);
        continue;
      }
      const ring = await (this.ring ??= this.keyring());
      if (!ring.ok) return ring;
      clear.push(await this.one(paths[i] ?? '', answer, ring.value));
    }
    return ok(clear);
  }

  /** A file that cannot be opened stays as it is, with a problem that stops the App. */
  private async one(path: string, file: FileFound, ring: Keyring): Promise<FileAnswer> {
    const format = formatOf(path);
    const opened = await openSops(file.bytes, ring, { format });
    if (!opened.ok) {
      if (opened.error.code !== 'NotEncrypted') this.problem({ code: 'DecryptFailed', file: path, message: opened.error.message });
      return file;
    }
    const { branches, file: source } = opened.value;
    for (const text of clearTexts(source.branches, branches)) if (text.length >= shortest) this.secrets.add(text).add(text.trim());
    const bytes = attempt(() => writePlain(branches, format));
    if (!bytes.ok) {
      this.problem({ code: 'DecryptFailed', file: path, message: bytes.error.message });
      return file;
    }
    const { namespace, name } = this.app.metadata;
    const clear = new ClearFile(`${file.id}+clear:${namespace}/${name}`, bytes.value);
    this.encrypted.set(clear, file);
    return clear;
  }

  private problem(problem: Problem): void {
    if (!this.problems.some((known) => known.file === problem.file && known.message === problem.message)) this.problems.push(problem);
  }

  /** The keys that the App names; each is a Secret beside it, read as the App's own identity. */
  private async keyring(): Promise<Result<Keyring, RenderError>> {
    const files: KeyFile[] = [];
    for (const [i, { secretRef }] of (this.app.spec.decrypt?.keys ?? []).entries()) {
      const found = await this.lookup(secretRef.name);
      if (!found.ok) return found;
      if (found.value === undefined) {
        const message = `there is no Secret ${secretRef.name} in namespace ${this.app.metadata.namespace}`;
        this.problem({ code: 'DecryptKeyNotFound', field: `spec.decrypt.keys[${i}].secretRef`, message });
        continue;
      }
      const held = keyFilesOf(secretRef.name, found.value);
      files.push(...held);
      if (held.length === 0) {
        const message = `the Secret ${secretRef.name} holds no key: no entry is an age identity, an armored PGP key or a PEM private key`;
        this.problem({ code: 'DecryptKeyInvalid', field: `spec.decrypt.keys[${i}].secretRef`, message });
      }
    }
    return this.read(files);
  }

  /** A key file that cannot be read is told; the others count. */
  private async read(files: readonly KeyFile[]): Promise<Result<Keyring, never>> {
    const good: KeyFile[] = [];
    for (const file of files) {
      const ring = await createKeys().read([file]);
      if (ring.ok) good.push(file);
      else this.problem({ code: 'DecryptKeyInvalid', field: 'spec.decrypt.keys', message: ring.error.message });
    }
    const ring = await createKeys().read(good);
    return ring.ok ? ring : ok(await emptyRing());
  }

  private async lookup(name: string): Promise<Result<KubeObject | undefined, RenderError>> {
    if (this.facts.lookup === undefined) return ok(undefined);
    const request: LookupRequest = { kind: 'lookup', apiVersion: 'v1', kindName: 'Secret', namespace: this.app.metadata.namespace, name };
    const answer = await this.facts.lookup(request);
    if (!answer.ok) return err(answer.error);
    this.lookups.push({ request, digest: answerDigest(request, answer.value) });
    return ok(answer.value === null || Array.isArray(answer.value) ? undefined : (answer.value as KubeObject));
  }

  /**
   * The Secrets that SealedSecrets stand for: opened with the platform's sealing keys, then with those the App names. One value that cannot be opened
   * is a problem that stops the App. `now`: the render's moment, for templates.
   */
  async unsealed(
    objects: readonly RenderedObject[],
    placing: Placing,
    now: number,
  ): Promise<Result<readonly RenderedObject[], RenderError>> {
    const sealed = objects.filter(({ object }) => isSealedSecret(object));
    if (sealed.length === 0) return ok([]);
    const { sealing } = this.facts;
    this.sealedWith = sealing?.id;
    const platform = (await sealing?.unsealing()) ?? { by: 'other' };
    if (platform.by === 'nobody') {
      this.problems.push({ code: 'SealedSecretsContested', message: platform.message, hint: platform.hint });
      return ok([]);
    }
    const own = await this.ownRsaRing();
    if (!own.ok) return own;
    const rings = [...(platform.by === 'lockstep' ? [platform.ring] : []), ...own.value];
    if (rings.length === 0) return ok([]);
    const answering: Answering = async (run) => {
      const answered = await answer(run, composeAnswerer<RenderError>({ ...this.facts, tree: () => undefined, now }));
      if (!answered.ok) throw new Error('templates of SealedSecrets ask for nothing outside');
      return answered.value.value;
    };
    const opened = await Promise.all(
      sealed.map(async (rendered) => {
        const placed = placedSealed(rendered.object, placing);
        return { rendered, placed, result: await unsealOne(placed, rings, answering) };
      }),
    );
    return ok(opened.flatMap(({ rendered, placed, result }) => this.keepUnsealed(rendered, placed, result)));
  }

  private keepUnsealed(
    rendered: RenderedObject,
    placed: KubeObject,
    result: Awaited<ReturnType<typeof unsealOne>>,
  ): readonly RenderedObject[] {
    if (!result.ok) {
      this.unsealProblem({ ...rendered, object: placed }, result.error.message);
      return [];
    }
    const { secret, controller } = result.value;
    for (const text of secretTexts(secret)) this.secrets.add(text);
    return [{ ...rendered, object: secret, ...(controller === undefined ? {} : { controller }) }];
  }

  /** The App's own keys, if one of them is an RSA key. */
  private async ownRsaRing(): Promise<Result<readonly Keyring[], RenderError>> {
    if (this.app.spec.decrypt === undefined) return ok([]);
    const ring = await (this.ring ??= this.keyring());
    if (!ring.ok) return ring;
    return ok(ring.value.names.some((name) => name.startsWith('SHA256:')) ? [ring.value] : []);
  }

  private unsealProblem({ object, file }: RenderedObject, message: string): void {
    const about = `SealedSecret/${object.metadata.namespace ?? ''}/${object.metadata.name}`;
    this.problems.push({ code: 'UnsealFailed', object: about, message, ...(file === undefined ? {} : { file }) });
  }

  /** What was read: the files as they are in Git, and the Secrets with keys. */
  trace(trace: readonly TraceEntry[]): readonly TraceEntry[] {
    if (this.lookups.length === 0) return trace;
    const restored = trace.map((entry) => {
      if (entry.request.kind !== 'file') return entry;
      for (const [clear, file] of this.encrypted)
        if (answerDigest(entry.request, clear) === entry.digest) return { ...entry, digest: answerDigest(entry.request, file) };
      return entry;
    });
    return [...restored, ...this.lookups];
  }

  /** Objects that are still encrypted are errors; values of Secrets are masked from here on, wherever they came from (S18). */
  check(objects: readonly RenderedObject[]): readonly Problem[] {
    const found = objects.flatMap(({ object, file }) => stillEncrypted(object, file));
    for (const { object } of objects) if (object.kind === 'Secret') for (const text of secretTexts(object)) this.secrets.add(text);
    const known = new Set(this.problems.map((problem) => problem.file));
    return [...this.problems, ...found.filter((problem) => problem.file === undefined || !known.has(problem.file))];
  }
}

async function emptyRing(): Promise<Keyring> {
  const ring = await createKeys().read([]);
  if (ring.ok) return ring.value;
  throw new Error('an empty keyring can always be made');
}

const looksLikeKey = /AGE-SECRET-KEY-|-----BEGIN (?:RSA )?PRIVATE KEY-----|-----BEGIN PGP (?:PRIVATE|PUBLIC) KEY BLOCK-----/;

/** The entries of a Secret that hold keys, by their content; others may be notes, certificates, or for other providers. */
function keyFilesOf(name: string, secret: KubeObject): readonly KeyFile[] {
  const data = secret['data'];
  return Object.entries(isObject(data) ? data : {}).flatMap(([key, value]): KeyFile[] => {
    const bytes = typeof value === 'string' ? Buffer.from(value, 'base64') : undefined;
    if (bytes === undefined || !looksLikeKey.test(bytes.toString('latin1'))) return [];
    return [{ name: `Secret ${name}, ${key}`, bytes: new Uint8Array(bytes) }];
  });
}

const hasEncryptedText = (value: Json): boolean => {
  if (typeof value === 'string') return isEncryptedText(value);
  if (Array.isArray(value)) return (value as readonly Json[]).some(hasEncryptedText);
  return isObject(value) && Object.keys(value).some((key) => hasEncryptedText(getKey(value, key) ?? null));
};

/** Recipients and fingerprints of SOPS metadata that a manifest still carries. */
function keyNames(object: KubeObject): readonly string[] {
  const sops = object['sops'];
  if (!isObject(sops)) return [];
  const listed = (kind: string, field: string): string[] => {
    const keys = getKey(sops, kind);
    return (Array.isArray(keys) ? (keys as readonly Json[]) : []).flatMap((key) => {
      const id = isObject(key) ? getKey(key, field) : undefined;
      return typeof id === 'string' ? [`${kind} ${id}`] : [];
    });
  };
  return [...listed('age', 'recipient'), ...listed('pgp', 'fp')];
}

function stillEncrypted(object: KubeObject, file: string | undefined): readonly Problem[] {
  const isSealed = object.kind === 'SealedSecret';
  if (isSealed || (object['sops'] === undefined && !hasEncryptedText(object as Json))) return [];
  const keys = keyNames(object);
  return [
    {
      code: 'StillEncrypted',
      message: `it is encrypted with SOPS${keys.length === 0 ? '' : ` for ${keys.join(', ')}`}, and was not decrypted`,
      hint: 'name the Secret with the key in spec.decrypt.keys',
      object: `${object.kind}/${object.metadata.namespace ?? ''}/${object.metadata.name}`,
      ...(file === undefined ? {} : { file }),
    },
  ];
}
