/** Functions that look at words: abbreviation, capitals, wrapping, naming styles. Sources: Masterminds/goutils, huandu/xstrings, Go strings.Title. */
import { bytesSlicer, isAscii, isLetterOrDigit, isLower, isSpace, isUpper, lowerRune, sliceBytes, byteLength, upperRune } from './text.ts';

const titleRune = upperRune;

/** strings.Title: the first letter of each word to title case; letters, digits and underscores make words. */
export function title(text: string): string {
  let previous = ' ';
  let result = '';
  for (const character of text) {
    result += isSeparator(previous) ? titleRune(character) : character;
    previous = character;
  }
  return result;
}

const isSeparator = (character: string): boolean => {
  if (character <= '\x7f' && character.length === 1) return !/[0-9A-Za-z_]/.test(character);
  return !isLetterOrDigit(character) && isSpace(character);
};

/** goutils.Uncapitalize */
export function untitle(text: string): string {
  let atStart = true;
  let result = '';
  for (const character of text) {
    if (isSpace(character)) {
      atStart = true;
      result += character;
    } else {
      result += atStart ? lowerRune(character) : character;
      atStart = false;
    }
  }
  return result;
}

/** goutils.SwapCase. Title case and upper case differ for a few ligatures only, which JavaScript does not tell apart. */
export function swapCase(text: string): string {
  let result = '';
  for (const character of text) {
    if (isUpper(character) || /^\p{Lt}$/u.test(character)) result += lowerRune(character);
    else result += isLower(character) ? upperRune(character) : character;
  }
  return result;
}

/** The bytes of a text as Latin-1 characters: goutils looks at bytes where it means characters. */
const byteCharacters = (text: string): string[] => {
  const length = byteLength(text);
  if (isAscii(text)) return [...text];
  return Array.from({ length }, (_, i) => String.fromCharCode(byteAt(text, i)));
};

function byteAt(text: string, at: number): number {
  const unit = sliceBytes(text, at, at + 1).charCodeAt(0);
  return unit >= 0xdc80 && unit <= 0xdcff ? unit - 0xdc00 : unit;
}

/** goutils.Initials */
export function initials(text: string): string {
  let afterGap = true;
  let result = '';
  for (const character of byteCharacters(text)) {
    if (isSpace(character)) afterGap = true;
    else if (afterGap) {
      result += character;
      afterGap = false;
    }
  }
  return result;
}

/** goutils.DeleteWhiteSpace */
export function noSpace(text: string): string {
  const characters = byteCharacters(text);
  const kept = characters.filter((character) => !isSpace(character));
  return kept.length === characters.length ? text : kept.join('');
}

/** goutils.AbbreviateFull: at most `width` bytes, dots at the cut ends; undefined where goutils reports an error. */
export function abbreviate(text: string, left: number, width: number): string | undefined {
  const length = byteLength(text);
  if (text === '') return '';
  if (width < 4) return undefined;
  if (length <= width) return text;
  let offset = Math.min(left, length);
  if (length - offset < width - 3) offset = length - (width - 3);
  if (offset <= 4) return `${sliceBytes(text, 0, width - 3)}...`;
  if (width < 7) return undefined;
  if (offset + width - 3 < length) return `...${abbreviate(sliceBytes(text, offset, length), 0, width - 3) ?? ''}`;
  return `...${sliceBytes(text, length - (width - 3), length)}`;
}

export interface Wrapping {
  /** Column to wrap at, at least 1. */
  readonly width: number;
  readonly newline: string;
  /** Whether words longer than a line are cut. */
  readonly breakWords: boolean;
}

/** goutils.WrapCustom: lines of at most `width` bytes, broken at spaces. */
export function wrap(text: string, wrapping: Wrapping): string {
  const newline = wrapping.newline === '' ? '\n' : wrapping.newline;
  const width = Math.max(1, wrapping.width);
  const length = byteLength(text);
  const bytes = isAscii(text) ? text : byteCharacters(text).join('');
  const slice = bytesSlicer(text);
  const lines: string[] = [];
  let offset = 0;
  while (length - offset > width) {
    if (bytes[offset] === ' ') {
      offset++;
      continue;
    }
    const { end, next } = lineEnd(bytes, { offset, width, breakWords: wrapping.breakWords });
    if (end === undefined) {
      lines.push(slice(offset, length));
      return lines.join(newline);
    }
    lines.push(slice(offset, end));
    offset = next;
  }
  lines.push(slice(offset, length));
  return lines.join(newline);
}

/** Where the line ends and the next begins; no end: the rest is one word. */
function lineEnd(
  bytes: string,
  line: { readonly offset: number; readonly width: number; readonly breakWords: boolean },
): { readonly end: number | undefined; readonly next: number } {
  const { offset, width } = line;
  // Only within the line: a long word without a space would be walked back to the beginning for each of its lines.
  const space = bytes.slice(offset, offset + width + 1).lastIndexOf(' ');
  if (space >= 0) return { end: offset + space, next: offset + space + 1 };
  if (line.breakWords) return { end: offset + width, next: offset + width };
  const after = bytes.indexOf(' ', offset + width);
  return after < 0 ? { end: undefined, next: bytes.length } : { end: after, next: after + 1 };
}

const isConnector = (character: string): boolean => character === '-' || character === '_' || isSpace(character);

/** xstrings.ToPascalCase */
export function camelCase(text: string): string {
  const characters = [...text];
  let result = '';
  let at = 0;
  while (at < characters.length && isConnector(characters[at] ?? '')) result += characters[at++];
  let current = characters[at] ?? '';
  if (at >= characters.length) return result;
  let firstIsUpper = isUpper(current);
  current = upperRune(current);
  for (at++; at < characters.length; at++) {
    const previous = current;
    current = characters[at] ?? '';
    if (isConnector(current) && isConnector(previous)) {
      result += previous;
      continue;
    }
    if (isConnector(previous)) {
      firstIsUpper = isUpper(current);
      current = upperRune(current);
      continue;
    }
    if (firstIsUpper) {
      if (isUpper(current)) current = lowerRune(current);
      else firstIsUpper = false;
    }
    result += previous;
  }
  return result + current;
}
