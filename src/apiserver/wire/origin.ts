/**
 * Loopback is hostile (S24): a page in a browser can send requests to this port, under a name of its own (DNS rebinding) or from another origin.
 * Kubernetes clients send no Origin and name the address they connect to, so whatever else arrives is refused before it is read.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { Refusal } from '../../core/kube/status/index.ts';

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;

export const isLoopback = (host: string): boolean => LOOPBACK.test(host.includes(':') ? `[${host}]` : host);

/** @throws Refusal 403 for a foreign Host on a loopback address, and for any Origin but the server's own. */
export function checkOrigin({ host = '', origin }: IncomingHttpHeaders, { onLoopback }: { readonly onLoopback: boolean }): void {
  if (onLoopback && !LOOPBACK.test(host)) throw new Refusal(403, 'Forbidden', `forbidden: the Host "${host}" is not this server`);
  if (origin !== undefined && origin !== `https://${host}` && origin !== `http://${host}`) {
    throw new Refusal(403, 'Forbidden', 'forbidden: requests from web pages of another origin are not answered');
  }
}
