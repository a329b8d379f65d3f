/** Credentials and keys of a Source, read from Secrets for each use and never kept (S22: never cached past a 401). */
import type { Source } from '../../api/index.ts';
import { type KubeObject, getKey, isObject } from '../../core/object/index.ts';
import type { ChartTrust, GitAuth, KubeClient, VerifyKeys } from '../../ports/index.ts';
import { type Result, err, ok } from '../../std/index.ts';
import { secrets } from '../app/cluster.ts';

export interface SecretProblem {
  readonly code: 'SecretNotFound' | 'SecretInvalid' | 'ClusterUnreachable';
  readonly message: string;
}

/** One credential of the Platform's catalogue, which lives in Lockstep's own namespace. */
export interface CatalogueEntry {
  readonly url: string;
  readonly namespace: string;
  readonly secret: string;
}

const decode = (text: string): string => Buffer.from(text, 'base64').toString('utf8');

/** The entries of a Secret as text. */
export async function readSecret(
  kube: KubeClient,
  namespace: string,
  name: string,
): Promise<Result<ReadonlyMap<string, string>, SecretProblem>> {
  const found = await kube.get(secrets, namespace, name);
  if (!found.ok) {
    const code = found.error.code === 404 ? 'SecretNotFound' : 'ClusterUnreachable';
    return err({ code, message: found.error.code === 404 ? `there is no Secret ${name} in namespace ${namespace}` : found.error.message });
  }
  return ok(entriesOf(found.value));
}

function entriesOf(secret: KubeObject): ReadonlyMap<string, string> {
  const data = secret['data'];
  const entries = new Map<string, string>();
  for (const [key, value] of isObject(data) ? Object.entries(data) : []) if (typeof value === 'string') entries.set(key, decode(value));
  return entries;
}

/** The catalogue's entry for a URL: the longest prefix wins, and a prefix ends at a path boundary. */
function catalogueEntry(url: string, catalogue: readonly CatalogueEntry[]): CatalogueEntry | undefined {
  return catalogue
    .filter((entry) => url === entry.url || url.startsWith(entry.url.endsWith('/') ? entry.url : `${entry.url}/`))
    .toSorted((a, b) => b.url.length - a.url.length)[0];
}

const urlOf = ({ spec }: Source): string => spec.git?.url ?? spec.helm?.url ?? spec.oci?.url ?? '';

/** Undefined: no credentials are needed or known. */
export async function authOf(
  source: Source,
  kube: KubeClient,
  catalogue: readonly CatalogueEntry[],
): Promise<Result<GitAuth | undefined, SecretProblem>> {
  const named = source.spec.auth?.secretRef.name;
  const entry = named === undefined ? catalogueEntry(urlOf(source), catalogue) : undefined;
  if (named === undefined && entry === undefined) return ok(undefined);
  const namespace = named === undefined ? (entry?.namespace ?? '') : source.metadata.namespace;
  const name = named ?? entry?.secret ?? '';
  return authIn(kube, { namespace, name }, urlOf(source));
}

/** Whether credentials are named or kept for it; nothing is read. */
export const hasCredentials = (source: Source, catalogue: readonly CatalogueEntry[]): boolean =>
  source.spec.auth?.secretRef.name !== undefined || catalogueEntry(urlOf(source), catalogue) !== undefined;

/** Credentials the platform keeps for a URL; undefined: it keeps none. */
export async function catalogueAuth(
  url: string,
  kube: KubeClient,
  catalogue: readonly CatalogueEntry[],
): Promise<Result<GitAuth | undefined, SecretProblem>> {
  const entry = catalogueEntry(url, catalogue);
  return entry === undefined ? ok(undefined) : authIn(kube, { namespace: entry.namespace, name: entry.secret }, url);
}

async function authIn(
  kube: KubeClient,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  url: string,
): Promise<Result<GitAuth, SecretProblem>> {
  const secret = await readSecret(kube, namespace, name);
  if (!secret.ok) return secret;
  const auth = { ...toAuth(secret.value), ...containerAuth(secret.value, url) };
  const found = Object.values(auth).some((value) => value !== undefined);
  const message = `Secret ${name} has none of: username and password, bearerToken, identity, ca.crt, or an entry of .dockerconfigjson for the host`;
  return found ? ok(auth) : err({ code: 'SecretInvalid', message });
}

/** Credentials for the host of a registry, as container tools keep them in a Secret of type `kubernetes.io/dockerconfigjson`. */
function containerAuth(entries: ReadonlyMap<string, string>, url: string): GitAuth {
  const host = /^oci:\/\/([^/]+)/.exec(url)?.[1];
  const text = entries.get('.dockerconfigjson');
  if (host === undefined || text === undefined) return {};
  try {
    const { auths } = JSON.parse(text) as { readonly auths?: Readonly<Record<string, ContainerAuth>> };
    const entry = Object.entries(auths ?? {}).find(([name]) => name.replace(/^https?:\/\//, '').split('/')[0] === host)?.[1];
    const [username, ...password] = entry?.auth === undefined ? [entry?.username, entry?.password ?? ''] : decode(entry.auth).split(':');
    return username === undefined ? {} : { username, password: password.join(':') };
  } catch {
    return {};
  }
}

interface ContainerAuth {
  readonly auth?: string;
  readonly username?: string;
  readonly password?: string;
}

const fields: readonly (readonly [keyof GitAuth, readonly string[]])[] = [
  ['username', ['username']],
  ['password', ['password']],
  ['bearerToken', ['bearerToken']],
  ['sshPrivateKey', ['identity', 'ssh-privatekey']],
  ['knownHosts', ['known_hosts']],
  ['ca', ['ca.crt', 'caFile']],
];

function toAuth(entries: ReadonlyMap<string, string>): GitAuth {
  const found: { -readonly [K in keyof GitAuth]: GitAuth[K] } = {};
  for (const [field, keys] of fields) {
    const value = keys.map((key) => entries.get(key)).find((text) => text !== undefined && text !== '');
    if (value !== undefined) found[field] = field === 'password' || field === 'bearerToken' ? value.trim() : value;
  }
  return found;
}

type KeysFrom = readonly { readonly secretRef: { readonly name: string } }[];

/** Entries of the Secrets whose names end so: `.asc`, `.pub`. */
async function keysIn(
  source: Source,
  { keysFrom = [], endings }: { readonly keysFrom: KeysFrom | undefined; readonly endings: readonly string[] },
  kube: KubeClient,
): Promise<Result<readonly (readonly [name: string, text: string])[], SecretProblem>> {
  const found: (readonly [string, string])[] = [];
  for (const { secretRef } of keysFrom) {
    const secret = await readSecret(kube, source.metadata.namespace, secretRef.name);
    if (!secret.ok) return secret;
    found.push(...[...secret.value].filter(([name]) => endings.some((ending) => name.endsWith(ending))));
  }
  return ok(found);
}

/** Public keys from the Secrets that `verify.keysFrom` names: `*.pub` are SSH, `*.asc` PGP. */
export async function verifyKeysOf(source: Source, kube: KubeClient): Promise<Result<VerifyKeys, SecretProblem>> {
  const found = await keysIn(source, { keysFrom: source.spec.git?.verify?.keysFrom, endings: ['.asc', '.pub'] }, kube);
  if (!found.ok) return found;
  const [pgp, ssh] = ['.asc', '.pub'].map((ending) => found.value.filter(([name]) => name.endsWith(ending)).map(([, text]) => text)) as [
    string[],
    string[],
  ];
  if (ssh.length + pgp.length === 0)
    return err({ code: 'SecretInvalid', message: 'the Secrets of verify.keysFrom hold no *.pub or *.asc entry' });
  return ok({ ssh, pgp });
}

/** Whose signatures charts of this Source need; undefined: none. A rule that cannot be kept is refused, never passed over. */
export async function chartTrustOf(
  source: Source,
  kube: KubeClient,
): Promise<Result<ChartTrust | undefined, { readonly code: 'Unsupported' | SecretProblem['code']; readonly message: string }>> {
  const { oci, helm } = source.spec;
  const field = oci === undefined ? 'spec.helm.verify' : 'spec.oci.verify';
  const { cosign, notation } = oci?.verify ?? {};
  const provenance = oci?.verify?.provenance ?? helm?.verify?.provenance;
  if (notation !== undefined)
    return err({
      code: 'Unsupported',
      message: `${field}.notation: Notary signatures cannot be checked by this version; use cosign or provenance`,
    });
  if (cosign === undefined && provenance === undefined) return ok(undefined);
  if (cosign !== undefined && (cosign.keysFrom ?? []).length === 0)
    return err({
      code: 'Unsupported',
      message: `${field}.cosign: signatures without a key cannot be checked by this version; name public keys in keysFrom`,
    });
  const [by, ending] = cosign === undefined ? (['provenance', '.asc'] as const) : (['cosign', '.pub'] as const);
  const found = await keysIn(source, { keysFrom: cosign?.keysFrom ?? provenance?.keysFrom, endings: [ending] }, kube);
  if (!found.ok) return found;
  if (found.value.length === 0)
    return err({ code: 'SecretInvalid', message: `the Secrets of ${field}.${by}.keysFrom hold no *${ending} entry` });
  return ok({ by, keys: found.value.map(([, text]) => text) });
}

/** The catalogue of a Platform object; entries name Secrets of Lockstep's own namespace. */
export function catalogueOf(platform: KubeObject | undefined, ownNamespace: string): readonly CatalogueEntry[] {
  const spec = platform?.['spec'];
  const credentials = isObject(spec) ? getKey(spec, 'credentials') : undefined;
  if (!Array.isArray(credentials)) return [];
  return credentials.flatMap((entry) => {
    const url = isObject(entry) ? getKey(entry, 'url') : undefined;
    const ref = isObject(entry) ? getKey(entry, 'secretRef') : undefined;
    const secret = isObject(ref) ? getKey(ref, 'name') : undefined;
    return typeof url === 'string' && typeof secret === 'string' ? [{ url, secret, namespace: ownNamespace }] : [];
  });
}
