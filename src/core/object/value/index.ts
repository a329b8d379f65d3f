/**
 * Comparing JSON values: equality, a total order, freezing for tests, and strings as Go orders and quotes them.
 * In: values. Out: answers. Never: changes a value (freezing apart).
 */
export { compareJson, deepFreeze, equalJson } from './compare.ts';
export { compareText, formatGoSyntax, formatGoValue, goQuote } from './go-text.ts';
