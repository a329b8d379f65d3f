/** Names of groups in a pattern's text. Go: regexp/syntax/parse.go. */

/** What can stand in a pattern where a bracket is no group: escapes, quotations, classes; or the start of a group. */
const token = /\\Q[^]*?(?:\\E|$)|\\[^]|\[\^?\]?(?:\[:\^?[a-z]*:\]|\\[^]|[^\]\\])*\]?|\((?:\?P?<([A-Za-z0-9_]*)>|(\?))?/g;

/** A pattern whose names are all different, and the way back from texts that quote it. */
export interface UniqueNames {
  readonly pattern: string;
  readonly restore: (text: string) => string;
}

/** Makes repeated names different, for an engine that wants unique ones. */
export function withUniqueNames(pattern: string): UniqueNames {
  const seen = new Set<string>();
  const changes: (readonly [fresh: string, original: string])[] = [];
  const unique = pattern.replace(token, (text: string, name: string | undefined) => {
    if (name === undefined || name === '') return text;
    let fresh = name;
    let tries = 0;
    while (seen.has(fresh) || (fresh !== name && pattern.includes(`<${fresh}>`))) fresh = `${name}_${seen.size + tries++}`;
    seen.add(fresh);
    if (fresh === name) return text;
    changes.push([`(?P<${fresh}>`, text]);
    return `(?P<${fresh}>`;
  });
  return {
    pattern: unique,
    restore: (text) => changes.reduce((result, [fresh, original]) => result.replaceAll(fresh, () => original), text),
  };
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
