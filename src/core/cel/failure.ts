/** What goes wrong while reading or running an expression; caught at the face. */

/** The expression itself is wrong; `at` is an offset in UTF-16 units. */
export class CompileFailure extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

/** The expression cannot be evaluated for these values. `&&`, `||` and the quantifiers may absorb it. */
export class EvalFailure extends Error {}

/** The budget is used up. Nothing absorbs it. */
export class BudgetFailure extends Error {
  constructor() {
    super('operation cancelled: actual cost limit exceeded');
  }
}

/** cel-go's word for arguments that no overload takes. */
export const noSuchOverload = (): EvalFailure => new EvalFailure('no such overload');
