/** Image references, as far as defaulting looks at them. Kubernetes: pkg/util/parsers ParseImageName. */

/** `Always` for `latest` (said or implied) without a digest, else `IfNotPresent`; a reference that cannot be read has no tag. */
export function pullPolicyOf(image: string): string {
  if (!/^[a-zA-Z0-9][a-zA-Z0-9._\-/:@]*$/.test(image)) return 'IfNotPresent';
  const [name = '', digest] = image.split('@', 2);
  if (digest !== undefined) return 'IfNotPresent';
  const last = name.slice(name.lastIndexOf('/') + 1);
  const tag = last.includes(':') ? last.slice(last.lastIndexOf(':') + 1) : 'latest';
  return tag === 'latest' ? 'Always' : 'IfNotPresent';
}
