/** What makes one installation itself across restarts: its name and its key, kept in a Secret of its own. */
import { isObject, type KubeObject } from '../core/object/index.ts';
import type { ApiResource, KubeClient, KubeError, Random } from '../ports/index.ts';
import { err, ok, type Result } from '../std/index.ts';
import { SYSTEM_NAMESPACE } from '../api/install/index.ts';

export interface Installation {
  /** Part of every proof of ownership (S5). */
  readonly name: string;
  /** Keys fingerprints of secret values and seeds randomness of charts (S12). Never leaves its Secret and this process. */
  readonly key: Uint8Array;
}

const SECRETS: ApiResource = { group: '', version: 'v1', kind: 'Secret', resource: 'secrets', namespaced: true, verbs: [] };
const SECRET_NAME = 'lockstep-installation';
const DEFAULT_NAME = 'lockstep';
const KEY_BYTES = 32;

/** Reads the Secret, or makes it. Whoever creates it first decides; everybody else reads what is there. */
export async function readInstallation(kube: KubeClient, random: Random): Promise<Result<Installation, KubeError>> {
  const found = await kube.get(SECRETS, SYSTEM_NAMESPACE, SECRET_NAME);
  if (found.ok) return parse(found.value);
  if (found.error.code !== 404) return found;
  const created = await kube.create(SECRETS, secret(random.bytes(KEY_BYTES)));
  if (created.ok) return parse(created.value);
  return created.error.reason === 'AlreadyExists' ? readInstallation(kube, random) : created;
}

/** Only reads; undefined where there is none yet, or it cannot be read. */
export async function knownInstallation(kube: KubeClient): Promise<Installation | undefined> {
  const found = await kube.get(SECRETS, SYSTEM_NAMESPACE, SECRET_NAME);
  const parsed = found.ok ? parse(found.value) : found;
  return parsed.ok ? parsed.value : undefined;
}

const base64 = (text: string | Uint8Array): string => Buffer.from(text).toString('base64');

const secret = (key: Uint8Array): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: SECRET_NAME, namespace: SYSTEM_NAMESPACE },
  type: 'lockstep.dev/installation',
  data: { name: base64(DEFAULT_NAME), key: base64(key) },
});

function parse(object: KubeObject): Result<Installation, KubeError> {
  const data = isObject(object['data']) ? object['data'] : {};
  const name = Buffer.from(String(data['name'] ?? ''), 'base64').toString('utf8');
  const key = new Uint8Array(Buffer.from(String(data['key'] ?? ''), 'base64'));
  if (name !== '' && key.length >= KEY_BYTES) return ok({ name, key });
  const message = `Secret ${SYSTEM_NAMESPACE}/${SECRET_NAME} lacks "name" or a "key" of ${KEY_BYTES} bytes; restore it from a backup`;
  return err({ code: 0, reason: 'InvalidInstallation', message });
}
