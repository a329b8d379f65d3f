/** Compiles statements to closures. Source of the rules: Go text/template/exec.go walk, walkIfOrWith, walkTemplate. */
import { assertNever } from '../../../std/index.ts';
import { isTrue } from '../../go/reflect/index.ts';
import { quote } from '../../go/strconv/index.ts';
import type { ActionNode, BranchNode, ListNode, StatementNode, TemplateNode } from '../parse/index.ts';
import type { Compiler } from './compiler.ts';
import type { Coverage } from './coverage.ts';
import { compileOperand, compilePipe } from './expressions.ts';
import type { FunctionTable } from './params.ts';
import { printValue } from './print.ts';
import { compileRange } from './range.ts';
import { scoped } from './scope.ts';
import { type Body, type Exec, State } from './state.ts';

/** Compiles the body of a template. The result holds no state: it serves any number of executions. */
export function compileBody(root: ListNode, functions: FunctionTable, coverage?: Coverage): Body {
  const scope = { bindings: { name: '$', slot: 0, flag: undefined, outer: undefined }, dotFlag: undefined, slots: 1 };
  const exec = compileList({ functions, coverage, scope, operand: compileOperand, later }, root);
  return { exec };
}

function compileList(compiler: Compiler, list: ListNode): Exec {
  const exec = compileStatements(compiler, list);
  const counted = compiler.coverage?.counterOf(list);
  if (counted === undefined) return exec;
  return (state, dot) => {
    counted();
    return exec(state, dot);
  };
}

/** A branch is compiled when it first runs: most of a large chart's never do. It sees the variables that are in sight now. */
function later(compiler: Compiler, list: ListNode): () => Exec {
  const inner = { ...compiler, scope: { ...compiler.scope } };
  return () => compileList(inner, list);
}

function compileStatements(compiler: Compiler, list: ListNode): Exec {
  const statements: Exec[] = [];
  for (const node of list.nodes) if (node.kind !== 'comment') statements.push(compileStatement(compiler, node));
  const [first, second] = statements;
  if (first === undefined) return () => 0;
  if (second === undefined) return first;
  return (state, dot) => {
    for (const statement of statements) {
      const signal = statement(state, dot);
      if (signal !== 0) return signal;
    }
    return 0;
  };
}

function compileStatement(compiler: Compiler, node: Exclude<StatementNode, { kind: 'comment' }>): Exec {
  switch (node.kind) {
    case 'text':
      return compileText(node.text);
    case 'action':
      return compileAction(compiler, node);
    case 'if':
    case 'with':
      return compileIfOrWith(compiler, node);
    case 'range':
      return compileRange(compiler, node);
    case 'template':
      return compileTemplateCall(compiler, node);
    case 'break':
      return () => 1;
    case 'continue':
      return () => 2;
    default:
      return assertNever(node);
  }
}

function compileText(text: string): Exec {
  return (state) => {
    state.run.budget.write(text.length);
    state.out.text += text;
    return 0;
  };
}

function compileAction(compiler: Compiler, node: ActionNode): Exec {
  const value = compilePipe(compiler, node.pipe);
  const isSilent = node.pipe.decl.length > 0;
  return (state, dot) => {
    state.run.budget.step();
    const result = value(state, dot);
    if (isSilent) return 0;
    state.at = node;
    const text = typeof result === 'string' ? result : printValue(state, node, result);
    state.run.budget.write(text.length);
    state.out.text += text;
    return 0;
  };
}

function compileIfOrWith(compiler: Compiler, node: BranchNode): Exec {
  return scoped(compiler.scope, () => {
    const isWith = node.kind === 'with';
    const value = compilePipe(compiler, node.pipe);
    const otherwise = node.elseList === undefined ? undefined : later(compiler, node.elseList);
    if (isWith) compiler.scope.dotFlag = undefined;
    const then = later(compiler, node.list);
    let thenExec: Exec | undefined;
    let elseExec: Exec | undefined;
    return (state, dot) => {
      state.run.budget.step();
      const result = value(state, dot);
      if (result !== undefined && isTrue(result)) return (thenExec ??= then())(state, isWith ? result : dot);
      return otherwise === undefined ? 0 : (elseExec ??= otherwise())(state, dot);
    };
  });
}

function compileTemplateCall(compiler: Compiler, node: TemplateNode): Exec {
  const value = node.pipe === undefined ? undefined : compilePipe(compiler, node.pipe);
  return (state, dot) => {
    const { run } = state;
    run.budget.step();
    state.at = node;
    const template = state.set.lookup(node.name) ?? state.fail(`template ${quote(node.name)} not defined`);
    if (run.depth >= run.budget.limits.depth) state.fail(`exceeded maximum template depth (${run.budget.limits.depth})`);
    const data = value?.(state, dot);
    run.depth++;
    const body = template.body();
    body.exec(new State(run, { set: state.set, template, out: state.out }, [data]), data);
    run.depth--;
    return 0;
  };
}
