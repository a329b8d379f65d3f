/**
 * Go types as values: what `reflect.Type` tells about a value.
 * In: a type's name as `%T` prints it. Out: its kind, element, key, methods. Never: holds a value.
 */
export { basicType, declaredType, declareRecord, listType, mapType, namedType, parseType, pointerType } from './type.ts';
export type { GoKind, GoMethod, GoSignature, GoType, IntKind } from './type.ts';
