/** The cluster's network side: keys and tokens, listening, kubeconfigs. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { refuse } from '../core/kube/status/index.ts';
import {
  actingUser,
  adminUser,
  anonymous,
  type CertificateFiles,
  issueCertificates,
  type RbacAuthorizer,
  Tokens,
  type TokenSecrets,
} from './auth/index.ts';
import type { Server } from './api/server.ts';
import type { User } from './api/request.ts';
import type { ClusterOptions } from './cluster.ts';
import type { Store } from './store/index.ts';
import { HttpFront } from './wire/http.ts';
import type { Shape } from './wire/present.ts';

export interface ListenOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** 0, the default: any free port. */
  readonly port?: number;
  /** Default true. Without TLS clients send no credentials, so everyone who reaches the port is the administrator: loopback only. */
  readonly tls?: boolean;
}

export interface Listening {
  readonly url: string;
  close(): Promise<void>;
}

interface Secrets extends TokenSecrets {
  readonly ca: Pick<CertificateFiles, 'caCertificate' | 'caKey'>;
}

export interface DoorParts {
  readonly options: ClusterOptions;
  readonly server: Server;
  readonly store: Store;
  readonly authorizer: RbacAuthorizer;
  readonly shapes: Omit<Shape, 'resource' | 'form' | 'include'>;
}

const loopback = new Set(['127.0.0.1', '::1', 'localhost']);

export class Door {
  readonly #parts: DoorParts;
  readonly #secrets: Secrets;
  readonly tokens: Tokens;
  #fronts = new Set<HttpFront>();

  private constructor(parts: DoorParts, secrets: Secrets) {
    this.#parts = parts;
    this.#secrets = secrets;
    const exists = (namespace: string, name: string, uid: string): boolean =>
      parts.store.table('serviceaccounts').entries.get(`${namespace}/${name}`)?.graph.metadata.uid === uid;
    this.tokens = new Tokens(secrets, { clock: parts.options.clock, exists });
  }

  static async open(parts: DoorParts): Promise<Door> {
    return new Door(parts, await loadSecrets(parts.options));
  }

  get caCertificate(): string {
    return this.#secrets.ca.caCertificate;
  }

  async listen(where: ListenOptions): Promise<Listening> {
    const { host = '127.0.0.1', port = 0, tls = true } = where;
    if (!tls && !loopback.has(host)) throw new Error(`without TLS the cluster only listens on loopback, not on ${host}`);
    const front = new HttpFront(this.#http(tls), tls ? this.#certificate(host) : undefined);
    const bound = await front.listen(host, port);
    this.#fronts.add(front);
    const shown = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
    const url = `${tls ? 'https' : 'http'}://${shown.includes(':') ? `[${shown}]` : shown}:${bound}`;
    return { url, close: () => this.#closeFront(front) };
  }

  kubeconfig(url: string): string {
    const name = 'lockstep';
    const tls = url.startsWith('https:')
      ? { 'certificate-authority-data': Buffer.from(this.#secrets.ca.caCertificate).toString('base64') }
      : {};
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name, cluster: { server: url, ...tls } }],
      users: [{ name, user: { token: this.#secrets.admin } }],
      contexts: [{ name, context: { cluster: name, user: name, namespace: 'default' } }],
      'current-context': name,
    };
    return `${JSON.stringify(config, null, 2)}\n`;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#fronts].map((front) => this.#closeFront(front)));
  }

  async #closeFront(front: HttpFront): Promise<void> {
    this.#fronts.delete(front);
    await front.close();
  }

  #certificate(host: string): CertificateFiles {
    const { clock, random } = this.#parts.options;
    const hosts = [...new Set(['localhost', '127.0.0.1', '::1', 'kubernetes', 'kubernetes.default.svc', host])];
    return issueCertificates(hosts, { now: clock.now(), random: (length) => random.bytes(length), ca: this.#secrets.ca });
  }

  #http(tls: boolean) {
    const { server, store, options, shapes } = this.#parts;
    return {
      serve: (request: Parameters<Server['serve']>[0]) => server.serve(request),
      identify: (headers: IncomingMessage['headers']) => this.#identify(headers, tls),
      shapes,
      synced: () => store.synced(),
      log: options.log,
    };
  }

  #identify(headers: IncomingMessage['headers'], tls: boolean): User {
    const caller = this.#caller(headers.authorization, tls);
    return actingUser(caller, headers, (user, attributes) => this.#parts.authorizer.allowed(user, attributes));
  }

  #caller(authorization: string | undefined, tls: boolean): User {
    if (authorization === undefined) return tls ? anonymous : adminUser;
    const match = /^Bearer +(\S+)$/i.exec(authorization);
    const user = match === null ? undefined : this.tokens.identify(match[1] as string);
    if (user === undefined) throw refuse.unauthorized();
    return user;
  }
}

/** Keys and the administrator's token: made once per data folder, kept there for the owner only. */
async function loadSecrets(options: ClusterOptions): Promise<Secrets> {
  const { storage } = options;
  if (storage === 'memory') return newSecrets(options);
  const file = join(storage.dataDir, 'secrets.json');
  await mkdir(storage.dataDir, { recursive: true, mode: 0o700 });
  try {
    const stored = JSON.parse(await readFile(file, 'utf8')) as { admin: string; signing: string; ca: Secrets['ca'] };
    return { admin: stored.admin, signing: Buffer.from(stored.signing, 'base64'), ca: stored.ca };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw new Error(`cannot read ${file}`, { cause: error });
  }
  const made = newSecrets(options);
  await writeFile(file, JSON.stringify({ ...made, signing: Buffer.from(made.signing).toString('base64') }), { mode: 0o600 });
  return made;
}

function newSecrets({ clock, random }: ClusterOptions): Secrets {
  const { caCertificate, caKey } = issueCertificates([], { now: clock.now(), random: (length) => random.bytes(length) });
  return { admin: Buffer.from(random.bytes(24)).toString('base64url'), signing: random.bytes(32), ca: { caCertificate, caKey } };
}
