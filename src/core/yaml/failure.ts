/**
 * How reading YAML fails: the text Go's library gives, and the true place. Thrown inside this folder, turned into a value at its face.
 */
import type { Variant } from './variant.ts';

/** Why a text could not be read. `message` is what Go says, with its line counting; `line` and `column` are the true place, from 1. */
export interface YamlError {
  readonly message: string;
  readonly line?: number;
  readonly column?: number;
  /** When `message` lists several problems of a document: each by itself. */
  readonly parts?: readonly YamlError[];
}

/** Where something is in a text, from 0. `index` counts UTF-16 units. */
export interface Mark {
  readonly index: number;
  readonly line: number;
  readonly column: number;
}

export class YamlFailure extends Error implements YamlError {
  readonly line?: number;
  readonly column?: number;
  readonly parts?: readonly YamlError[];

  constructor(message: string, mark?: Mark, parts?: readonly YamlError[]) {
    super(message);
    if (parts !== undefined) this.parts = parts;
    if (mark !== undefined) {
      this.line = mark.line + 1;
      this.column = mark.column + 1;
    }
  }
}

/** Which part of the reader found the problem: the scanner's lines count from 1 in messages, the parser's from 0 (Go: decode.go, parser.fail). */
export type Finder = 'scanner' | 'parser';

export interface Finding {
  readonly finder: Finder;
  readonly problem: string;
  readonly at: Mark;
  /** Where the construct around it starts. */
  readonly context?: Mark;
}

const shownLine = (mark: Mark | undefined, shift: number): number => (mark === undefined || mark.line === 0 ? 0 : mark.line + shift);

/** The failure of `finding`, worded as the variant words it. */
export function failureOf(finding: Finding, variant: Variant): YamlFailure {
  const { finder, problem, at, context } = finding;
  const shift = finder === 'scanner' ? 1 : 0;
  const line =
    variant.errorPlace === 'problem' ? shownLine(at, shift) || shownLine(context, 0) : shownLine(context, shift) || shownLine(at, shift);
  return new YamlFailure(`yaml: ${line === 0 ? '' : `line ${line}: `}${problem}`, at);
}

/** A failure of composing or decoding; go-yaml gives these no line. */
export const failure = (problem: string, mark?: Mark): YamlFailure => new YamlFailure(`yaml: ${problem}`, mark);
