/**
 * A place in a text that moves forward, and the moves every part of the scanner shares. Lines end as libyaml has them: LF, CR, CR LF, NEL, LS, PS.
 */
import { COLON, CR, DASH, DOT, isBlankOrEnd, isBreak, LF, LS, PS } from '../chars.ts';
import { failureOf, type Mark, YamlFailure } from '../failure.ts';
import type { Variant } from '../variant.ts';

export class Cursor {
  /** The text and a trailing NUL. */
  readonly text: string;
  readonly variant: Variant;
  /** Set when the text was cut before something that may not be in a YAML text: why its end is then an error. */
  readonly cut: string | undefined;
  /** Whether some characters take two UTF-16 units. Columns count units while scanning, characters in what is reported. */
  private readonly hasPairs: boolean;
  pos = 0;
  line = 0;
  lineStart = 0;
  /** Where the plain scalar scanned last ended, and whether the scan went on to further lines behind it. */
  wordLine = 0;
  wordColumn = 0;
  leftLine = false;

  constructor(text: string, variant: Variant, cut: string | undefined) {
    this.text = text;
    this.variant = variant;
    this.cut = cut;
    this.hasPairs = /[\ud800-\udbff]/.test(text);
  }

  get column(): number {
    return this.pos - this.lineStart;
  }

  mark(): Mark {
    return { index: this.pos, line: this.line, column: this.pos - this.lineStart };
  }

  /** How many characters before `index` on its line took two units; `column` counts units. */
  pairsBefore(index: number, column: number): number {
    if (!this.hasPairs) return 0;
    let pairs = 0;
    for (let at = index - column; at < index; at++) if ((this.text.charCodeAt(at) & 0xfc00) === 0xd800) pairs++;
    return pairs;
  }

  /** Fails at the current place. */
  fail(problem: string, context: Mark): never {
    const { index, line, column } = this.mark();
    const at = { index, line, column: column - this.pairsBefore(index, column) };
    throw failureOf({ finder: 'scanner', problem, at, context }, this.variant);
  }

  /** Fails because the text ends inside something, or because it goes on with a character that may not be there. */
  failAtEnd(problem: string, context: Mark): never {
    this.failIfCut();
    this.fail(problem, context);
  }

  failIfCut(): void {
    if (this.cut !== undefined) throw new YamlFailure(`yaml: ${this.cut}`, this.mark());
  }

  /** A word of a plain scalar ends here. */
  endWord(): void {
    this.wordLine = this.line;
    this.wordColumn = this.pos - this.lineStart;
    this.leftLine = false;
  }

  /** Whether a `:` stands here that ends a key. */
  isAtValue(): boolean {
    return this.text.charCodeAt(this.pos) === COLON && isBlankOrEnd(this.text.charCodeAt(this.pos + 1));
  }

  skipBlanks(): void {
    const { text } = this;
    let c = text.charCodeAt(this.pos);
    while (c === 32 || c === 9) c = text.charCodeAt(++this.pos);
  }

  /** Steps over one line break. */
  skipLine(): void {
    const c = this.text.charCodeAt(this.pos++);
    if (c === CR && this.text.charCodeAt(this.pos) === LF) this.pos++;
    this.line++;
    this.lineStart = this.pos;
  }

  /** Steps over one line break and says what it stands for in a scalar. */
  readLine(): string {
    const c = this.text.charCodeAt(this.pos);
    this.skipLine();
    return c === LS ? '\u2028' : c === PS ? '\u2029' : '\n';
  }

  /** Whether `---` or `...` stands at the start of this line. Only asked at column 0. */
  atDocumentIndicator(): boolean {
    const { text, pos } = this;
    const c = text.charCodeAt(pos);
    return (
      (c === DASH || c === DOT) &&
      text.charCodeAt(pos + 1) === c &&
      text.charCodeAt(pos + 2) === c &&
      isBlankOrEnd(text.charCodeAt(pos + 3))
    );
  }

  /** How many line breaks stand between the last thing that is not blank and here. */
  breaksBefore(): number {
    let breaks = 0;
    for (let at = this.pos - 1; at >= 0; at--) {
      const c = this.text.charCodeAt(at);
      if (isBreak(c)) {
        breaks++;
        if (c === LF && this.text.charCodeAt(at - 1) === CR) at--;
      } else if (c !== 32 && c !== 9) break;
    }
    return breaks;
  }
}

/** Line breaks inside a plain or quoted scalar: one becomes a space, of several the first is dropped. */
export function foldBreaks(first: string, others: string): string {
  if (first !== '\n') return first + others;
  return others === '' ? ' ' : others;
}
