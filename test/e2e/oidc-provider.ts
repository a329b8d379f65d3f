/** An OpenID Connect provider for tests: signs in whoever it is told to, checks PKCE as a real one does, and can be told to lie. */
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Provider {
  readonly issuer: string;
  /** Claims of whoever signs in next. */
  claims: Record<string, unknown>;
  close(): Promise<void>;
}

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export async function startProvider(): Promise<Provider> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const codes = new Map<string, { readonly challenge: string; readonly nonce: string }>();
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' };
  const provider = { claims: {} as Record<string, unknown>, issuer: '' };
  const token = (claims: Record<string, unknown>): string => {
    const text = `${base64url({ alg: 'RS256', kid: 'one' })}.${base64url(claims)}`;
    return `${text}.${sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`;
  };
  const server: Server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', provider.issuer);
    const json = (status: number, value: unknown): void =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    if (url.pathname === '/.well-known/openid-configuration')
      return json(200, {
        issuer: provider.issuer,
        authorization_endpoint: `${provider.issuer}/authorize`,
        token_endpoint: `${provider.issuer}/token`,
        jwks_uri: `${provider.issuer}/keys`,
        response_types_supported: ['code'],
        code_challenge_methods_supported: ['S256'],
        id_token_signing_alg_values_supported: ['RS256'],
      });
    if (url.pathname === '/keys') return json(200, { keys: [jwk] });
    if (url.pathname === '/authorize') {
      const code = `code-${codes.size}`;
      const given = (name: string): string => url.searchParams.get(name) ?? '';
      codes.set(code, { challenge: given('code_challenge'), nonce: given('nonce') });
      const back = new URL(given('redirect_uri'));
      back.search = new URLSearchParams({ code, state: given('state') }).toString();
      return void response.writeHead(303, { location: back.href }).end();
    }
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const form = new URLSearchParams(body);
      const known = codes.get(form.get('code') ?? '');
      const challenge = createHash('sha256')
        .update(form.get('code_verifier') ?? '')
        .digest('base64url');
      if (known === undefined || challenge !== known.challenge) return json(400, { error: 'invalid_grant' });
      const now = Math.floor(Date.now() / 1000);
      const standard = { iss: provider.issuer, aud: 'lockstep', sub: '1', iat: now, exp: now + 300, nonce: known.nonce };
      return json(200, { access_token: 'x', token_type: 'Bearer', id_token: token({ ...standard, ...provider.claims }) });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  provider.issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return Object.assign(provider, { close: () => new Promise<void>((resolve) => server.close(() => resolve())) });
}
