/** Standard base64 with padding, for `stringData`. */
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

export function base64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let i = 0; i < bytes.length; i += 3) {
    const held = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    const letters = [held >> 18, (held >> 12) & 63, (held >> 6) & 63, held & 63].map((index) => alphabet[index] as string);
    const left = bytes.length - i;
    parts.push(
      letters
        .slice(0, left >= 3 ? 4 : left + 1)
        .join('')
        .padEnd(4, '='),
    );
  }
  return parts.join('');
}
