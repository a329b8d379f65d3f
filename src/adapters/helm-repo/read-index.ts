/**
 * index.yaml. Public ones are tens of megabytes, and one chart of them is wanted: as Helm writes indexes, every chart is a block of its own, found by
 * its indentation, and only that block is read as YAML. An index of any other shape is read whole. Source: Helm 4 pkg/repo/v1/index.go.
 */
import { parseVersion } from '../../core/go/semver/index.ts';
import { getKey, isObject, type Json, type JsonObject } from '../../core/object/index.ts';
import { decode, sigsYaml } from '../../core/yaml/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import { newestFirst } from '../chart-version/index.ts';

export interface IndexEntry {
  readonly name: string;
  readonly version: string;
  readonly appVersion: string;
  readonly description: string;
  readonly urls: readonly string[];
  /** `sha256:…`; undefined when the index gives none. */
  readonly digest: string | undefined;
}

export interface RepositoryIndex {
  /** The versions of a chart, the newest first; undefined: the index has no such chart. */
  versions(chart: string): Result<readonly IndexEntry[] | undefined, string>;
}

/** Reads an index; each chart of it when it is asked for. */
export function readIndex(text: string): Result<RepositoryIndex, string> {
  const blocks = blocksOf(text);
  if (blocks !== undefined) return ok(new BlockIndex(blocks));
  return readWhole(text);
}

const trivial = /^\s*(?:#.*)?$/;

/** The lines of each chart, when the index is laid out as Helm writes it; undefined otherwise. */
function blocksOf(text: string): ReadonlyMap<string, string> | undefined {
  const begin = /^entries:[ \t]*\r?\n/m.exec(text);
  if (begin === null || !/^apiVersion:[ \t]*\S/m.test(text) || /^(?:---|\.\.\.|%)/m.test(text.slice(4))) return undefined;
  const blocks = new Map<string, string>();
  let name = '';
  let from = -1;
  const close = (end: number): boolean => {
    if (from < 0) return true;
    if (blocks.has(name)) return false;
    blocks.set(name, text.slice(from, end));
    from = -1;
    return true;
  };
  for (let at = begin.index + begin[0].length; at < text.length;) {
    const newline = text.indexOf('\n', at);
    const next = newline < 0 ? text.length : newline + 1;
    const [first, second, third] = [text.charCodeAt(at), text.charCodeAt(at + 1), text.charCodeAt(at + 2)];
    if (first !== 0x20) {
      const line = text.slice(at, next);
      if (!trivial.test(line)) {
        // The next key of the document, or a shape that is not Helm's: a list at the margin.
        return close(at) && /^[A-Za-z]\w*:/.test(line) ? blocks : undefined;
      }
    } else if (second === 0x20 && third !== 0x20 && third !== 0x2d && third !== 0x0a && third !== 0x0d && third !== 0x23) {
      const key = /^ {2}([A-Za-z0-9][\w.-]*):[ \t]*\r?\n$/.exec(text.slice(at, next));
      if (key === null || !close(at)) return undefined;
      name = key[1] ?? '';
      from = next;
    } else if (from < 0 && !trivial.test(text.slice(at, next))) return undefined;
    at = next;
  }
  return close(text.length) ? blocks : undefined;
}

class BlockIndex implements RepositoryIndex {
  readonly #blocks: ReadonlyMap<string, string>;

  constructor(blocks: ReadonlyMap<string, string>) {
    this.#blocks = blocks;
  }

  versions(chart: string): Result<readonly IndexEntry[] | undefined, string> {
    const block = this.#blocks.get(chart);
    if (block === undefined) return ok(undefined);
    const decoded = decode(`entries:\n${block}`, { variant: sigsYaml });
    if (!decoded.ok) return err(`cannot read the index entry of ${chart}: ${decoded.error.message}`);
    const { value } = decoded;
    return ok(entriesIn(isObject(value) ? getKey(value, 'entries') : undefined, chart));
  }
}

function readWhole(text: string): Result<RepositoryIndex, string> {
  if (text.trim() === '') return err('empty index.yaml file');
  const value = text.trimStart().startsWith('{') ? parseJson(text) : parseYaml(text);
  if (!value.ok) return value;
  if (!isObject(value.value)) return err('the index is not a map');
  const apiVersion = getKey(value.value, 'apiVersion');
  if (typeof apiVersion !== 'string' || apiVersion === '') return err('no API version specified');
  const entries = getKey(value.value, 'entries');
  const charts: JsonObject | undefined = isObject(entries) ? entries : undefined;
  return ok({
    versions: (chart) => {
      const found = charts === undefined ? undefined : getKey(charts, chart);
      return ok(found === undefined ? undefined : entriesIn(found, chart));
    },
  });
}

function parseJson(text: string): Result<Json, string> {
  try {
    return ok(JSON.parse(text) as Json);
  } catch {
    return parseYaml(text);
  }
}

function parseYaml(text: string): Result<Json, string> {
  const decoded = decode(text, { variant: sigsYaml });
  return decoded.ok ? ok(decoded.value) : err(`cannot read the index: ${decoded.error.message}`);
}

/** Entries that name a version and an address; others are passed over, as Helm does. */
function entriesIn(list: Json | undefined, chart: string): readonly IndexEntry[] {
  if (!Array.isArray(list)) return [];
  const entries = (list as readonly Json[]).flatMap((item) => {
    const entry = isObject(item) ? entryOf(item, chart) : undefined;
    return entry === undefined ? [] : [entry];
  });
  return newestFirst(entries, ({ version }) => version);
}

function entryOf(item: JsonObject, chart: string): IndexEntry | undefined {
  const text = (key: string): string => {
    const value = getKey(item, key);
    return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
  };
  const urls = getKey(item, 'urls');
  const version = text('version');
  if (!parseVersion(version).ok || (text('name') !== '' && text('name') !== chart)) return undefined;
  const digest = text('digest').replace(/^sha256:/, '');
  return {
    name: chart,
    version,
    appVersion: text('appVersion'),
    description: text('description'),
    urls: Array.isArray(urls) ? urls.filter((url): url is string => typeof url === 'string') : [],
    digest: /^[0-9a-f]{64}$/i.test(digest) ? `sha256:${digest.toLowerCase()}` : undefined,
  };
}
