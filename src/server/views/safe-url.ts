/** Addresses that come from a cluster or a repository and end as links: only http and https, and never with a credential in them. */

/** Undefined: not an address a browser may be sent to. */
export function safeUrl(text: string): string | undefined {
  try {
    const url = new URL(text);
    if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
    url.username = '';
    url.password = '';
    return url.href;
  } catch {
    return undefined;
  }
}

export const safeUrls = (all: readonly string[] | undefined): readonly string[] =>
  (all ?? []).flatMap((text) => {
    const url = safeUrl(text);
    return url === undefined ? [] : [url];
  });

/** For showing, not for following: any scheme, without user, password and what looks like a token in the query. */
export function shownUrl(text: string): string {
  try {
    const url = new URL(text);
    url.username = '';
    url.password = '';
    url.search = '';
    return url.href;
  } catch {
    // scp-like: git@host:path has no secret in it.
    return text.replace(/^[^@/]*:[^@/]*@/, '');
  }
}
