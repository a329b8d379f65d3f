/** Where two normalised answers differ. */

/** The leaves in which two answers differ. */
function leaves(value: unknown, path: string, into: Map<string, string>): Map<string, string> {
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) into.set(path, JSON.stringify(value));
  else for (const [key, inner] of Object.entries(value)) leaves(inner, `${path}.${key}`, into);
  return into;
}

export function differences(real: string, own: string): readonly string[] {
  const parse = (text: string): Map<string, string> => {
    const [head = '', body = 'null'] = text.split('\n');
    return leaves(JSON.parse(body), '', new Map([['head', head]]));
  };
  const [left, right] = [parse(real), parse(own)];
  const keys = [...new Set([...left.keys(), ...right.keys()])].filter((key) => left.get(key) !== right.get(key));
  return keys.map((key) => `${key}: real ${left.get(key) ?? '-'} own ${right.get(key) ?? '-'}`);
}
