/** The state of one evaluation, which every part of a planned expression works on. */
import { compileRegexp } from '../go/regexp/index.ts';
import { BudgetFailure, EvalFailure, noSuchOverload } from './failure.ts';
import type { Runtime } from './functions/index.ts';
import type { Value } from './value.ts';

type Pattern = ReturnType<Runtime['pattern']>;

/** Patterns of one program, compiled once: most are literals. Those that come out of data are dropped together when there are many. */
export class Patterns {
  readonly #known = new Map<string, Pattern>();

  get(text: string): Pattern {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const compiled = compileRegexp(text);
    if (!compiled.ok) throw new EvalFailure(compiled.error);
    if (this.#known.size >= mostPatterns) this.#known.clear();
    this.#known.set(text, compiled.value);
    return compiled.value;
  }
}

const mostPatterns = 32;

/** The state of one evaluation: variables, what may still be spent. */
export class Frame implements Runtime {
  spent = 0;
  private readonly limit: number;
  private readonly variables: ReadonlyMap<string, () => Value>;
  private readonly locals: (readonly [string, Value])[] = [];
  private readonly patterns: Patterns;

  constructor(variables: ReadonlyMap<string, () => Value>, { limit, patterns }: { readonly limit: number; readonly patterns: Patterns }) {
    this.variables = variables;
    this.limit = limit;
    this.patterns = patterns;
  }

  spend(cost: number): void {
    this.spent += cost;
    if (this.spent > this.limit) throw new BudgetFailure();
  }

  pattern(text: string): Pattern {
    return this.patterns.get(text);
  }

  get(name: string): Value {
    const local = this.locals.findLast(([candidate]) => candidate === name);
    if (local !== undefined) return local[1];
    const variable = this.variables.get(name);
    if (variable === undefined) throw new EvalFailure(`no such attribute(s): ${name}`);
    return variable();
  }

  /** Runs with variables bound. */
  within<T>(bindings: readonly (readonly [string, Value])[], run: () => T): T {
    this.locals.push(...bindings);
    try {
      return run();
    } finally {
      this.locals.length -= bindings.length;
    }
  }
}

export type Evaluate = (frame: Frame) => Value;

/** What evaluating gave: a value, or why there is none. */
export function attempt(evaluate: Evaluate, frame: Frame): Value | EvalFailure {
  try {
    return evaluate(frame);
  } catch (error) {
    if (error instanceof EvalFailure) return error;
    throw error;
  }
}

export function boolean(value: Value): boolean {
  if (typeof value !== 'boolean') throw noSuchOverload();
  return value;
}
