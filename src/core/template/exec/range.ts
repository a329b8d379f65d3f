/** `range` over integers, lists, maps in key order, and nothing. Source of the rules: Go text/template/exec.go walkRange. */
import { GoList, GoMap } from '../../go/composite/index.ts';
import { sprint } from '../../go/fmt/index.ts';
import { indirect } from '../../go/reflect/index.ts';
import { basicType } from '../../go/type/index.ts';
import { GoBoxed, GoBytes, GoInt, GoNamed, GoNil, int } from '../../go/value/index.ts';
import type { BranchNode, PipeNode } from '../parse/index.ts';
import type { Compiler } from './compiler.ts';
import { compilePipe } from './expressions.ts';
import { isRecord } from './fields.ts';
import { sortedEntries, sortedKeys } from './order.ts';
import { declare, findBinding, scoped } from './scope.ts';
import type { Exec, Signal, State, Value } from './state.ts';

/** What the loop hands to its variables at each turn. */
type Store = (state: State, turn: Turn) => void;

interface Turn {
  readonly index: Value;
  readonly elem: Value;
  /** The element came out of a container of interfaces. */
  readonly via: boolean;
}

export function compileRange(compiler: Compiler, node: BranchNode): Exec {
  return scoped(compiler.scope, () => {
    const { scope } = compiler;
    const value = compilePipe(compiler, { ...node.pipe, decl: [] });
    const dotFlag = scope.slots++;
    const store = compileStore(compiler, node.pipe, dotFlag);
    const otherwise = node.elseList === undefined ? undefined : compiler.later(compiler, node.elseList);
    scope.dotFlag = dotFlag;
    const body = compiler.later(compiler, node.list);
    let exec: Exec | undefined;
    let elseExec: Exec | undefined;
    const count = node.pipe.decl.length;
    const run = (state: State, turn: Turn): Signal => {
      state.run.budget.step();
      store(state, turn);
      state.vars[dotFlag] = turn.via;
      return (exec ??= body())(state, turn.elem);
    };
    return (state, dot) => {
      state.at = node;
      const ranged = value(state, dot);
      store(state, { index: ranged, elem: ranged, via: false });
      const ran = iterate(state, ranged, { count, turn: (turn) => run(state, turn) });
      return ran || otherwise === undefined ? 0 : (elseExec ??= otherwise())(state, dot);
    };
  });
}

function compileStore(compiler: Compiler, pipe: PipeNode, flag: number): Store {
  const names = pipe.decl.map((variable) => variable.ident[0] ?? '');
  const elemName = names.at(-1);
  if (elemName === undefined) return () => undefined;
  const indexName = names.length > 1 ? names[0] : undefined;
  const setIndex = indexName === undefined ? undefined : compileSlot(compiler, indexName, { pipe, flag: undefined });
  const setElem = compileSlot(compiler, elemName, { pipe, flag });
  return (state, turn) => {
    setIndex?.(state, turn.index);
    setElem(state, turn.elem);
  };
}

function compileSlot(
  compiler: Compiler,
  name: string,
  how: { readonly pipe: PipeNode; readonly flag: number | undefined },
): (state: State, value: Value) => void {
  if (!how.pipe.isAssign) {
    const slot = declare(compiler.scope, name, how.flag);
    return (state, value) => {
      state.vars[slot] = value;
    };
  }
  const binding = findBinding(compiler.scope, name);
  if (binding === undefined) return (state) => state.fail(`undefined variable: ${name}`);
  return (state, value) => {
    state.vars[binding.slot] = value;
  };
}

interface Loop {
  /** How many variables there are. */
  readonly count: number;
  readonly turn: (turn: Turn) => Signal;
}

/** Whether there was anything to go over. */
function iterate(state: State, ranged: Value, loop: Loop): boolean {
  if (ranged === undefined || ranged === null) return false;
  if (Array.isArray(ranged)) return overList(ranged as readonly Value[], true, loop);
  if (isRecord(ranged)) {
    const keys = sortedKeys(ranged);
    for (const key of keys) if (loop.turn({ index: key, elem: ranged[key], via: true }) === 1) break;
    return keys.length > 0;
  }
  const value = indirect(ranged);
  if (value !== ranged && (Array.isArray(value) || isRecord(value))) return iterate(state, value, loop);
  if (value instanceof GoInt) return overInt(state, value, loop);
  if (value instanceof GoList) return overList(value.items, value.type.elem?.kind === 'interface', loop);
  if (value instanceof GoBytes)
    return overList(
      [...value.bytes].map((byte) => new GoInt(basicType.uint8, byte)),
      false,
      loop,
    );
  if (value instanceof GoNamed && value.value instanceof GoBoxed) return iterate(state, value.value, loop);
  if (value instanceof GoMap) {
    const entries = sortedEntries(value);
    const via = value.type.elem?.kind === 'interface';
    for (const [index, elem] of entries) if (loop.turn({ index, elem, via }) === 1) break;
    return entries.length > 0;
  }
  if (value instanceof GoNil && (value.type.kind === 'map' || value.type.kind === 'slice')) return false;
  return state.fail(`range can't iterate over ${sprint([value])}`);
}

function overList(items: readonly Value[], via: boolean, loop: Loop): boolean {
  for (let i = 0; i < items.length; i++) {
    if (loop.turn({ index: loop.count > 1 ? int(i) : undefined, elem: items[i], via }) === 1) break;
  }
  return items.length > 0;
}

function overInt(state: State, value: GoInt, loop: Loop): boolean {
  if (loop.count > 1) state.fail(`can't use ${value.value} to iterate over more than one variable`);
  const end = value.value;
  for (let i = 0; i < end; i++) if (loop.turn({ index: undefined, elem: value.with(i), via: false }) === 1) break;
  return end > 0;
}
