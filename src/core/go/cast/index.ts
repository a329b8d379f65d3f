/**
 * Conversions of any value, as spf13/cast does them for sprig.
 * In: any GoValue. Out: the converted value, or undefined where the library reports an error (and its plain functions give zero).
 */
export { castBool, castError, castFloat64, castInt64, castString } from './cast.ts';
