/**
 * Character classes of YAML as libyaml (and so go-yaml: yamlprivateh.go) has them, over UTF-16 codes. Texts are scanned with a trailing NUL, which
 * is no legal character, so that looking ahead never leaves the string.
 */

export const NUL = 0;
export const TAB = 9;
export const LF = 10;
export const CR = 13;
export const SPACE = 32;
export const DQUOTE = 34;
export const HASH = 35;
export const PERCENT = 37;
export const QUOTE = 39;
export const PLUS = 43;
export const COMMA = 44;
export const DASH = 45;
export const DOT = 46;
export const ZERO = 48;
export const COLON = 58;
export const QUESTION = 63;
export const LBRACKET = 91;
export const BACKSLASH = 92;
export const RBRACKET = 93;
export const LBRACE = 123;
export const RBRACE = 125;
export const NEL = 0x85;
export const LS = 0x2028;
export const PS = 0x2029;
export const BOM = 0xfeff;

export const isBlank = (c: number): boolean => c === SPACE || c === TAB;

export const isBreak = (c: number): boolean => c === LF || c === CR || c === NEL || c === LS || c === PS;

export const isBreakOrEnd = (c: number): boolean => c === LF || c === NUL || c === CR || c === NEL || c === LS || c === PS;

export const isBlankOrEnd = (c: number): boolean =>
  c === SPACE || c === LF || c === NUL || c === TAB || c === CR || c === NEL || c === LS || c === PS;

export const isDigit = (c: number): boolean => c >= 48 && c <= 57;

/** Letters, digits, `_` and `-`: what anchors and tag handles are made of. */
export const isWord = (c: number): boolean =>
  (c >= 48 && c <= 57) || (c >= 65 && c <= 90) || (c >= 97 && c <= 122) || c === 95 || c === DASH;

/** The value of a hexadecimal digit, or -1. */
export function hexValue(c: number): number {
  if (c >= 48 && c <= 57) return c - 48;
  if (c >= 65 && c <= 70) return c - 55;
  if (c >= 97 && c <= 102) return c - 87;
  return -1;
}

/** What libyaml writes without an escape. Everything beyond U+FFFF is escaped: its test looks at lead bytes up to EF only. */
export const isPrintable = (c: number): boolean =>
  (c >= 0x20 && c <= 0x7e) || c === LF || (c >= 0xa0 && c < 0xd800) || (c >= 0xe000 && c <= 0xfffd && c !== BOM);
