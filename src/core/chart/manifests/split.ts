/** Splitting rendered text into documents. Source: Helm 4 pkg/release/v1/util/manifest.go. */

/** In what the Helm versions differ. */
export interface SplitVariant {
  /** How much white space goes with a separator: blanks behind it, or everything around it. */
  readonly around: 'blanks' | 'everything';
  /** Whether white space at a document's end goes, too. */
  readonly trimsEnd: boolean;
}

/** From Helm 4.2.4 on: text before a separator keeps its white space. */
export const helm4Split: SplitVariant = Object.freeze({ around: 'blanks', trimsEnd: false });

/** Helm 4.2.0 to 4.2.3. */
export const helm42Split: SplitVariant = Object.freeze({ around: 'everything', trimsEnd: false });

/** Helm 3, 4.0 and 4.1. */
export const helm3Split: SplitVariant = Object.freeze({ around: 'everything', trimsEnd: true });

const space = /^[\s\u0085]$/u;
const isSpace = (text: string, at: number): boolean => space.test(text.charAt(at));
const isAsciiSpace = (text: string, at: number): boolean => '\t\n\f\r '.includes(text.charAt(at)) && at < text.length;

/** Loops instead of regular expressions: those take quadratic time on long runs of white space. */
function trim(text: string, variant: SplitVariant): string {
  let from = 0;
  let to = text.length;
  while (from < to && isSpace(text, from)) from++;
  if (variant.trimsEnd) while (to > from && isSpace(text, to - 1)) to--;
  return text.slice(from, to);
}

/** The documents that are more than white space, in order. */
export function splitManifests(text: string, variant: SplitVariant = helm4Split): string[] {
  const whole = trim(text, variant);
  return parts(whole, variant)
    .map((part) => trim(part, variant))
    .filter((document) => document !== '');
}

/** Cuts at `---` at the beginning of a line. What a separator took with it begins no line any more: of two in a row the second is text. */
function parts(text: string, variant: SplitVariant): string[] {
  const found: string[] = [];
  let start = 0;
  for (let at = text.indexOf('---'); at >= 0; at = text.indexOf('---', at)) {
    if (at > 0 && (text.charAt(at - 1) !== '\n' || (variant.around === 'everything' && at === start))) {
      at++;
      continue;
    }
    let end = at;
    if (variant.around === 'everything') while (end > start && isAsciiSpace(text, end - 1)) end--;
    found.push(text.slice(start, end));
    at += 3;
    while (variant.around === 'everything' ? isAsciiSpace(text, at) : text.charAt(at) === ' ' || text.charAt(at) === '\t') at++;
    start = at;
  }
  found.push(text.slice(start));
  return found;
}
