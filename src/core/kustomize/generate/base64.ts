/** Base64 as kustomize puts it into manifests: lines of 70 characters when there is more than one. Source: kyaml/yaml/datamap.go. */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const LINE = 70;

export function base64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const bits = ((bytes[i] as number) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    const left = bytes.length - i;
    text += ALPHABET.charAt(bits >> 18) + ALPHABET.charAt((bits >> 12) & 63);
    text += (left > 1 ? ALPHABET.charAt((bits >> 6) & 63) : '=') + (left > 2 ? ALPHABET.charAt(bits & 63) : '=');
  }
  if (text.length < LINE) return text;
  let lines = '';
  for (let i = 0; i < text.length; i += LINE) lines += `${text.slice(i, i + LINE)}\n`;
  return lines;
}
