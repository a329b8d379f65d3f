/**
 * net/url: addresses taken apart and put together.
 * In: texts. Out: the parts, or Go's error text. Never: resolves or fetches anything.
 */
export { hostname, parseUrl, urlString, userinfoString } from './url.ts';
export type { Url, Userinfo } from './url.ts';
