/**
 * Bad input is data: every engine returns what it made and the list of what was wrong, never an exception for bad input.
 * In: nothing. Out: the shape of a problem and its one-line form. Never: decides what happens because of it.
 */

/** One thing that is wrong with an input. `code` is stable and documented; `message` is a sentence a person can act on. */
export interface Problem {
  /** Stable CamelCase identifier, used as a condition reason, for example `InvalidYaml`. */
  readonly code: string;
  readonly message: string;
  readonly severity?: 'error' | 'warning';
  /** Path of the file inside its source. */
  readonly file?: string;
  /** 1-based. */
  readonly line?: number;
  /** 1-based, in characters. */
  readonly column?: number;
  /** Field path inside the object, for example `spec.template.spec.containers[0].image`. */
  readonly field?: string;
  /** The object it is about, as `Kind/namespace/name`. */
  readonly object?: string;
  /** What to do next. */
  readonly hint?: string;
}

/** A value together with what was wrong while making it. Without an error-severity problem, the value is complete. */
export interface Outcome<T> {
  readonly value: T;
  readonly problems: readonly Problem[];
}

export const isError = (problem: Problem): boolean => problem.severity !== 'warning';

/** `apps/shop/web.yaml:12:3: mapping values are not allowed here` */
export function formatProblem(problem: Problem): string {
  const place = [problem.file, problem.line, problem.line === undefined ? undefined : problem.column].filter((part) => part !== undefined);
  const about = [problem.object, problem.field].filter((part) => part !== undefined).join(' ');
  const text = [place.join(':'), about, problem.message].filter((part) => part !== '').join(': ');
  return problem.hint === undefined ? text : `${text} (${problem.hint})`;
}
