/** The log of a container, line by line, as the visitor may read it; secrets of the App are masked, other lines left out on demand. */
import type { App } from '../../../api/index.ts';
import type { QueryOf } from '../../../api/http/index.ts';
import { err, ok, type Result } from '../../../std/index.ts';
import type { Visitor } from '../../access/visitor.ts';
import { fromKube, refused, type Refused } from '../../http/refused.ts';
import type { Clusters } from '../clusters.ts';
import type { Masks } from './masks.ts';

/** A line longer than this is cut: a program that never ends its lines must not fill our memory. */
const LONGEST_LINE = 64 * 1024;

export interface LogReading {
  readonly app: App;
  readonly visitor: Visitor;
  readonly query: QueryOf<'log'>;
  readonly signal: AbortSignal;
}

export interface LogParts {
  readonly clusters: Clusters;
  readonly masks: Masks;
}

export async function readLog(
  { app, visitor, query, signal }: LogReading,
  { clusters, masks }: LogParts,
): Promise<Result<AsyncIterable<string>, Refused>> {
  const { kind, group, object, objectNamespace, container, follow, previous, tail, timestamps } = query;
  if (kind !== 'Pod' || group !== '') return err(refused.unsupported('only Pods have logs', 'open one of its Pods'));
  const actor = clusters.actorFor(app, visitor);
  if (!actor.ok) return actor;
  const response = await actor.value.client.raw({
    method: 'GET',
    path: `/api/v1/namespaces/${encodeURIComponent(objectNamespace)}/pods/${encodeURIComponent(object)}/log`,
    query: {
      ...(container === undefined ? {} : { container }),
      tailLines: String(tail),
      follow: String(follow),
      previous: String(previous),
      timestamps: String(timestamps),
    },
    signal,
  });
  if (!response.ok) return err(fromKube(response.error));
  const { body } = response.value;
  const mask = await masks.of(app);
  const wanted = (query.q ?? '').toLowerCase();
  // What is masked is not searched: a secret would be found out letter by letter.
  const shown = (line: string): string => {
    const text = mask.text(line);
    return wanted === '' || text.toLowerCase().includes(wanted) ? `${text}\n` : '';
  };
  if (body.kind === 'stream') return ok(lines(body.chunks, shown));
  return ok(lines(once(body.kind === 'bytes' ? body.bytes : new Uint8Array()), shown));
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

async function* lines(chunks: AsyncIterable<Uint8Array>, shown: (line: string) => string): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const found = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = (found.pop() ?? '').slice(0, LONGEST_LINE);
    const text = found.map((line) => shown(line.slice(0, LONGEST_LINE))).join('');
    if (text !== '') yield text;
  }
  if (rest !== '') yield shown(rest);
}
