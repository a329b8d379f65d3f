/** eq, ne, lt, le, gt, ge. Source of the rules: Go text/template/funcs.go. */
import { sprint, sprintf } from '../../go/fmt/index.ts';
import { GoMap, GoList, GoPointer } from '../../go/composite/index.ts';
import { compareStrings } from '../../go/sort/index.ts';
import { isNil, kindOf, typeName } from '../../go/reflect/index.ts';
import { GoBytes, GoComplex, GoFloat32, GoInt, GoNamed, type GoValue } from '../../go/value/index.ts';
import { keyOf } from '../../go/composite/index.ts';
import { isRecord, TemplateFailure, type Value } from '../exec/index.ts';

type Kind = 'invalid' | 'bool' | 'complex' | 'int' | 'float' | 'string' | 'uint';

function basicKind(value: Value): Kind {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'number':
      return 'float';
    case 'boolean':
      return 'bool';
  }
  if (value instanceof GoInt) return value.signed ? 'int' : 'uint';
  if (value instanceof GoFloat32) return 'float';
  if (value instanceof GoComplex) return 'complex';
  if (value instanceof GoNamed) return basicKind(value.value);
  return value !== undefined && value !== null && kindOf(value) === 'string' ? 'string' : 'invalid';
}

/** Equal for two values of the same basic kind. */
function sameBasic(a: GoValue, b: GoValue): boolean {
  const x = a instanceof GoNamed ? a.value : a;
  const y = b instanceof GoNamed ? b.value : b;
  if (x instanceof GoComplex && y instanceof GoComplex) return x.re === y.re && x.im === y.im;
  if (isNumeric(x) && isNumeric(y)) return numeric(x) === numeric(y);
  return x === y || (kindOf(x) === 'string' && keyOf(x) === keyOf(y));
}

const isNumeric = (value: GoValue): value is number | GoInt | GoFloat32 =>
  typeof value === 'number' || value instanceof GoInt || value instanceof GoFloat32;

const numeric = (value: number | GoInt | GoFloat32): number | bigint => (typeof value === 'number' ? value : value.value);

function incompatible(a: GoValue, b: GoValue): never {
  throw new TemplateFailure(`incompatible types for comparison: ${typeName(a)} and ${typeName(b)}`);
}

const isWhole = (kind: Kind): boolean => kind === 'int' || kind === 'uint';

/** `a == b` in the sense of templates. */
function equal(a: Value, b: Value): boolean {
  const left = a ?? undefined;
  const right = b ?? undefined;
  const kind = basicKind(left);
  const other = basicKind(right);
  if (left === undefined || right === undefined) {
    return kind === other && isNil(left ?? null) === isNil(right ?? null);
  }
  if (kind !== other) return isWhole(kind) && isWhole(other) ? sameBasic(left, right) : incompatible(left, right);
  return kind === 'invalid' ? equalOther(left, right) : sameBasic(left, right);
}

function equalOther(a: GoValue, b: GoValue): boolean {
  if (kindOf(a) !== kindOf(b)) {
    throw new TemplateFailure(`non-comparable types ${sprintf('%s', [a])}: ${typeName(a)}, ${typeName(b)}: ${sprint([b])}`);
  }
  if (isNil(a) || isNil(b)) return isNil(a) === isNil(b);
  if (!isComparable(b)) throw new TemplateFailure(`non-comparable type ${sprintf('%s', [b])}: ${typeName(b)}`);
  return typeName(a) === typeName(b) && (a === b || (!(a instanceof GoPointer) && keyOf(a) === keyOf(b)));
}

const isComparable = (value: GoValue): boolean =>
  !Array.isArray(value) &&
  !isRecord(value) &&
  !(value instanceof GoMap) &&
  !(value instanceof GoBytes) &&
  !(value instanceof GoList && value.type.kind === 'slice') &&
  kindOf(value) !== 'func';

/** `eq a b…`: whether the first equals any of the others. */
export function eq(args: readonly Value[]): boolean {
  if (args.length < 2) throw new TemplateFailure('missing argument for comparison');
  for (let i = 1; i < args.length; i++) if (equal(args[0], args[i])) return true;
  return false;
}

/** `a < b`; basic ordered kinds only. */
export function lt(a: Value, b: Value): boolean {
  const kind = basicKind(a);
  const other = basicKind(b);
  if (kind === 'invalid' || other === 'invalid') throw new TemplateFailure('invalid type for comparison');
  const left = a as GoValue;
  const right = b as GoValue;
  if (kind !== other && !(isWhole(kind) && isWhole(other))) return incompatible(left, right);
  const x = left instanceof GoNamed ? left.value : left;
  const y = right instanceof GoNamed ? right.value : right;
  if (isNumeric(x) && isNumeric(y)) return numeric(x) < numeric(y);
  if (typeof x === 'string' && typeof y === 'string') return compareStrings(x, y) < 0;
  throw new TemplateFailure('invalid type for comparison');
}

/** `a <= b`: less, or equal by `eq`'s rules. */
export const le = (a: Value, b: Value): boolean => lt(a, b) || equal(a, b);
