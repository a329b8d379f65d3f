/** Quoting in error texts of Go's time package: unlike strconv, every byte that is not printable ASCII is \xNN. */
import { unescapeUtf8 } from '../../../std/index.ts';

export function quoted(text: string): string {
  let result = '"';
  for (const byte of unescapeUtf8(text)) {
    const char = String.fromCharCode(byte);
    if (byte < 0x20 || byte >= 0x80) result += `\\x${byte.toString(16).padStart(2, '0')}`;
    else result += char === '"' || char === '\\' ? `\\${char}` : char;
  }
  return `${result}"`;
}
