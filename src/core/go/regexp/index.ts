/**
 * Go's regexp: RE2 syntax, leftmost-first matching in linear time, Go's error texts.
 * In: patterns and texts ("escaped" where they are no UTF-8; an invalid byte matches as U+FFFD). Out: matches as UTF-16 offsets or texts.
 * Never: keeps compiled patterns by itself; whoever wants that owns a RegexpCache.
 */
export { compileRegexp, quoteMeta, Regexp, RegexpCache } from './regexp.ts';
