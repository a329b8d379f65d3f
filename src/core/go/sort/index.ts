/**
 * Orders that Go's libraries sort by. In: strings. Out: comparisons and sorted copies.
 * Never: a locale. Strings compare by their UTF-8 bytes, as in Go.
 */
export { compareNatural, compareStrings, sortStrings, type NaturalOrder } from './sort.ts';
