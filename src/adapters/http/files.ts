/** The port WebFiles over the client of this folder. */
import type { WebAnswer, WebFileAuth, WebFileError, WebFiles } from '../../ports/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import { basicAuthorization } from './authorization.ts';
import { createWebClient, type WebClient, type WebError } from './client.ts';

const mostBytes = 50 * 1024 * 1024;
const timeout = 60_000;

export function createWebFiles(): WebFiles {
  /** By the certificates that are trusted. */
  const clients = new Map<string, WebClient>();
  const clientFor = (ca: string | undefined): WebClient => {
    const known = clients.get(ca ?? '') ?? createWebClient(ca === undefined ? {} : { ca });
    clients.set(ca ?? '', known);
    return known;
  };
  return {
    read: (url, auth) => read(clientFor(auth?.ca), url, auth),
    close: async () => {
      await Promise.all([...clients.values()].map((client) => client.close()));
    },
  };
}

async function read(client: WebClient, url: string, auth: WebFileAuth | undefined): Promise<Result<WebAnswer, WebFileError>> {
  const authorization = authorizationOf(auth);
  const answered = await client.send({
    url,
    limit: mostBytes,
    timeout,
    compressed: true,
    ...(authorization === undefined ? {} : { authorization }),
  });
  if (!answered.ok) return err(webFileError(answered.error));
  const { status, body, headers } = answered.value;
  const mediaType = (headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  return ok({ status, mediaType, bytes: body });
}

function authorizationOf(auth: WebFileAuth | undefined): string | undefined {
  if (auth?.bearerToken !== undefined) return `Bearer ${auth.bearerToken}`;
  if (auth?.username === undefined && auth?.password === undefined) return undefined;
  return basicAuthorization(auth);
}

const webFileError = ({ code, message }: WebError): WebFileError => ({
  code: code === 'CertificateInvalid' ? 'Unreachable' : code,
  message,
});
