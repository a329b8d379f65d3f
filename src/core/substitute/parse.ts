/** From text to a tree (envsubst: parse/parse.go). */
import { BAD, SubstitutionFailure } from './failure.ts';
import { type Mode, Scanner } from './scanner.ts';

export type Node = string | Call;

/** `${name<operator><arguments>}`; the operator is empty for a bare `${name}`. */
export interface Call {
  readonly name: string;
  readonly operator: string;
  readonly args: readonly Node[];
}

/** `${a=${b=…}}` nested deeper than this is refused. */
const MAX_DEPTH = 64;

const identifier = (char: string): boolean => char === '_' || /^[\p{L}\p{Nd}]$/u.test(char);
const notClosing = (char: string): boolean => char !== '}';
const upTo2 =
  (allowed: string) =>
  (char: string, place: number): boolean =>
    place < 3 && allowed.includes(char);
const only =
  (allowed: string) =>
  (char: string, place: number): boolean =>
    place === 1 && char === allowed;

export function parse(text: string): readonly Node[] {
  const parser = new Parser(text);
  return parser.parse();
}

class Parser {
  private readonly scanner: Scanner;
  private depth = 0;

  constructor(text: string) {
    this.scanner = new Scanner(text);
  }

  parse(): readonly Node[] {
    const nodes: Node[] = [];
    for (;;) {
      switch (this.scanner.scan({ accept: () => true, open: true, escapes: 'dollar' })) {
        case 'end':
          return nodes;
        case 'ident':
          nodes.push(this.scanner.word);
          break;
        case 'open':
          nodes.push(this.call());
          break;
        default:
          throw new SubstitutionFailure(BAD);
      }
    }
  }

  /** Behind `${`. */
  private call(): Call {
    this.depth += 1;
    if (this.depth > MAX_DEPTH) throw new SubstitutionFailure(`${BAD}: nested deeper than ${MAX_DEPTH}`);
    const call = this.scanner.peek() === '#' ? this.length() : this.operation();
    this.depth -= 1;
    return call;
  }

  private operation(): Call {
    if (this.scanner.scan({ accept: identifier }) !== 'ident') throw new SubstitutionFailure('unable to parse variable name');
    const name = this.scanner.word;
    switch (this.scanner.peek()) {
      case ':':
        // As in Go's scanner, nothing outside ASCII may follow the colon.
        if (!/^[\x01-\x7f]$/.test(this.scanner.peek(1))) throw new SubstitutionFailure(BAD);
        return '=-?+'.includes(this.scanner.peek(1)) ? this.fallback(name) : this.substring(name);
      case '=':
        return this.fallback(name);
      case ',':
      case '^':
        return this.closed({ name, operator: this.operator(upTo2(',^')), args: [] });
      case '/':
        return this.replacement(name);
      case '#':
        return this.trimming(name, upTo2('#'));
      case '%':
        return this.trimming(name, upTo2('%'));
      default:
        if (this.scanner.scan({ close: true }) !== 'close') throw new SubstitutionFailure('missing closing brace');
        return { name, operator: '', args: [] };
    }
  }

  private operator(accept: (char: string, place: number) => boolean): string {
    if (this.scanner.scan({ accept }) !== 'ident') throw new SubstitutionFailure(BAD);
    return this.scanner.word;
  }

  private closed(call: Call): Call {
    if (this.scanner.scan({ close: true }) !== 'close') throw new SubstitutionFailure(BAD);
    return call;
  }

  /** One argument: a word, or another `${…}`. */
  private argument(mode: Mode): Node {
    const token = this.scanner.scan({ ...mode, open: true });
    if (token === 'open') return this.call();
    if (token === 'ident') return this.scanner.word;
    throw new SubstitutionFailure('unable to parse substitution within function');
  }

  /** `${#name}` */
  private length(): Call {
    const operator = this.operator(only('#'));
    return this.closed({ name: this.operator(identifier), operator, args: [] });
  }

  /** `${name=word}`, `${name:=word}`, `${name:-word}`, `${name:+word}`, `${name:?word}` */
  private fallback(name: string): Call {
    const accept =
      this.scanner.peek() === '='
        ? only('=')
        : (char: string, place: number) => (place === 1 ? char === ':' : place === 2 && '=-?+'.includes(char));
    if (this.scanner.scan({ accept }) !== 'ident') throw new SubstitutionFailure('unable to parse default function');
    const operator = this.scanner.word;
    const args: Node[] = [];
    while (this.scanner.peek() !== '}') args.push(this.argument({ accept: notClosing }));
    return this.closed({ name, operator, args });
  }

  /** `${name:offset}`, `${name:offset:length}` */
  private substring(name: string): Call {
    const operator = this.operator(only(':'));
    const offset = this.argument({ accept: (char) => char !== ':' && char !== '}' });
    const next = this.scanner.scan({ accept: (char) => char === ':', close: true });
    if (next === 'close') return { name, operator, args: [offset] };
    if (next !== 'ident') throw new SubstitutionFailure(BAD);
    return this.closed({ name, operator, args: [offset, this.argument({ accept: notClosing })] });
  }

  /** `${name#word}`, `${name##word}`, `${name%word}`, `${name%%word}` */
  private trimming(name: string, accept: (char: string, place: number) => boolean): Call {
    const operator = this.operator(accept);
    return this.closed({ name, operator, args: [this.argument({ accept: notClosing })] });
  }

  /** `${name/old/new}`, `${name//old/new}`, `${name/#old/new}`, `${name/%old/new}` */
  private replacement(name: string): Call {
    const operator = this.operator((char, place) => (place === 1 ? char === '/' : place === 2 && '/#%'.includes(char)));
    const old = this.argument({ accept: (char) => char !== '/', escapes: 'all' });
    this.operator((char) => char === '/');
    if (this.scanner.peek() === '}') return this.closed({ name, operator, args: [old] });
    return this.closed({ name, operator, args: [old, this.argument({ accept: notClosing, escapes: 'all' })] });
  }
}
