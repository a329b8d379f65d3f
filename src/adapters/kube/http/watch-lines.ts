/** Watch streams: one JSON event per line. Chunks are split at line ends as bytes, so that no character is ever cut in two. */
import { isObject } from '../../../core/object/index.ts';
import type { WatchEvent } from '../../../ports/index.ts';
import { parseJson } from '../json.ts';

const lineEnd = 0x0a;
/** More than twice the largest object a server stores; a line that never ends must not fill memory. */
const longestLine = 32 * 1024 * 1024;
const types: ReadonlySet<string> = new Set(['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR']);

/** @throws Error when a line is not an event: the stream cannot be trusted from there on. */
export async function* watchEvents(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<WatchEvent> {
  let kept: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf(lineEnd); at >= 0; at = chunk.indexOf(lineEnd, from)) {
      const line = Buffer.concat([...kept, chunk.subarray(from, at)]);
      kept = [];
      size = 0;
      from = at + 1;
      if (line.length > 0) yield readEvent(line.toString('utf8'));
    }
    if (from === chunk.length) continue;
    kept.push(chunk.subarray(from));
    size += chunk.length - from;
    if (size > longestLine) throw new Error(`a watch event is longer than ${longestLine} bytes`);
  }
}

function readEvent(line: string): WatchEvent {
  const event = parseJson(line);
  if (isObject(event) && typeof event['type'] === 'string' && types.has(event['type']) && isObject(event['object'])) {
    return event as unknown as WatchEvent;
  }
  throw new Error('the server sent a line that is not a watch event');
}
