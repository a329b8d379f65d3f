/** How an action prints its value. Go: text/template/exec.go printValue. */
import { sprint } from '../../go/fmt/index.ts';
import { indirect, kindOf, typeName } from '../../go/reflect/index.ts';
import { GoPointer, GoStruct } from '../../go/composite/index.ts';
import type { GoValue } from '../../go/value/index.ts';
import { type Node, printNode } from '../parse/index.ts';
import type { State, Value } from './state.ts';
import { weigh } from './weigh.ts';

/** The value as text; "no value" prints as Go's `<no value>`. */
export function printValue(state: State, node: Node, value: Value): string {
  if (value === undefined) return '<no value>';
  const kind = kindOf(value);
  if (kind === 'func' || kind === 'chan') state.fail(`can't print ${printNode(node)} of type ${typeName(value)}`);
  if (typeof value === 'object') weigh(value, state.run.budget);
  return sprint([printed(value)]);
}

/** A struct prints through the methods of its pointer, a pointer to anything else as what it points to. */
function printed(value: GoValue): GoValue {
  const target = value instanceof GoPointer ? indirect(value) : value;
  return target instanceof GoStruct && target.type.methods?.get('String')?.onPointer === true ? new GoPointer(target.type, target) : target;
}
