/** snakecase and kebabcase. Source: huandu/xstrings ToSnakeCase, ToKebabCase. */
import { isSpace, isUpper, lowerRune } from './text.ts';

type Kind = 'none' | 'number' | 'upper' | 'alphabet' | 'connector' | 'punctuation' | 'other';

interface Word {
  readonly kind: Kind;
  readonly text: string;
}

const isConnector = (character: string): boolean => character === '-' || character === '_' || isSpace(character);
const isPunctuation = (character: string): boolean => /^\p{P}$/u.test(character);
const isNumber = (character: string): boolean => /^\p{N}$/u.test(character);
const isLetter = (character: string): boolean => /^\p{L}$/u.test(character);

/** A letter, but no Chinese character. */
const isAlphabet = (character: string): boolean =>
  isLetter(character) && !/^[\u4e00-\u9fcc\u3400-\u4d85\u{20000}-\u{2b81d}]$/u.test(character);

/** Reads words off a list of characters. */
class Words {
  private readonly characters: readonly string[];
  private at = 0;

  constructor(text: string) {
    this.characters = [...text];
  }

  get isDone(): boolean {
    return this.at >= this.characters.length;
  }

  private run(kind: Kind, belongs: (character: string) => boolean): Word {
    const start = this.at++;
    while (!this.isDone && belongs(this.characters[this.at] ?? '')) this.at++;
    return { kind, text: this.characters.slice(start, this.at).join('') };
  }

  next(): Word {
    if (this.isDone) return { kind: 'none', text: '' };
    const first = this.characters[this.at] ?? '';
    if (isConnector(first)) return this.run('connector', isConnector);
    if (isPunctuation(first)) return this.run('punctuation', isPunctuation);
    if (isUpper(first)) return this.upper();
    if (isAlphabet(first)) return this.run('alphabet', isLowerAlphabet);
    if (isNumber(first)) return this.run('number', isNumber);
    return this.run(
      'other',
      (character) => !(isConnector(character) || isAlphabet(character) || isNumber(character) || isPunctuation(character)),
    );
  }

  /** Capitals: the last one before a small letter begins the next word. */
  private upper(): Word {
    const second = this.characters[this.at + 1] ?? '';
    if (!isUpper(second)) return this.run('upper', isLowerAlphabet);
    const word = this.run('upper', isUpper);
    if (this.isDone || !isAlphabet(this.characters[this.at] ?? '')) return word;
    this.at--;
    return { kind: 'upper', text: [...word.text].slice(0, -1).join('') };
  }
}

const isLowerAlphabet = (character: string): boolean => isAlphabet(character) && !isUpper(character);

/** Small letters with `connector` between words. */
export function connectWords(text: string, connector: '_' | '-'): string {
  const words = new Words(text);
  let result = '';
  const write = (kind: Kind, word: string): void => {
    if (kind !== 'upper' && kind !== 'connector') result += word;
    else for (const character of word) result += isConnector(character) ? connector : lowerRune(character);
  };
  const separate = (kind: Kind, also: readonly Kind[] = []): void => {
    if (kind !== 'connector' && kind !== 'punctuation' && !also.includes(kind)) result += connector;
  };
  const absorb = (from: Word): Word => {
    let word = from;
    while (word.kind === 'alphabet' || word.kind === 'number') {
      write(word.kind, word.text);
      word = words.next();
    }
    separate(word.kind, ['none']);
    return word;
  };
  let word = words.next();
  while (!words.isDone) {
    if (word.kind !== 'connector') write(word.kind, word.text);
    const last = word;
    word = words.next();
    if (last.kind === 'number') word = absorb(word);
    else if (last.kind === 'connector') write('connector', last.text);
    else if (last.kind !== 'punctuation') word = afterLetters(word);
  }
  write(word.kind, word.text);
  return result;

  /** A number after letters belongs to them, unless small letters follow it. */
  function afterLetters(from: Word): Word {
    if (from.kind !== 'number') {
      separate(from.kind);
      return from;
    }
    if (words.isDone) return from;
    const next = words.next();
    if (next.kind !== 'alphabet') {
      write('number', from.text);
      separate(next.kind);
      return next;
    }
    result += connector;
    write('number', from.text);
    return absorb(next);
  }
}
