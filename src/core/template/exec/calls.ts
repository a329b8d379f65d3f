/** Compiles calls of functions and methods: argument types, counts, and Go's words for what does not fit. Go: text/template/exec.go evalCall. */
import { isTrue, typeName } from '../../go/reflect/index.ts';
import { basicType, type GoMethod, type GoType } from '../../go/type/index.ts';
import { GoComplex, GoFloat32, GoInt, type GoValue } from '../../go/value/index.ts';
import type { CommandNode, ExprNode, IdentifierNode, Node } from '../parse/index.ts';
import { printNode } from '../parse/index.ts';
import type { Command, Compiler, Following } from './compiler.ts';
import { compileNumber } from './constants.ts';
import { TemplateFailure } from './failure.ts';
import { type Param, param, paramOfType, type TemplateFunction, validate } from './params.ts';
import type { Eval, State, Value } from './state.ts';
import { lengthCost } from './weigh.ts';

type Arg = (state: State, dot: Value) => unknown;

interface Call extends Following {
  readonly ident: IdentifierNode;
  /** Marked when the function itself fails: the whole command, or the identifier when it stands as an argument. */
  readonly node: CommandNode | IdentifierNode;
}

const thrower =
  (at: Node, message: string): Command =>
  (state) => {
    state.at = at;
    return state.fail(message);
  };

/** What is wrong with the number of arguments, in Go's words; undefined when nothing is. */
function countProblem(
  name: string,
  params: { readonly count: number; readonly variadic: boolean },
  following: Following,
): string | undefined {
  const given = following.args.length + (following.hasFinal ? 1 : 0);
  if (params.variadic) {
    return given < params.count - 1
      ? `wrong number of args for ${name}: want at least ${params.count - 1} got ${following.args.length}`
      : undefined;
  }
  return given === params.count ? undefined : `wrong number of args for ${name}: want ${params.count} got ${given}`;
}

/** A function with its arguments. */
export function compileCall(compiler: Compiler, call: Call): Command {
  const name = call.ident.ident;
  const func = compiler.functions.get(name);
  if (func === undefined) return thrower(call.ident, `"${name}" is not a defined function`);
  const problem = countProblem(name, { count: func.params.length, variadic: func.variadic }, call);
  if (problem !== undefined) return thrower(call.ident, problem);
  const args = compileArgs(compiler, func, call.args);
  if (func.shortCircuit !== undefined) return compileShortCircuit(call, args, func.shortCircuit === 'or');
  return invocation(func, { name, call, args, finalParam: call.hasFinal ? paramAt(func, call.args.length) : undefined });
}

interface Invocation {
  readonly name: string;
  readonly call: Call;
  readonly args: readonly Arg[];
  readonly finalParam: Param<unknown> | undefined;
}

function invocation(func: TemplateFunction, { name, call, args, finalParam }: Invocation): Command {
  const { ident, node } = call;
  const callee = func.namesCallee === true ? calleeName(call) : undefined;
  const count = args.length;
  return (state, dot, final) => {
    state.at = ident;
    const values: unknown[] = callee === undefined ? [] : [callee(final)];
    for (let i = 0; i < count; i++) values.push((args[i] as Arg)(state, dot));
    if (finalParam !== undefined) values.push(validate(state, final, finalParam));
    state.run.budget.step(1 + lengthCost(values));
    let result: Value;
    try {
      result = func.call(values, state);
    } catch (error) {
      return failedCall(state, { node, name }, error);
    }
    if (typeof result === 'string' && result.length > 64) state.run.budget.reserve(result.length);
    return result;
  };
}

/** What `call` names in its errors: the text of what is called; of a value from a pipe what Go's reflect.Value.String says. */
function calleeName({ args: [written] }: Call): (final: Value) => string {
  if (written === undefined)
    return (final) => (typeof final === 'string' ? final : `<${final === undefined ? 'invalid' : typeName(final)} Value>`);
  const text = printNode(written);
  return () => text;
}

function failedCall(state: State, call: { readonly node: Node; readonly name: string }, error: unknown): never {
  if (!(error instanceof TemplateFailure)) throw error;
  state.at = call.node;
  return state.fail(`error calling ${call.name}: ${error.message}`, error);
}

/** The parameter an argument at that place belongs to. */
const paramAt = (func: { readonly params: readonly Param<unknown>[] }, index: number): Param<unknown> =>
  func.params[Math.min(index, func.params.length - 1)] as Param<unknown>;

const compileArgs = (compiler: Compiler, func: { readonly params: readonly Param<unknown>[] }, args: readonly ExprNode[]): Arg[] =>
  args.map((arg, index) => compileArg(compiler, arg, paramAt(func, index)));

/** `and` and `or` stop at the argument that decides; what the pipe brings is the last one. */
function compileShortCircuit(call: Call, args: readonly Arg[], stopAt: boolean): Command {
  return (state, dot, final) => {
    state.at = call.ident;
    let value: Value;
    for (const arg of args) {
      value = arg(state, dot) as Value;
      if (isTrue(value ?? null) === stopAt) return value;
    }
    return call.hasFinal ? final : value;
  };
}

/** What one method makes of the arguments. */
interface MethodArguments {
  readonly problem: string | undefined;
  readonly args: readonly Arg[];
  readonly finalParam: Param<unknown> | undefined;
}

/** A method with its arguments; its types are known only when the receiver is. */
export function compileMethodCall(
  compiler: Compiler,
  call: Following & { readonly node: Node; readonly name: string },
): (state: State, dot: Value, on: { readonly method: GoMethod; readonly receiver: GoValue; readonly final: Value }) => Value {
  const scope = { ...compiler.scope };
  const argumentsFor = ({ signature: { params: types, variadic } }: GoMethod): MethodArguments => {
    const problem = countProblem(call.name, { count: types.length, variadic }, call);
    const func = { params: types.map(paramOfType) };
    const args = problem === undefined ? compileArgs({ ...compiler, scope: { ...scope } }, func, call.args) : [];
    return { problem, args, finalParam: call.hasFinal && problem === undefined ? paramAt(func, call.args.length) : undefined };
  };
  // At one place it is nearly always the same method.
  let last: { readonly method: GoMethod; readonly how: MethodArguments } | undefined;
  return (state, dot, { method, receiver, final }) => {
    if (last?.method !== method) last = { method, how: argumentsFor(method) };
    const { problem, args, finalParam } = last.how;
    if (problem !== undefined) return state.fail(problem);
    const values = args.map((arg) => arg(state, dot));
    if (finalParam !== undefined) values.push(validate(state, final, finalParam));
    const { budget } = state.run;
    budget.step(1 + lengthCost(values));
    const result = method.call(receiver, values);
    if (result.ok) {
      budget.step(lengthCost([result.value]));
      if (typeof result.value === 'string' && result.value.length > 64) budget.reserve(result.value.length);
      return result.value as Value;
    }
    state.at = call.node;
    return state.fail(`error calling ${call.name}: ${result.error}`, new TemplateFailure(result.error));
  };
}

/** Go: evalArg. An argument as its parameter wants it; literals are converted now. */
function compileArg(compiler: Compiler, node: ExprNode, to: Param<unknown>): Arg {
  switch (node.kind) {
    case 'dot':
      return (state, dot) => {
        state.at = node;
        return validate(state, dot, to);
      };
    case 'nil':
      return compileNil(node, to);
    case 'bool':
    case 'number':
    case 'string':
      return compileConstant(node, to);
    default: {
      const value = compiler.operand(compiler, node);
      return (state, dot) => {
        state.at = node;
        return validate(state, value(state, dot), to);
      };
    }
  }
}

function compileNil(node: ExprNode, to: Param<unknown>): Arg {
  if (!to.nilable) return failing(node, `cannot assign nil to ${to.type.name}`);
  const { nil } = to;
  return (state) => {
    state.at = node;
    return nil;
  };
}

const failing =
  (node: ExprNode, message: string): Arg =>
  (state) => {
    state.at = node;
    return state.fail(message);
  };

type Literal = Extract<ExprNode, { kind: 'bool' | 'number' | 'string' }>;

function compileConstant(node: Literal, to: Param<unknown>): Arg {
  if (to.isValue || to.type.name === param.any.type.name) {
    if (node.kind === 'number') return compileNumber(node) satisfies Eval;
    return constant(node, node.kind === 'bool' ? node.value : node.text);
  }
  const expected = expectation(to.type);
  if (expected === undefined) return failing(node, `can't handle ${printNode(node)} for arg of type ${to.type.name}`);
  const value = literalOf(node, to.type);
  const accepted = value === undefined ? undefined : to.accept(value);
  return accepted === undefined ? failing(node, `expected ${expected}; found ${printNode(node)}`) : constant(node, accepted);
}

const constant =
  (node: ExprNode, value: unknown): Arg =>
  (state) => {
    state.at = node;
    return value;
  };

/** What Go says it expected; undefined for types no literal fits. */
function expectation({ kind }: GoType): string | undefined {
  if (kind === 'bool' || kind === 'string') return kind;
  if (kind.startsWith('int') && kind !== 'interface') return 'integer';
  if (kind.startsWith('uint')) return 'unsigned integer';
  if (kind.startsWith('float')) return 'float';
  return kind.startsWith('complex') ? 'complex' : undefined;
}

function literalOf(node: Literal, type: GoType): GoValue | undefined {
  if (node.kind === 'bool') return type.kind === 'bool' ? node.value : undefined;
  if (node.kind === 'string') return type.kind === 'string' ? node.text : undefined;
  if (type.kind === 'float64') return node.float;
  if (type.kind === 'float32') return node.float === undefined ? undefined : new GoFloat32(node.float);
  if (type.kind.startsWith('complex'))
    return node.complex === undefined ? undefined : new GoComplex(basicType.complex128, node.complex[0], node.complex[1]);
  const integer = type.kind.startsWith('uint') ? node.uint : node.int;
  return integer === undefined || type.kind === 'bool' || type.kind === 'string' ? undefined : new GoInt(type, integer);
}
