/**
 * Language helpers that know no domain: results, exhaustiveness, small collections.
 * Nothing here touches input/output, time or randomness.
 */
export { err, ok, type Result } from './result.ts';
export { assertNever } from './assert-never.ts';
export { decodeBase64, encodeBase64 } from './base64.ts';
export { decodeUtf8, encodeUtf8, escapeUtf8, isUtf8, unescapeUtf8, utf8Length } from './utf8.ts';
export { nearest } from './nearest.ts';
export { fitsWildcard } from './wildcard.ts';
