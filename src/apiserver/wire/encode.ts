/** Answers as bytes for HTTP. Stored bytes are sent as they are whenever the form and version allow it. */
import { parseJson } from '../../core/kube/json/index.ts';
import { encode, sigsYaml } from '../../core/yaml/index.ts';
import type { Json, JsonObject } from '../../core/object/index.ts';
import type { Resource } from '../../core/kube/resource/index.ts';
import type { ListMeta } from '../api/answer.ts';
import { encodeObject, type Entry } from '../store/index.ts';
import type { WatchItem } from '../watch/index.ts';
import { bareItem, type Shape, shapedValue, watchValue } from './present.ts';

const NEWLINE = Buffer.from('\n');
const COMMA = Buffer.from(',');
const OPEN = Buffer.from('{');

/** Whether stored bytes are what a client of this type's version gets. */
const isPlain = (shape: Shape): boolean => shape.form === 'object' && shape.resource.apiVersion === shape.resource.storedApiVersion;

/** JSON with a final newline, as Go's encoder writes it. */
export const jsonBytes = (value: Json): Buffer => Buffer.concat([encodeObject(value), NEWLINE]);

/** JSON text as the YAML that sigs.k8s.io/yaml prints of it. */
export function yamlBytes(plain: Buffer): Buffer {
  const parsed = parseJson(plain.toString('utf8'));
  if ('error' in parsed) throw new Error(parsed.error);
  return Buffer.from(encode(parsed.value, { variant: sigsYaml }), 'utf8');
}

export function prettyBytes(value: Json): Buffer {
  return Buffer.from(JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? Number(inner) : inner), 2));
}

/** The stored bytes, or what has become of the object since its custom type changed. */
function readBytes(entry: Entry, { resource, project }: Shape): Buffer {
  if (!resource.custom) return entry.bytes;
  const read = project(resource, entry.graph);
  return read === entry.graph ? entry.bytes : encodeObject(read);
}

export function entryBytes(entry: Entry, shape: Shape): Buffer {
  if (!isPlain(shape)) return jsonBytes(shapedValue({ kind: 'entry', entry }, shape));
  return shape.resource.custom ? Buffer.concat([readBytes(entry, shape), NEWLINE]) : entry.line;
}

/** Stored bytes begin with `{"kind":"K","apiVersion":"V",`; items of built-in lists go without. */
const itemPrefix = (resource: Resource): string =>
  `{"kind":${JSON.stringify(resource.kind)},"apiVersion":${JSON.stringify(resource.storedApiVersion)},`;

/** Lists of custom resources always say how to continue. */
const listMeta = (meta: ListMeta, resource: Resource): JsonObject => (resource.custom ? { continue: '', ...meta } : { ...meta });

/** A list put together from stored bytes. */
export function listBytes(entries: readonly Entry[], meta: ListMeta, shape: Shape): Buffer {
  const { resource } = shape;
  if (!isPlain(shape)) {
    if (shape.form !== 'object') return jsonBytes(shapedValue({ kind: 'list', entries, meta }, shape));
    const items = entries.map((entry) => bareItem(shape.project(resource, entry.graph)));
    return jsonBytes({ kind: resource.listKind, apiVersion: resource.apiVersion, metadata: listMeta(meta, resource), items } as JsonObject);
  }
  const prefix = resource.custom ? '' : itemPrefix(resource);
  const head = `{"kind":${JSON.stringify(resource.listKind)},"apiVersion":${JSON.stringify(resource.apiVersion)},"metadata":${JSON.stringify(listMeta(meta, resource))},"items":[`;
  const parts: Buffer[] = [Buffer.from(head)];
  for (const [index, entry] of entries.entries()) {
    if (index > 0) parts.push(COMMA);
    const cut = prefix !== '' && entry.line.toString('latin1', 0, prefix.length) === prefix;
    if (cut) parts.push(OPEN, entry.bytes.subarray(prefix.length));
    else parts.push(readBytes(entry, shape));
  }
  parts.push(Buffer.from(']}\n'));
  return Buffer.concat(parts);
}

/** A chunk of HTTP's chunked encoding. */
const framed = (line: Buffer): Buffer => Buffer.concat([Buffer.from(`${line.length.toString(16)}\r\n`), line, CRLF]);
const CRLF = Buffer.from('\r\n');

/** The chunk that ends them. */
export const LAST_CHUNK = Buffer.from('0\r\n\r\n');

/** Encoded events are shared by all plain watches of a table. */
const encodedEvents = (): WeakMap<Entry, Map<string, Buffer>> => new WeakMap();

export class EventEncoder {
  readonly #shared = encodedEvents();

  /** One line of a watch, as a chunk: it is framed once for all who get it. */
  chunk(item: WatchItem, shape: Shape, columns: 'columns' | 'bare'): Buffer {
    if (item.type === 'ERROR' || item.type === 'BOOKMARK' || !isPlain(shape)) {
      return framed(Buffer.from(`{"type":"${item.type}","object":${encodeObject(watchValue(item, shape, columns)).toString('utf8')}}\n`));
    }
    const known = this.#shared.get(item.entry) ?? new Map<string, Buffer>();
    this.#shared.set(item.entry, known);
    let line = known.get(item.type);
    if (line === undefined) {
      line = framed(Buffer.concat([Buffer.from(`{"type":"${item.type}","object":`), readBytes(item.entry, shape), Buffer.from('}\n')]));
      known.set(item.type, line);
    }
    return line;
  }
}
