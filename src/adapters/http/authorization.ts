/** Credentials as the header that carries them. */

/** Undefined without user and password. Line breaks, which editors leave at the end of Secrets, would forge a header. */
export function basicAuthorization(auth: { readonly username?: string; readonly password?: string } | undefined): string | undefined {
  if (auth === undefined || (auth.username === undefined && auth.password === undefined)) return undefined;
  return `Basic ${Buffer.from(`${auth.username ?? ''}:${auth.password ?? ''}`, 'utf8').toString('base64')}`;
}
