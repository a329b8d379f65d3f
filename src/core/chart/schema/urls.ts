/** References relative to an address. */

/** RFC 3986 resolution for the addresses schemas use; the fragment is not part of either. */
export function joinUrl(base: string, reference: string): string {
  if (/^[A-Za-z][A-Za-z0-9+.-]*:/.test(reference)) return reference;
  const match = /^([A-Za-z][A-Za-z0-9+.-]*:)(\/\/[^/]*)?(.*)$/.exec(base);
  if (match === null) return reference;
  const [, scheme = '', authority = '', path = ''] = match;
  if (reference.startsWith('//')) return scheme + reference;
  const target = reference.startsWith('/') ? reference : path.replace(/[^/]*$/, '') + reference;
  return scheme + authority + withoutDots(target);
}

function withoutDots(path: string): string {
  const kept: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') {
      if (kept.length > 1) kept.pop();
    } else if (part !== '.') kept.push(part);
  }
  return kept.join('/');
}
