/**
 * Keys that a Vault keeps (its transit engine), over its HTTP API. Source: sops hcvault/keysource.go; Vault API, secret/transit.
 * Files name the Vault they want to be opened by, and files are hostile: a token is sent only to the address it was given for.
 */
import { setTimeout } from 'node:timers/promises';
import { vaultKeyAt } from '../../core/secrets/sops/config/index.ts';
import { decodeBase64, decodeUtf8, encodeBase64, encodeUtf8 } from '../../std/index.ts';
import { createWebClient, type WebClient, type WebRequest, type WebResponse } from '../http/index.ts';
import { KeyFailure } from './failure.ts';

export interface VaultAccess {
  /** Without a slash at its end. */
  readonly address: string;
  readonly token: string;
  /** Of a Vault that has such. */
  readonly namespace?: string;
}

const withoutSlash = (address: string): string => address.replace(/\/+$/, '');

/** Address, token and namespace, a line each. @throws KeyFailure */
export function readVaultAccess(bytes: Uint8Array): VaultAccess {
  const [address = '', token = '', namespace] = decodeUtf8(bytes).trim().split(/\s+/);
  if (!/^https?:\/\/[^@\s]+$/.test(address) || token === '') throw new KeyFailure('InvalidKey', 'no address or no token of a Vault');
  return { address: withoutSlash(address), token, ...(namespace === undefined ? {} : { namespace }) };
}

export async function decryptVault(held: readonly VaultAccess[], uri: string, envelope: Uint8Array): Promise<Uint8Array> {
  const plain = await ask(held, uri, { verb: 'decrypt', body: { ciphertext: decodeUtf8(envelope) }, field: 'plaintext' });
  const bytes = decodeBase64(plain);
  if (bytes === undefined) throw new KeyFailure('CannotDecrypt', 'the Vault answers no base64');
  return bytes;
}

export async function encryptVault(held: readonly VaultAccess[], uri: string, plain: Uint8Array): Promise<Uint8Array> {
  return encodeUtf8(await ask(held, uri, { verb: 'encrypt', body: { plaintext: encodeBase64(plain) }, field: 'ciphertext' }));
}

interface Question {
  readonly verb: 'encrypt' | 'decrypt';
  readonly body: Readonly<Record<string, string>>;
  readonly field: string;
}

async function ask(held: readonly VaultAccess[], uri: string, { verb, body, field }: Question): Promise<string> {
  const found = vaultKeyAt(uri);
  if (!found.ok) throw new KeyFailure('InvalidKey', found.error);
  const { address, engine, name } = found.value;
  const access = held.find((candidate) => candidate.address === address);
  if (access === undefined) throw new KeyFailure('NoKey', `there is no token for the Vault ${address}`);
  const answered = await sent({
    url: `${address}/v1/${engine.split('/').map(encodeURIComponent).join('/')}/${verb}/${encodeURIComponent(name)}`,
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(access.namespace === undefined ? {} : { 'x-vault-namespace': access.namespace }) },
    authorization: `Bearer ${access.token}`,
    body: encodeUtf8(JSON.stringify(body)),
    limit: 1 << 20,
    timeout: 10_000,
  });
  return fieldOf(answered, field);
}

/** Milliseconds before each further try. A Vault that changes its leader, or is sealed for a moment, is asked again; a render waits for it. */
const pauses = [250, 1000];

const isBusy = (status: number): boolean => status === 429 || status >= 500;

async function sent(request: WebRequest): Promise<WebResponse> {
  const client = createWebClient();
  try {
    for (let tries = 0; ; tries += 1) {
      const answered = await client.send(request);
      if (answered.ok && !isBusy(answered.value.status)) return answered.value;
      const pause = pauses[tries];
      // Time is over already for a request that ran into its limit.
      if (pause === undefined || (!answered.ok && answered.error.code !== 'Unreachable')) throw unanswered(answered);
      await setTimeout(pause);
    }
  } finally {
    await client.close();
  }
}

function unanswered(answered: Awaited<ReturnType<WebClient['send']>>): KeyFailure {
  const why = answered.ok
    ? `it answers ${answered.value.status}${answered.value.status === 503 ? ' (sealed?)' : ''}`
    : answered.error.message;
  return new KeyFailure('Unavailable', `the Vault cannot be asked: ${why}`);
}

function fieldOf({ status, body }: { readonly status: number; readonly body: Uint8Array }, field: string): string {
  if (status === 403) throw new KeyFailure('Unavailable', 'the Vault refuses the token (403)');
  if (status === 404) throw new KeyFailure('NoKey', 'the Vault has no such key (404)');
  if (status !== 200) throw new KeyFailure('CannotDecrypt', `the Vault answers ${status}`);
  const value = (parsed(decodeUtf8(body)) as { readonly data?: Readonly<Record<string, unknown>> } | undefined)?.data?.[field];
  if (typeof value !== 'string') throw new KeyFailure('CannotDecrypt', `the Vault's answer has no ${field}`);
  return value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
