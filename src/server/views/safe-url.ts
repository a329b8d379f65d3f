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
