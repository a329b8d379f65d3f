/**
 * How an evaluation ends early. Failures are thrown inside the engine only and turned into results at its face.
 * `cause` links them as Go's wrapped errors do: Helm prints a line for each.
 */
export class TemplateFailure extends Error {
  override readonly name: string = 'TemplateFailure';
  override readonly cause: TemplateFailure | undefined;

  constructor(message: string, cause?: TemplateFailure) {
    super(message);
    this.cause = cause;
  }
}

/** A failure with a place: Go's `template.ExecError`. */
export class ExecFailure extends TemplateFailure {
  override readonly name = 'TemplateExecFailure';
  /** Name of the text the failing node stands in. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 0-based, in bytes, as Go counts. */
  readonly column: number;

  constructor(message: string, place: { readonly file: string; readonly line: number; readonly column: number }, cause?: TemplateFailure) {
    super(message, cause);
    this.file = place.file;
    this.line = place.line;
    this.column = place.column;
  }
}
