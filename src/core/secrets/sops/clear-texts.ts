/** Which texts of a file were hidden: whoever decrypts it masks these wherever they come out again. */
import { leafBytes } from './leaf.ts';
import { isBranch, isComment, isList, type Branch, type Value } from './tree.ts';
import { decodeUtf8 } from '../../../std/index.ts';

/** The texts of all leaves that are encrypted in one tree and clear in the other. Both have the same shape. */
export function clearTexts(encrypted: readonly Branch[], clear: readonly Branch[]): readonly string[] {
  const found = new Set<string>();
  encrypted.forEach((branch, i) => collect(branch, clear[i] ?? null, found));
  return [...found];
}

function collect(encrypted: Value, clear: Value, found: Set<string>): void {
  if (isBranch(encrypted) && isBranch(clear))
    encrypted.items.forEach(({ value }, i) => collect(value, clear.items[i]?.value ?? null, found));
  else if (isList(encrypted) && isList(clear)) encrypted.items.forEach((item, i) => collect(item, clear.items[i] ?? null, found));
  else if (clear !== null && !isBranch(clear) && !isList(clear) && !isComment(clear) && encrypted !== clear)
    found.add(decodeUtf8(leafBytes(clear)));
}
