/** Writing answers: JSON, files, texts in pieces; every one with the headers that keep a browser from being talked into something. */
import { constants, gzipSync } from 'node:zlib';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { errorBody, type Refused } from './refused.ts';

/**
 * Scripts only from files of our own. Styles also inline, because the widgets of the page set them; a style can neither run nor send anything here, as
 * images and connections stay on this origin.
 */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const SAFETY = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=()',
} as const;

/** Smaller bodies gain nothing from it. */
const GZIP_FROM = 2048;

export function setSafety(response: ServerResponse): void {
  for (const [name, value] of Object.entries(SAFETY)) response.setHeader(name, value);
}

export interface Sending {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

export function sendJson({ request, response }: Sending, status: number, text: string): void {
  const gzip = text.length > GZIP_FROM && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  // Speed over size: pages are built per request.
  const bytes = gzip ? gzipSync(text, { level: constants.Z_BEST_SPEED }) : Buffer.from(text);
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.setHeader('cache-control', 'no-store');
  if (gzip) response.setHeader('content-encoding', 'gzip');
  response.setHeader('vary', 'accept-encoding, cookie');
  response.setHeader('content-length', bytes.length);
  response.writeHead(status).end(request.method === 'HEAD' ? undefined : bytes);
}

/** As fast as the other side reads, until either ends. */
export async function sendChunks(
  { request, response }: Sending,
  { type, chunks }: { readonly type: string; readonly chunks: AsyncIterable<string> },
): Promise<void> {
  response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' });
  response.flushHeaders();
  if (request.method === 'HEAD') return void response.end();
  try {
    for await (const chunk of chunks) {
      if (response.destroyed) return;
      if (!response.write(chunk)) await new Promise((resolve) => response.once('drain', resolve).once('close', resolve));
    }
    response.end();
  } catch {
    // The log broke off; so does the answer.
    response.destroy();
  }
}

export function sendRefusal(sending: Sending, problem: Refused): void {
  const { response } = sending;
  if (response.headersSent) {
    response.destroy();
    return;
  }
  if (problem.retryAfter !== undefined) response.setHeader('retry-after', problem.retryAfter);
  sendJson(sending, problem.status, JSON.stringify(errorBody(problem)));
}
