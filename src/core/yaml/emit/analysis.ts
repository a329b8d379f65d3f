/**
 * Which styles can hold a text. Source of the rules: go-yaml emitterc.go, yaml_emitter_analyze_scalar.
 */
import {
  COLON,
  COMMA,
  DASH,
  HASH,
  isBlank,
  isBreak,
  isPrintable,
  LBRACE,
  LBRACKET,
  NUL,
  QUESTION,
  RBRACE,
  RBRACKET,
  SPACE,
  TAB,
} from '../chars.ts';
import type { WriteRules } from '../variant.ts';

/** The answer is a set of these bits. */
export const MULTILINE = 1;
export const FLOW_PLAIN = 2;
export const BLOCK_PLAIN = 4;
export const SINGLE_QUOTED = 8;
export const BLOCK = 16;

const anything = FLOW_PLAIN | BLOCK_PLAIN | SINGLE_QUOTED | BLOCK;

/** Characters that forbid nothing wherever they stand: letters, digits and a few more. */
const harmless = Uint8Array.from({ length: 128 }, (_, c) => (/[A-Za-z0-9_/()+;=$^~\\<.]/.test(String.fromCharCode(c)) ? 1 : 0));

/** Whether a text is made of harmless characters and single dashes inside only. */
function isHarmless(text: string): boolean {
  const { length } = text;
  if (length === 0) return false;
  for (let i = 0; i < length; i++) {
    const c = text.charCodeAt(i);
    if (c < 128 && harmless[c] === 1) continue;
    if (c === DASH && i > 0) continue;
    return false;
  }
  return !text.startsWith('...');
}

/** Which plain styles the first characters forbid. */
function startForbids(text: string): number {
  const first = text.charAt(0);
  if (text.startsWith('---') || text.startsWith('...')) return FLOW_PLAIN | BLOCK_PLAIN;
  const alone = text.length === 1 || isBlank(text.charCodeAt(1));
  if ('#,[]{}&*!|>\'"%@`'.includes(first)) return FLOW_PLAIN | BLOCK_PLAIN;
  if (first === '?' || first === ':') return alone ? FLOW_PLAIN | BLOCK_PLAIN : FLOW_PLAIN;
  return first === '-' && alone ? FLOW_PLAIN | BLOCK_PLAIN : 0;
}

/** Which plain styles an indicator inside forbids. */
function indicatorForbids(text: string, at: number): number {
  switch (text.charCodeAt(at)) {
    case COMMA:
    case QUESTION:
    case LBRACKET:
    case RBRACKET:
    case LBRACE:
    case RBRACE:
      return FLOW_PLAIN;
    case COLON:
      return at + 1 === text.length || isBlank(text.charCodeAt(at + 1)) ? FLOW_PLAIN | BLOCK_PLAIN : FLOW_PLAIN;
    case HASH: {
      const before = text.charCodeAt(at - 1);
      return isBlank(before) || isBreak(before) || before === NUL ? FLOW_PLAIN | BLOCK_PLAIN : 0;
    }
    default:
      return 0;
  }
}

/** Which styles white space forbids. */
function spaceForbids(text: string): number {
  const last = text.length - 1;
  let forbidden = 0;
  if (isSpaceOrBreak(text, 0) || isSpaceOrBreak(text, last)) forbidden |= FLOW_PLAIN | BLOCK_PLAIN;
  if (text.charCodeAt(last) === SPACE) forbidden |= BLOCK;
  for (let i = 1; i <= last; i++) {
    const before = text.charCodeAt(i - 1);
    const c = text.charCodeAt(i);
    if (isBreak(before) && c === SPACE) forbidden |= FLOW_PLAIN | BLOCK_PLAIN | SINGLE_QUOTED;
    else if (before === SPACE && isBreak(c)) forbidden |= FLOW_PLAIN | BLOCK_PLAIN | SINGLE_QUOTED | BLOCK;
  }
  return forbidden;
}

const isSpaceOrBreak = (text: string, at: number): boolean => text.charCodeAt(at) === SPACE || isBreak(text.charCodeAt(at));

export function analyse(text: string, rules: WriteRules): number {
  if (text === '') return BLOCK_PLAIN | SINGLE_QUOTED;
  if (isHarmless(text)) return anything;
  let forbidden = startForbids(text);
  let multiline = 0;
  let spaced = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c < 128 && harmless[c] === 1) continue;
    if (i > 0) forbidden |= indicatorForbids(text, i);
    if (c === TAB && !rules.tabsForbidBlocks) forbidden |= FLOW_PLAIN | BLOCK_PLAIN | SINGLE_QUOTED;
    else if (!isPrintable(c)) forbidden |= FLOW_PLAIN | BLOCK_PLAIN | SINGLE_QUOTED | BLOCK;
    if (isBreak(c)) {
      multiline = MULTILINE;
      forbidden |= FLOW_PLAIN | BLOCK_PLAIN;
      spaced = true;
    } else if (c === SPACE) spaced = true;
  }
  if (spaced) forbidden |= spaceForbids(text);
  return (anything & ~forbidden) | multiline;
}
