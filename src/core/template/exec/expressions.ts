/** Compiles pipelines, commands and operands to closures. Source of the rules: Go text/template/exec.go. */
import type { ChainNode, CommandNode, ExprNode, FieldNode, PipeNode, VariableNode } from '../parse/index.ts';
import { printNode } from '../parse/index.ts';
import { compileCall, compileMethodCall } from './calls.ts';
import type { Command, Compiler, Following } from './compiler.ts';
import { compileNumber } from './constants.ts';
import { walkFields, walkFieldsWith } from './fields.ts';
import { declare, findBinding } from './scope.ts';
import type { Eval, State, Value } from './state.ts';

/** A pipeline's value, unwrapped as Go does at every stage: a nil inside an interface becomes "no value". */
export function compilePipe(compiler: Compiler, pipe: PipeNode): Eval {
  const value = compileStages(compiler, pipe);
  if (pipe.decl.length === 0) return value;
  const stores = pipe.decl.map((variable) => compileStore(compiler, variable.ident[0] ?? '', pipe.isAssign));
  return (state, dot) => {
    const result = value(state, dot);
    for (const store of stores) store(state, result);
    return result;
  };
}

function compileStages(compiler: Compiler, pipe: PipeNode): Eval {
  const commands = pipe.cmds.map((command, index) => compileCommand(compiler, command, index > 0));
  const [first, second, ...others] = commands;
  if (first === undefined) return () => undefined;
  if (second === undefined) {
    return (state, dot) => {
      state.at = pipe;
      return first(state, dot, undefined) ?? undefined;
    };
  }
  return (state, dot) => {
    state.at = pipe;
    let value = second(state, dot, first(state, dot, undefined) ?? undefined) ?? undefined;
    for (const command of others) value = command(state, dot, value) ?? undefined;
    return value;
  };
}

function compileStore(compiler: Compiler, name: string, isAssign: boolean): (state: State, value: Value) => void {
  if (!isAssign) {
    const slot = declare(compiler.scope, name);
    return (state, value) => {
      state.vars[slot] = value;
    };
  }
  const binding = findBinding(compiler.scope, name);
  if (binding === undefined) return (state) => state.fail(`undefined variable: ${name}`);
  const { slot, flag } = binding;
  return (state, value) => {
    state.vars[slot] = value;
    if (flag !== undefined) state.vars[flag] = false;
  };
}

function compileCommand(compiler: Compiler, command: CommandNode, hasFinal: boolean): Command {
  const first = command.args[0] as ExprNode;
  const args = command.args.slice(1);
  switch (first.kind) {
    case 'field':
      return compileField(compiler, first, { args, hasFinal });
    case 'chain':
      return compileChain(compiler, first, { args, hasFinal });
    case 'variable':
      return compileVariable(compiler, first, { args, hasFinal });
    case 'identifier':
      return compileCall(compiler, { ident: first, node: command, args, hasFinal });
    case 'pipe': {
      if (args.length > 0 || hasFinal) return noFunction(first, undefined);
      return compilePipe(compiler, first);
    }
    default:
      if (args.length > 0 || hasFinal) return noFunction(first, first);
      return compileLiteral(first);
  }
}

/** Arguments for something that is no function. `at`: the node Go has marked by then. */
function noFunction(first: ExprNode, at: ExprNode | undefined): Command {
  const shown = printNode(first);
  return (state) => {
    if (at !== undefined) state.at = at;
    return state.fail(`can't give argument to non-function ${shown}`);
  };
}

/** A literal or dot as a command of its own. */
function compileLiteral(node: Exclude<ExprNode, FieldNode | ChainNode | VariableNode | PipeNode | { kind: 'identifier' }>): Command {
  switch (node.kind) {
    case 'dot':
      return (state, dot) => {
        state.at = node;
        return dot;
      };
    case 'nil':
      return (state) => {
        state.at = node;
        return state.fail('nil is not a command');
      };
    case 'number':
      return compileNumber(node);
    default: {
      const value = node.kind === 'bool' ? node.value : node.text;
      return (state) => {
        state.at = node;
        return value;
      };
    }
  }
}

const nothing: Following = Object.freeze({ args: [], hasFinal: false });

export function compileField(compiler: Compiler, node: FieldNode, following: Following = nothing): Command {
  const { dotFlag } = compiler.scope;
  const names = node.ident;
  if (following.args.length === 0 && !following.hasFinal) {
    return (state, dot) => {
      state.at = node;
      return walkFields(state, dot, names, dotFlag);
    };
  }
  const call = compileMethodCall(compiler, { node, name: names.at(-1) ?? '', ...following });
  return (state, dot, final) => {
    state.at = node;
    const via = dotFlag !== undefined && state.vars[dotFlag] === true;
    return walkFieldsWith(
      state,
      { receiver: dot, names, via },
      { hasArgs: true, call: (method, receiver) => call(state, dot, { method, receiver, final }) },
    );
  };
}

export function compileVariable(compiler: Compiler, node: VariableNode, following: Following = nothing): Command {
  const name = node.ident[0] ?? '';
  const binding = findBinding(compiler.scope, name);
  // The parser knows a variable before its own value is computed: `$x := $x`.
  if (binding === undefined) {
    return (state) => {
      state.at = node;
      return state.fail(`undefined variable: ${name}`);
    };
  }
  const { slot, flag } = binding;
  const names = node.ident.slice(1);
  const isPlain = following.args.length === 0 && !following.hasFinal;
  if (names.length === 0) {
    if (!isPlain) return noFunction(node, node);
    return (state) => {
      state.at = node;
      return state.vars[slot];
    };
  }
  if (isPlain) {
    return (state) => {
      state.at = node;
      return walkFields(state, state.vars[slot], names, flag);
    };
  }
  const call = compileMethodCall(compiler, { node, name: names.at(-1) ?? '', ...following });
  return (state, dot, final) => {
    state.at = node;
    const walk = { receiver: state.vars[slot], names, via: flag !== undefined && state.vars[flag] === true };
    return walkFieldsWith(state, walk, { hasArgs: true, call: (method, receiver) => call(state, dot, { method, receiver, final }) });
  };
}

export function compileChain(compiler: Compiler, node: ChainNode, following: Following = nothing): Command {
  const base = compileOperand(compiler, node.node);
  const names = node.fields;
  if (following.args.length === 0 && !following.hasFinal) {
    return (state, dot) => {
      state.at = node;
      return walkFields(state, base(state, dot), names, undefined);
    };
  }
  const call = compileMethodCall(compiler, { node, name: names.at(-1) ?? '', ...following });
  return (state, dot, final) => {
    state.at = node;
    const walk = { receiver: base(state, dot), names, via: false };
    return walkFieldsWith(state, walk, { hasArgs: true, call: (method, receiver) => call(state, dot, { method, receiver, final }) });
  };
}

/** An operand whose value is taken as it is, whatever its type. */
export function compileOperand(compiler: Compiler, node: ExprNode): Eval {
  switch (node.kind) {
    case 'field':
      return plain(compileField(compiler, node));
    case 'variable':
      return plain(compileVariable(compiler, node));
    case 'chain':
      return plain(compileChain(compiler, node));
    case 'identifier':
      return plain(compileCall(compiler, { ident: node, node, args: [], hasFinal: false }));
    case 'pipe':
      return compilePipe(compiler, node);
    default:
      return plain(compileLiteral(node));
  }
}

/** A command that takes nothing from a pipe never looks at its last argument. */
const plain = (command: Command): Eval => command as Eval;
