/** Names of groups in a pattern's text. Go: regexp/syntax/parse.go. */

/** What can stand in a pattern where a bracket is no group: escapes, quotations, classes; or the start of a group. */
const token = /\\Q[^]*?(?:\\E|$)|\\[^]|\[\^?\]?(?:\[:\^?[a-z]*:\]|\\[^]|[^\]\\])*\]?|\((?:\?P?<([A-Za-z0-9_]*)>|(\?))?/g;

/** The pattern with repeated names made different, so that an engine that wants unique names takes it. */
export function withUniqueNames(pattern: string): string {
  if (!pattern.includes('<')) return pattern;
  const seen = new Set<string>();
  return pattern.replace(token, (text: string, name: string | undefined) => {
    if (name === undefined || name === '') return text;
    if (!seen.has(name)) {
      seen.add(name);
      return text;
    }
    let fresh = `${name}_`;
    while (seen.has(fresh) || pattern.includes(`<${fresh}>`)) fresh += '_';
    seen.add(fresh);
    return `(?P<${fresh}>`;
  });
}

/** The names of a valid pattern's groups by number, the whole match first; unnamed ones are empty. */
export function namedGroups(pattern: string, count: number): readonly string[] {
  const names: string[] = [''];
  if (pattern.includes('<')) {
    for (const [text, name, flags] of pattern.matchAll(token)) {
      if (text.startsWith('(') && flags === undefined) names.push(name ?? '');
    }
  }
  while (names.length <= count) names.push('');
  return names;
}
