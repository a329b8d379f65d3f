/** Putting the values in. */
import type { Outcome, Problem } from '../problem/index.ts';
import { SubstitutionFailure } from './failure.ts';
import { functionOf, providesDefault } from './functions.table.ts';
import { type Node, parse } from './parse.ts';
import type { Variables } from './variables.ts';

export interface SubstituteOptions {
  /** A variable that is not set and has no default is a problem; otherwise it is empty. */
  readonly strict: boolean;
  /** Bound of the result, in UTF-16 units. */
  readonly maxLength?: number;
}

const MAX_LENGTH = 64 * 1024 * 1024;

/** The text with every `${…}` replaced; `$$` writes a dollar sign. With a problem, the value is the text as it was. */
export function substitute(text: string, variables: Variables, options: SubstituteOptions): Outcome<string> {
  if (!text.includes('$')) return { value: text, problems: [] };
  const evaluation = new Evaluation(variables, options);
  try {
    const value = evaluation.all(parse(text));
    return evaluation.problems.length === 0 ? { value, problems: [] } : { value: text, problems: evaluation.problems };
  } catch (error) {
    if (!(error instanceof SubstitutionFailure)) throw error;
    const problem: Problem = { code: 'InvalidSubstitution', message: error.message, hint: 'write $$ for a dollar sign' };
    return { value: text, problems: [...evaluation.problems, problem] };
  }
}

class Evaluation {
  readonly problems: Problem[] = [];
  private readonly variables: Variables;
  private readonly strict: boolean;
  private readonly missing = new Set<string>();
  private left: number;

  constructor(variables: Variables, { strict, maxLength = MAX_LENGTH }: SubstituteOptions) {
    this.variables = variables;
    this.strict = strict;
    this.left = maxLength;
  }

  all(nodes: readonly Node[]): string {
    return nodes.map((node) => this.one(node)).join('');
  }

  private one(node: Node): string {
    const text =
      typeof node === 'string'
        ? node
        : this.call(
            node.name,
            node.operator,
            node.args.map((arg) => this.one(arg)),
          );
    this.left -= text.length;
    if (this.left < 0) throw new SubstitutionFailure('the result is too long');
    return text;
  }

  private call(name: string, operator: string, args: readonly string[]): string {
    const value = this.variables.get(name);
    if (value === undefined && this.strict && !providesDefault.has(operator)) this.reportMissing(name);
    return functionOf(operator)(value ?? '', args);
  }

  private reportMissing(name: string): void {
    if (this.missing.has(name)) return;
    this.missing.add(name);
    this.problems.push({
      code: 'VariableNotSet',
      message: `variable not set (strict mode): "${name}"`,
      hint: `set ${name} in build.variables, give it a default with \${${name}:=…}, or write $\${${name}} to keep the text`,
    });
  }
}
