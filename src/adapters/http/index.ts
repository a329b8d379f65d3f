/**
 * HTTP requests to servers that may be hostile.
 * In: a URL, credentials for its host. Out: a bounded answer or a typed error. Never: sends credentials to another host, leaves https for http,
 * follows a redirect for ever, keeps more bytes than asked for.
 */
export { createWebClient, type WebClient, type WebError, type WebRequest, type WebResponse } from './client.ts';
export { basicAuthorization } from './authorization.ts';
export { createWebFiles } from './files.ts';
