/**
 * How Go's templates turn any value into a number.
 * In: any GoValue. Out: an int64 or float64; 0 for what cannot be turned. Never: fails.
 */
export { castFloat64, castInt64 } from './cast.ts';
