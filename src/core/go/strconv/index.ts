/**
 * Go's strconv: numbers and quoted strings as text, both ways, to the last digit.
 * In: numbers (bigint beyond 2^53), texts. Out: texts, or a value with Go's error. Text that is not UTF-8 is "escaped" (std/utf8).
 */
export { formatFloat, formatInt } from './format.ts';
export { numError, parseGoBool, parseGoFloat, parseGoInt, parseGoUint, type NumFailure, type Parsed } from './parse.ts';
export { canBackquote, isPrint, quote, quoteRune, unquote, type QuoteMode } from './quote.ts';
