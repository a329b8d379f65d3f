/**
 * Finds values in whatever somebody could read: as they are, escaped, and inside anything base64 or gzip wraps, three layers deep and at any offset, so that a
 * whole file in base64 tells of the value in its middle (S18).
 */
import { gunzipSync, inflateSync } from 'node:zlib';

const DEPTH = 4;
const LARGEST = 8 << 20;

const escaped = (value: string): string => JSON.stringify(value).slice(1, -1);

/** A value as texts show it: plain, as JSON, as JSON in JSON. */
const faces = (value: string): readonly string[] => [...new Set([value, escaped(value), escaped(escaped(value))])];

function opened(bytes: Buffer): string {
  for (const unpack of [gunzipSync, inflateSync])
    try {
      return unpack(bytes, { maxOutputLength: LARGEST }).toString('latin1');
    } catch {
      // Not packed so.
    }
  return bytes.toString('latin1');
}

/** The text, and what it wraps: runs of base64, of either alphabet, each once. */
function layersOf(text: string, depth = DEPTH, seen = new Map<string, number>()): readonly string[] {
  if (depth === 0) return [text];
  const runs = new Set([...text.matchAll(/[A-Za-z0-9+/_-]{8,}={0,2}/g)].map(([run]) => run));
  const fresh = [...runs].filter((run) => (seen.get(run) ?? 0) < depth);
  for (const run of fresh) seen.set(run, depth);
  return [text, ...fresh.flatMap((run) => layersOf(opened(Buffer.from(run, 'base64')), depth - 1, seen))];
}

/** Names of the values that a text or a file tells. */
export function leaksIn(content: string | Buffer, values: Readonly<Record<string, string>>): readonly string[] {
  const layers = layersOf(typeof content === 'string' ? content : opened(content));
  return Object.entries(values).flatMap(([name, value]) => {
    // What was unpacked is read byte by byte.
    const looks = [...faces(value), Buffer.from(value, 'utf8').toString('latin1')];
    return looks.some((look) => layers.some((layer) => layer.includes(look))) ? [name] : [];
  });
}
