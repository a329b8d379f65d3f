/**
 * The built page. Every file is read once at the start and found by its exact name, so no path of a request ever reaches the file system.
 * Names with a digest in them are kept by browsers for ever; the page itself is asked for each time.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Sending } from './outgoing.ts';

const TYPES: ReadonlyMap<string, string> = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.json', 'application/json'],
  ['.webmanifest', 'application/manifest+json'],
  ['.svg', 'image/svg+xml'],
  ['.png', 'image/png'],
  ['.ico', 'image/x-icon'],
  ['.woff2', 'font/woff2'],
  ['.txt', 'text/plain; charset=utf-8'],
]);

const COMPRESSIBLE = /^(?:text|application)\/|svg/;

interface Asset {
  readonly bytes: Buffer;
  readonly gzip: Buffer | undefined;
  readonly type: string;
  readonly etag: string;
  readonly lasting: boolean;
}

export interface Assets {
  /** False: this path is no file of the page. Paths of the page's own (`/apps/…`) get the page. */
  send(sending: Sending, path: string): boolean;
}

const NO_PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Lockstep</title>
<h1>The page is not in this build</h1><p>Build it with <code>npm run build</code>. The API is there: <a href="/api/v1/openapi.json">/api/v1/openapi.json</a></p></html>`;

/** The files below `folder`; without it a page that says so. */
export async function loadAssets(folder: string | undefined): Promise<Assets> {
  const files = new Map<string, Asset>();
  for (const path of folder === undefined ? [] : await filesBelow(folder)) {
    const type = TYPES.get(extname(path));
    if (type !== undefined && folder !== undefined) files.set(`/${path}`, assetOf(await readFile(join(folder, path)), type, path));
  }
  const page = files.get('/index.html') ?? assetOf(Buffer.from(NO_PAGE), 'text/html; charset=utf-8', '');
  return {
    send: (sending, path) => {
      const asset = files.get(path) ?? (extname(path) === '' ? page : undefined);
      if (asset === undefined) return false;
      sendAsset(sending, asset);
      return true;
    },
  };
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .map((path) => path.replaceAll('\\', '/'));
}

function assetOf(bytes: Buffer, type: string, path: string): Asset {
  return {
    bytes,
    gzip: COMPRESSIBLE.test(type) ? gzipSync(bytes, { level: 9 }) : undefined,
    type,
    etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
    lasting: path.startsWith('assets/') && /-[\w-]{8,}\.\w+$/.test(path),
  };
}

function sendAsset({ request, response }: Sending, asset: Asset): void {
  response.setHeader('content-type', asset.type);
  response.setHeader('etag', asset.etag);
  response.setHeader('cache-control', asset.lasting ? 'public, max-age=31536000, immutable' : 'no-cache');
  response.setHeader('vary', 'accept-encoding');
  if (request.headers['if-none-match'] === asset.etag) {
    response.writeHead(304).end();
    return;
  }
  const zipped = asset.gzip !== undefined && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  if (zipped) response.setHeader('content-encoding', 'gzip');
  const bytes = zipped ? asset.gzip : asset.bytes;
  response.setHeader('content-length', bytes.length);
  response.writeHead(200).end(request.method === 'HEAD' ? undefined : bytes);
}
