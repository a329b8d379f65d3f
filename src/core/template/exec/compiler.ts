/** What the parts of the compiler hand to each other. */
import type { ExprNode, ListNode } from '../parse/index.ts';
import type { Coverage } from './coverage.ts';
import type { FunctionTable } from './params.ts';
import type { Scope } from './scope.ts';
import type { Eval, Exec, State, Value } from './state.ts';

/** What compiling needs: the known functions and the variables in sight. */
export interface Compiler {
  readonly functions: FunctionTable;
  /** Told what runs; absent: nobody wants to know. */
  readonly coverage?: Coverage | undefined;
  readonly scope: Scope;
  /** An operand whose value is taken as it is, whatever its type. Here so that calls and expressions need not import each other. */
  readonly operand: (compiler: Compiler, node: ExprNode) => Eval;
  /** A list of statements, compiled when it first runs. */
  readonly later: (compiler: Compiler, list: ListNode) => () => Exec;
}

/** A command: `final` is the value from the pipe's left side, given when the command was compiled with `hasFinal`. */
export type Command = (state: State, dot: Value, final: Value) => Value;

/** What follows the first word of a command. */
export interface Following {
  readonly args: readonly ExprNode[];
  readonly hasFinal: boolean;
}
