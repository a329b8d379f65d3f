/**
 * Go values in JavaScript. In templates a JS `number` is float64, a string is a string, an array is `[]interface {}`, a plain record with a null
 * prototype is `map[string]interface {}` and `null` is untyped nil: ordinary chart data needs no wrapping. Every other Go value is an
 * instance of one of the closed classes below, all of which extend GoBoxed; lists, maps, structs, pointers and functions are in `../composite`.
 * Never: evaluates or prints anything.
 */
export { GoBoxed, GoBytes, GoComplex, GoError, GoFloat32, GoInt, GoNamed, GoNil, GoRawString, GoTime, duration, int } from './value.ts';
export type { GoLocation, GoRecord, GoValue, GoZone } from './value.ts';
