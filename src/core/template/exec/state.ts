/** What changes while a template runs. One State per template invocation; `at` is the node Go would name in an error. */
import { quote } from '../../go/strconv/index.ts';
import type { GoValue } from '../../go/value/index.ts';
import { lineAt, type Node, printNode } from '../parse/index.ts';
import type { Budget } from './budget.ts';
import { ExecFailure, type TemplateFailure } from './failure.ts';

/**
 * A value as reflection sees it: `undefined` is Go's invalid `reflect.Value` (no value at all), `null` a nil inside an interface
 * (an element of a map or list). Leaving a pipeline turns the second into the first.
 */
export type Value = GoValue | undefined;

/** 0 go on, 1 break, 2 continue. */
export type Signal = 0 | 1 | 2;

export type Eval = (state: State, dot: Value) => Value;
export type Exec = (state: State, dot: Value) => Signal;

export interface Body {
  readonly exec: Exec;
}

/** A named template of a set. */
export interface Template {
  readonly name: string;
  /** The text it was parsed from, and that text's name: where errors point. */
  readonly parseName: string;
  readonly text: string;
  /** Nothing but space and comments. */
  readonly isEmpty: boolean;
  /** Compiled on first use. */
  readonly body: () => Body;
}

/** Go: `missingkey=default`, `=zero`, `=error`. */
export type MissingKey = 'default' | 'zero' | 'error';

/** Templates that can call each other. */
export interface Templates {
  readonly name: string;
  readonly missingKey: MissingKey;
  lookup(name: string): Template | undefined;
}

/** What stays the same over all invocations of one execution. `Host` is what the function families need of the outside. */
export interface Run {
  readonly budget: Budget;
  /** Whatever the caller's functions need; the engine itself never looks at it. */
  readonly host: unknown;
  /** Nested executions at the moment, through `template`, `include` and `tpl`. */
  depth: number;
}

export interface Writer {
  text: string;
}

export class State {
  readonly run: Run;
  readonly set: Templates;
  readonly template: Template;
  readonly out: Writer;
  /** By slot; `undefined` both for "no value" and "not declared yet". */
  readonly vars: Value[];
  at: Node | undefined;

  constructor(run: Run, place: { readonly set: Templates; readonly template: Template; readonly out: Writer }, vars: Value[]) {
    this.run = run;
    this.set = place.set;
    this.template = place.template;
    this.out = place.out;
    this.vars = vars;
    this.at = undefined;
  }

  /** The line that is being evaluated. */
  place(): { readonly file: string; readonly line: number } {
    const { parseName, text } = this.template;
    return { file: parseName, line: this.at === undefined ? 1 : lineAt(text, this.at.pos) };
  }

  /** Ends the execution with Go's text: where, in which template, at which expression. */
  fail(message: string, cause?: TemplateFailure): never {
    const { parseName, text, name } = this.template;
    if (this.at === undefined) throw new ExecFailure(`template: ${name}: ${message}`, { file: parseName, line: 1, column: 0 }, cause);
    const line = lineAt(text, this.at.pos);
    const column = columnAt(text, this.at.pos);
    const place = `${parseName}:${line}:${column}`;
    const shown = printNode(this.at);
    throw new ExecFailure(
      `template: ${place}: executing ${quote(name)} at <${shown}>: ${message}`,
      { file: parseName, line, column },
      cause,
    );
  }
}

/** 0-based column in bytes. */
function columnAt(text: string, pos: number): number {
  let column = 0;
  for (let at = text.lastIndexOf('\n', pos - 1) + 1; at < pos; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x80) column += 1;
    else if (code < 0x800) column += 2;
    else if (code >= 0xd800 && code < 0xdc00) {
      column += 4;
      at++;
    } else column += 3;
  }
  return column;
}
