/** The wire to another cluster, from a kubeconfig that somebody put into a Secret: it may name no files and start no programs (S22). */
import { join } from 'node:path';
import { type Credentials, httpTransport, parseKubeconfig, rotatedCredentials } from '../adapters/kube/index.ts';
import { systemClock } from '../adapters/system/index.ts';
import type { ConnectCluster, TokenSource } from '../ports/index.ts';
import { err, ok, type Result } from '../std/index.ts';
import { parseConfig } from './connect.ts';

/** A server that says nothing for this long does not answer; shorter than for Lockstep's own cluster, because others wait in the same process. */
const TIMEOUT = 15_000;

/** `tokens`: the folder into which the platform projects tokens; absent: none is. */
export const connectClusters =
  ({ tokens }: { readonly tokens: string | undefined }): ConnectCluster =>
  async (text, { context, allowInsecureTls, token }) => {
    const parsed = await parseKubeconfig(text, parseConfig, {
      clock: systemClock(),
      allowInsecure: allowInsecureTls,
      ...(context === undefined ? {} : { context }),
    });
    if (!parsed.ok) return err({ message: parsed.error.message });
    const { server, credentials, tls } = parsed.value;
    const known = token === undefined ? ok(credentials) : credentialsOf(token, tokens);
    if (!known.ok) return known;
    if (token !== undefined && (credentials !== undefined || tls.cert !== undefined))
      return err({ message: 'spec.token says who Lockstep is; take the credentials out of the user in the kubeconfig' });
    // A token is never sent over plain HTTP.
    if (token !== undefined && !server.startsWith('https:')) return err({ message: `spec.token needs https; the server is ${server}` });
    const { credentials: _own, ...rest } = parsed.value;
    const connection = { ...rest, ...(known.value === undefined ? {} : { credentials: known.value }) };
    return ok({ transport: httpTransport(connection, { userAgent: 'lockstep', timeout: TIMEOUT, connections: 16 }), server });
  };

function credentialsOf(source: TokenSource, folder: string | undefined): Result<Credentials, { readonly message: string }> {
  if (source.kind === 'asked') return ok(rotatedCredentials(source, systemClock()));
  if (folder === undefined || folder === '')
    return err({ message: 'spec.token.file: there is no folder of projected tokens; set LOCKSTEP_TOKENS to where they are mounted' });
  return ok(rotatedCredentials({ file: join(folder, source.name) }, systemClock()));
}
