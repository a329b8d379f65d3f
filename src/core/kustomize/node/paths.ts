/** Splitting field paths. Source: kyaml/utils/pathsplitter.go, kyaml/yaml/rnode.go (convertSliceIndex). */

/** Splits at the delimiter; a backslash before it keeps it. A leading delimiter does not count. */
export function splitPath(path: string, delimiter: string): string[] {
  let parts = path.split(delimiter);
  if (parts.length > 1 && parts[0] === '') parts = parts.slice(1);
  const result = [parts[0] ?? ''];
  for (const part of parts.slice(1)) {
    const last = result.at(-1) as string;
    if (last.endsWith('\\')) result[result.length - 1] = last.slice(0, -1) + delimiter + part;
    else result.push(part);
  }
  return result;
}

/** Like `splitPath`, with `[…]` kept together: `[key=value]` as it stands, `[a.b]` without its brackets. */
export function splitSmartPath(path: string, delimiter: string): string[] {
  const split = splitPath(path, delimiter);
  const result: string[] = [];
  for (let i = 0; i < split.length; i++) {
    const part = split[i] as string;
    if (!part.startsWith('[') || part.endsWith(']')) {
      result.push(part);
      continue;
    }
    const bracketed = [part];
    while (i < split.length - 1) {
      const next = split[++i] as string;
      bracketed.push(next);
      if (next.endsWith(']')) break;
    }
    const text = bracketed.join(delimiter);
    result.push(text.includes('=') ? text : text.replace(/^[[\]]+/, '').replace(/[[\]]+$/, ''));
  }
  return result;
}

/** `containers[0]` as two steps. */
export function splitIndexes(parts: readonly string[]): string[] {
  return parts.flatMap((part) => {
    const match = /^(.*)\[(\d+)\]$/.exec(part);
    if (match === null) return [part];
    return match[1] === '' ? [match[2] as string] : [match[1] as string, match[2] as string];
  });
}
