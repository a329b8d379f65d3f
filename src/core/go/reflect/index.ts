/**
 * What Go can ask about a value: its type, kind, truth, length, methods.
 * In: any GoValue. Out: plain answers. Never: changes or prints a value.
 */
export { indirect, isNil, isTrue, kindOf, lengthOf, methodOf, textOf, typeName, typeOf } from './reflect.ts';
