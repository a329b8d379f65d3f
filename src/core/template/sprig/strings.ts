/** String functions. Source: Masterminds/sprig functions.go, strings.go. */
import { strings } from '../../go/composite/index.ts';
import { GoMap } from '../../go/composite/index.ts';
import { quote, parseGoInt } from '../../go/strconv/index.ts';
import { sprint } from '../../go/fmt/index.ts';
import { basicType, mapType } from '../../go/type/index.ts';
import { type GoValue, int } from '../../go/value/index.ts';
import { fixed, param, type State, TemplateFailure, type TemplateFunction, variadic } from '../exec/index.ts';
import { stringOf, stringsOf } from './convert.ts';
import { Draw } from './host.ts';
import { connectWords } from './naming.ts';
import { byteLength, isAscii, sliceBytes, toLower, toUpper, trimCutset, trimSpace } from './text.ts';
import { abbreviate, camelCase, initials, noSpace, swapCase, title, untitle, wrap } from './words.ts';

const { string, any } = param;
const integer = param.int;

/** strings.Split: an empty separator splits after each character. */
export const splitText = (text: string, separator: string): string[] => (separator === '' ? [...text] : text.split(separator));

/** strings.SplitN: at most `count` parts, the last one whole; all for a negative count, none for 0. */
function splitCount(text: string, how: { readonly separator: string; readonly count: number }, state: State): string[] {
  const { separator, count } = how;
  if (count === 0) return [];
  const parts = split(text, separator, state);
  if (count < 0 || parts.length <= count) return parts;
  return [...parts.slice(0, count - 1), parts.slice(count - 1).join(separator)];
}

/** More parts than this are too many for any limit. */
const mostParts = 1 << 26;

/** What a part takes, in characters, besides its text. */
const partSize = 16;

/** The parts, counted. Those of an empty separator are many: they are counted before they are made. */
function split(text: string, separator: string, state: State): string[] {
  if (separator === '') state.run.budget.reserve(partSize * text.length);
  const parts = splitText(text, separator);
  if (separator !== '' && parts.length > 64) state.run.budget.reserve(partSize * parts.length);
  return parts;
}

const numbered = (parts: readonly string[]): GoMap =>
  new GoMap(
    mapType(basicType.string, basicType.string),
    parts.map((part, i) => [`_${i}`, part]),
  );

/** strings.Replace of everything: an empty `old` matches before every character and at the end. */
export const replaceAll = (text: string, old: string, by: string): string =>
  old === '' ? by + Array.from(text, (c) => c + by).join('') : text.split(old).join(by);

function repeat(count: number, text: string, state: State): string {
  if (count < 0) throw new TemplateFailure('strings: negative Repeat count');
  state.run.budget.reserve(count * text.length);
  return text.repeat(count);
}

function indent(spaces: number, text: string, state: State): string {
  const pad = repeat(spaces, ' ', state);
  if (!text.includes('\n')) return pad + text;
  const lines = text.split('\n');
  state.run.budget.reserve(text.length + lines.length * pad.length);
  return pad + lines.join(`\n${pad}`);
}

function trunc(count: number, text: string): string {
  const length = isAscii(text) ? text.length : byteLength(text);
  if (count < 0 && length + count > 0) return sliceBytes(text, length + count, length);
  return count >= 0 && length > count ? sliceBytes(text, 0, count) : text;
}

function substring(start: number, end: number, text: string): string {
  const length = byteLength(text);
  const from = start < 0 ? 0 : start;
  const to = start < 0 ? end : end < 0 || end > length ? length : end;
  if (to < 0 || to > length)
    throw new TemplateFailure(`runtime error: slice bounds out of range [:${to}]${to > length ? ` with length ${length}` : ''}`);
  if (from > to) throw new TemplateFailure(`runtime error: slice bounds out of range [${from}:${to}]`);
  return sliceBytes(text, from, to);
}

const cat = (values: readonly GoValue[]): string => {
  const given = values.filter((value) => value !== null);
  return given.map((value) => (typeof value === 'string' ? value : sprint([value]))).join(' ');
};

const alphabet = {
  alphaNumeric: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
  alpha: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz',
  numeric: '0123456789',
  ascii: Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join(''),
} as const;

/** A random text; goutils reports an error for a negative count, which sprig drops. */
const random = (characters: string): TemplateFunction =>
  fixed([integer], ([count], state) => {
    if (count <= 0) return '';
    state.run.budget.reserve(count);
    const draw = new Draw(state, count);
    return Array.from({ length: count }, () => characters[draw.below(characters.length)] ?? '').join('');
  });

function shuffle(text: string, state: State): string {
  const characters = [...text];
  const draw = new Draw(state, characters.length);
  for (let i = characters.length - 1; i > 0; i--) {
    const other = draw.below(i + 1);
    [characters[i], characters[other]] = [characters[other] ?? '', characters[i] ?? ''];
  }
  return characters.join('');
}

const quoteAll = (values: readonly GoValue[]): string => {
  const first = values[0];
  if (values.length === 1 && typeof first === 'string') return quote(first);
  return values
    .filter((value) => value !== null)
    .map((value) => quote(stringOf(value)))
    .join(' ');
};

const squoteAll = (values: readonly GoValue[]): string =>
  values
    .filter((value) => value !== null)
    .map((value) => `'${sprint([value])}'`)
    .join(' ');

function atoi(text: string): number | bigint {
  return parseGoInt(text).value;
}

const repeated: TemplateFunction = fixed([integer, string], ([count, text], state) => repeat(count, text, state));
const text1 = (change: (text: string) => string): TemplateFunction => fixed([string], ([text]) => change(text));
const trimming: TemplateFunction = fixed([string, string], ([cutset, text]) => trimCutset(text, cutset));

/** Name → function. */
export const stringFunctions: readonly (readonly [string, TemplateFunction])[] = [
  ['hello', fixed([], () => 'Hello!')],
  ['abbrev', fixed([integer, string], ([width, text]) => (width < 4 ? text : (abbreviate(text, 0, width) ?? '')))],
  [
    'abbrevboth',
    fixed([integer, integer, string], ([left, right, text]) =>
      right < 4 || (left > 0 && right < 7) ? text : (abbreviate(text, left, right) ?? ''),
    ),
  ],
  ['trunc', fixed([integer, string], ([count, text]) => trunc(count, text))],
  ['trim', text1(trimSpace)],
  ['upper', text1(toUpper)],
  ['lower', text1(toLower)],
  ['title', text1(title)],
  ['untitle', text1(untitle)],
  ['substr', fixed([integer, integer, string], ([start, end, text]) => substring(start, end, text))],
  ['repeat', repeated],
  ['trimall', trimming],
  ['trimAll', trimming],
  [
    'trimSuffix',
    fixed([string, string], ([suffix, text]) =>
      suffix !== '' && text.endsWith(suffix) ? text.slice(0, text.length - suffix.length) : text,
    ),
  ],
  ['trimPrefix', fixed([string, string], ([prefix, text]) => (text.startsWith(prefix) ? text.slice(prefix.length) : text))],
  ['nospace', text1(noSpace)],
  ['initials', text1(initials)],
  ['randAlphaNum', random(alphabet.alphaNumeric)],
  ['randAlpha', random(alphabet.alpha)],
  ['randAscii', random(alphabet.ascii)],
  ['randNumeric', random(alphabet.numeric)],
  ['swapcase', text1(swapCase)],
  ['shuffle', fixed([string], ([text], state) => shuffle(text, state))],
  ['snakecase', text1((text) => connectWords(text, '_'))],
  ['camelcase', text1(camelCase)],
  ['kebabcase', text1((text) => connectWords(text, '-'))],
  ['wrap', fixed([integer, string], ([width, text]) => wrap(text, { width, newline: '', breakWords: false }))],
  ['wrapWith', fixed([integer, string, string], ([width, newline, text]) => wrap(text, { width, newline, breakWords: true }))],
  ['contains', fixed([string, string], ([part, text]) => text.includes(part))],
  ['hasPrefix', fixed([string, string], ([prefix, text]) => text.startsWith(prefix))],
  ['hasSuffix', fixed([string, string], ([suffix, text]) => text.endsWith(suffix))],
  ['quote', variadic([], any, quoteAll)],
  ['squote', variadic([], any, squoteAll)],
  ['cat', variadic([], any, cat)],
  ['indent', fixed([integer, string], ([spaces, text], state) => indent(spaces, text, state))],
  ['nindent', fixed([integer, string], ([spaces, text], state) => `\n${indent(spaces, text, state)}`)],
  [
    'replace',
    fixed([string, string, string], ([old, by, text], state) => {
      // Counted before it is made: a short text can become a very long one.
      const count = old === '' ? text.length + 1 : by.length > old.length ? text.split(old, mostParts).length - 1 : 0;
      state.run.budget.reserve(text.length + count * Math.max(0, by.length - old.length));
      return replaceAll(text, old, by);
    }),
  ],
  ['plural', fixed([string, string, integer], ([one, many, count]) => (count === 1 ? one : many))],
  ['toString', fixed([any], ([value]) => stringOf(value))],
  ['atoi', fixed([string], ([text]) => int(atoi(text)))],
  ['split', fixed([string, string], ([separator, text], state) => numbered(split(text, separator, state)))],
  ['splitList', fixed([string, string], ([separator, text], state) => strings(split(text, separator, state)))],
  [
    'splitn',
    fixed([string, integer, string], ([separator, count, text], state) => numbered(splitCount(text, { separator, count }, state))),
  ],
  ['toStrings', fixed([any], ([value]) => strings(stringsOf(value)))],
  ['join', fixed([string, any], ([separator, value]) => stringsOf(value).join(separator))],
];
