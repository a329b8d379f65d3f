/** How an action prints its value. Go: text/template/exec.go printValue. */
import { sprint } from '../../go/fmt/index.ts';
import { indirect, kindOf, typeName } from '../../go/reflect/index.ts';
import { GoPointer } from '../../go/composite/index.ts';
import { type Node, printNode } from '../parse/index.ts';
import type { State, Value } from './state.ts';

/** The value as text; "no value" prints as Go's `<no value>`. */
export function printValue(state: State, node: Node, value: Value): string {
  if (value === undefined) return '<no value>';
  const kind = kindOf(value);
  if (kind === 'func' || kind === 'chan') state.fail(`can't print ${printNode(node)} of type ${typeName(value)}`);
  return sprint([value instanceof GoPointer ? indirect(value) : value]);
}
