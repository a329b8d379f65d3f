/** Number literals. Source of the rules: Go text/template/exec.go idealConstant. */
import { basicType } from '../../go/type/index.ts';
import { GoComplex, int, type GoValue } from '../../go/value/index.ts';
import type { NumberNode } from '../parse/index.ts';
import type { Eval } from './state.ts';

/** A number without a context: its syntax decides its type. */
export function compileNumber(node: NumberNode): Eval {
  const value = idealConstant(node);
  if (value !== undefined) {
    return (state) => {
      state.at = node;
      return value;
    };
  }
  return (state) => {
    state.at = node;
    return state.fail(`${node.text} overflows int`);
  };
}

function idealConstant(node: NumberNode): GoValue | undefined {
  const { text } = node;
  if (node.complex !== undefined) return new GoComplex(basicType.complex128, node.complex[0], node.complex[1]);
  const isHexInt = /^0[xX]./.test(text) && !/[pP]/.test(text);
  if (node.float !== undefined && !isHexInt && !text.startsWith("'") && /[.eEpP]/.test(text)) return node.float;
  return node.int === undefined ? undefined : int(node.int);
}
