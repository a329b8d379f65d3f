/**
 * Typed Go lists, maps, structs, pointers and functions. `[]interface {}` and `map[string]interface {}` are plain arrays and records instead.
 * Never: looks at what an element means.
 */
export { GoFunc, GoList, GoMap, GoPointer, GoStruct, keyOf, mapSlice, strings } from './composite.ts';
