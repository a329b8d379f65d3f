/**
 * Go's fmt: Sprintf, Sprint, Sprintln.
 * In: a format and Go values. Out: text, "escaped" (std/utf8) when an argument held bytes that are no UTF-8; `goString` in ../reflect makes
 * a Go value of it. Wrong verbs and counts print Go's `%!d(string=x)`. Never: follows a pointer below the first level; the address it
 * prints there is a fixed one, because a real one would differ from run to run.
 * Throws RangeError when a value is nested deeper than 1,000 levels or a result would pass 2^26 characters.
 */
export { stringerText } from './stringer.ts';
export { sprint, sprintf, sprintln } from './sprintf.ts';
