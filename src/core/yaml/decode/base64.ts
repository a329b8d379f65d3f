/**
 * Standard base64 with padding, as Go's encoding/base64 StdEncoding has it: line breaks inside are ignored, anything else is an error.
 */

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const digits: ReadonlyMap<string, number> = new Map([...alphabet].map((letter, i) => [letter, i]));
const wellFormed = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The bytes, or undefined when the text is not base64. */
export function decodeBase64(text: string): Uint8Array | undefined {
  const compact = text.replaceAll(/[\r\n]/g, '');
  if (!wellFormed.test(compact)) return undefined;
  const bytes: number[] = [];
  let bits = 0;
  let held = 0;
  for (const letter of compact.replaceAll('=', '')) {
    held = (held << 6) | (digits.get(letter) ?? 0);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((held >> bits) & 0xff);
    held &= (1 << bits) - 1;
  }
  return Uint8Array.from(bytes);
}

export function encodeBase64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const held = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    const left = bytes.length - i;
    text += alphabet.charAt(held >> 18) + alphabet.charAt((held >> 12) & 63);
    text += (left > 1 ? alphabet.charAt((held >> 6) & 63) : '=') + (left > 2 ? alphabet.charAt(held & 63) : '=');
  }
  return text;
}
