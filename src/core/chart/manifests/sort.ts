/** Rendered files as manifests and hooks, in install order. Source: Helm 4 pkg/release/v1/util/manifest_sorter.go, kind_sorter.go. */
import { err, ok, type Result } from '../../../std/index.ts';
import { baseName } from '../../go/path/index.ts';
import { compareStrings, sortStrings } from '../../go/sort/index.ts';
import { formatFloat, parseGoInt } from '../../go/strconv/index.ts';
import { getKey, isObject, type Json, type JsonObject } from '../../object/index.ts';
import { decode, sigsYaml } from '../../yaml/index.ts';
import { slogDetails, type Warn } from '../model/index.ts';
import { installOrder } from './kinds.table.ts';
import { splitManifests, type SplitVariant } from './split.ts';

/** A rendered document. */
export interface Manifest {
  /** The template it comes from: `chart/templates/x.yaml`. */
  readonly path: string;
  /** Exactly as rendered. */
  readonly text: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** The document as JSON; integers beyond ±2^53 are bigint. Shared between renders: never changed. */
  readonly object: Json;
}

export type HookEvent =
  | 'pre-install'
  | 'post-install'
  | 'pre-delete'
  | 'post-delete'
  | 'pre-upgrade'
  | 'post-upgrade'
  | 'pre-rollback'
  | 'post-rollback'
  | 'test';

export interface Hook extends Manifest {
  readonly events: readonly HookEvent[];
  readonly weight: number;
  readonly deletePolicies: readonly string[];
  readonly outputLogPolicies: readonly string[];
}

const events: ReadonlyMap<string, HookEvent> = new Map<string, HookEvent>([
  ['pre-install', 'pre-install'],
  ['post-install', 'post-install'],
  ['pre-delete', 'pre-delete'],
  ['post-delete', 'post-delete'],
  ['pre-upgrade', 'pre-upgrade'],
  ['post-upgrade', 'post-upgrade'],
  ['pre-rollback', 'pre-rollback'],
  ['post-rollback', 'post-rollback'],
  ['test', 'test'],
  ['test-success', 'test'],
]);

/** What is read of a document. */
interface Head {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly annotations: ReadonlyMap<string, string>;
  readonly object: Json;
}

/** Documents that were read before, by their text: rendering again with other values reads only what changed. */
export type HeadCache = Map<string, Result<Head, string>>;

class Mismatch extends Error {}

function mismatch(value: Json, field: string, type: string): never {
  const kind = Array.isArray(value) ? 'array' : isObject(value) ? 'object' : typeof value === 'boolean' ? 'bool' : typeof value;
  throw new Mismatch(
    `error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${kind} into Go struct field ${field} of type ${type}`,
  );
}

function text(value: Json | undefined, field: string): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
      return Number.isInteger(value) ? String(value) : formatFloat(value, 'g', { bits: 32 });
    case 'bigint':
    case 'boolean':
      return String(value);
  }
  return value === undefined || value === null ? '' : mismatch(value, field, 'string');
}

const headType = 'struct { Name string "json:\\"name\\""; Annotations map[string]string "json:\\"annotations\\"" }';

function objectIn(object: JsonObject, key: string, expected: { readonly field: string; readonly type: string }): JsonObject | undefined {
  const value = getKey(object, key);
  if (value === undefined || value === null) return undefined;
  return isObject(value) ? value : mismatch(value, expected.field, expected.type);
}

function headOf(object: Json): Head {
  if (object === null) return { apiVersion: '', kind: '', name: '', annotations: new Map(), object };
  if (!isObject(object)) {
    const kind = Array.isArray(object)
      ? 'array'
      : typeof object === 'boolean'
        ? 'bool'
        : typeof object === 'bigint'
          ? 'number'
          : typeof object;
    throw new Mismatch(
      `error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${kind} into Go value of type util.SimpleHead`,
    );
  }
  const metadata = objectIn(object, 'metadata', { field: 'SimpleHead.metadata', type: headType });
  const annotations =
    metadata === undefined ? undefined : objectIn(metadata, 'annotations', { field: '.metadata.annotations', type: 'map[string]string' });
  return {
    apiVersion: text(getKey(object, 'apiVersion'), 'SimpleHead.apiVersion'),
    kind: text(getKey(object, 'kind'), 'SimpleHead.kind'),
    name: metadata === undefined ? '' : text(getKey(metadata, 'name'), '.metadata.name'),
    annotations: new Map(
      Object.entries(annotations ?? {}).map(([key, value]): [string, string] => [key, text(value, '.metadata.annotations')]),
    ),
    object,
  };
}

function readHead(document: string): Result<Head, string> {
  const decoded = decode(document, { variant: sigsYaml });
  if (!decoded.ok) return err(`error converting YAML to JSON: ${decoded.error.message}`);
  try {
    return ok(headOf(decoded.value));
  } catch (error) {
    if (error instanceof Mismatch) return err(error.message);
    throw error;
  }
}

function cachedHead(document: string, cache: HeadCache): Result<Head, string> {
  const known = cache.get(document);
  if (known !== undefined) return known;
  const head = readHead(document);
  cache.set(document, head);
  return head;
}

export interface Sorting {
  readonly cache: HeadCache;
  readonly split: SplitVariant;
  /** In which kinds come; absent: Helm 4's. */
  readonly order?: readonly string[];
  /** More documents than this are refused; absent: any number. */
  readonly most?: number;
  readonly warn?: Warn;
}

export interface Sorted {
  readonly manifests: readonly Manifest[];
  readonly hooks: readonly Hook[];
}

const list = (value: string): string[] => value.split(',').map((part) => part.trim().toLowerCase());

/** The hook a document is; undefined when it names an event nobody knows: then it is dropped. */
function hookOf(manifest: Manifest, annotations: ReadonlyMap<string, string>): Hook | undefined {
  const named = list(annotations.get('helm.sh/hook') ?? '').map((name) => events.get(name));
  const known = named.filter((event) => event !== undefined);
  if (known.length !== named.length) return undefined;
  const weight = parseGoInt(annotations.get('helm.sh/hook-weight') ?? '');
  const policies = (name: string): string[] => {
    const value = annotations.get(name);
    return value === undefined ? [] : list(value);
  };
  return {
    ...manifest,
    events: known,
    weight: weight.error === '' ? Number(weight.value) : 0,
    deletePolicies: policies('helm.sh/hook-delete-policy'),
    outputLogPolicies: policies('helm.sh/hook-output-log-policy'),
  };
}

/**
 * What goes to a cluster is read line by line, each with a break at its end: a block that ends a document without one has one then. Source: Helm 4
 * pkg/action/action.go (renderResources), apimachinery pkg/util/yaml (YAMLReader).
 */
function ended(manifest: Manifest, { cache }: Sorting): Manifest {
  if (manifest.text.endsWith('\n') || !/[|>][-+0-9]*[ \t]*(#.*)?\n/.test(manifest.text)) return manifest;
  const read = cachedHead(`${manifest.text}\n`, cache);
  return read.ok ? { ...manifest, object: read.value.object } : manifest;
}

function skippedHook(annotations: ReadonlyMap<string, string>, { warn }: Sorting): void {
  warn?.('skipping unknown hooks', { level: 'INFO', details: slogDetails({ hookTypes: annotations.get('helm.sh/hook') ?? '' }) });
}

/** Files by path → manifests and hooks, each in the order kinds are installed; or the first file that is no YAML. */
export function sortManifests(files: ReadonlyMap<string, string>, sorting: Sorting): Result<Sorted, string> {
  const manifests: Manifest[] = [];
  const hooks: Hook[] = [];
  let count = 0;
  for (const path of sortStrings([...files.keys()])) {
    if (baseName(path).startsWith('_')) continue;
    for (const document of splitManifests(files.get(path) ?? '', sorting.split)) {
      if (++count > (sorting.most ?? Infinity)) return err(`${path}: the chart makes more than ${sorting.most ?? 0} documents`);
      const head = cachedHead(document, sorting.cache);
      if (!head.ok) return err(`YAML parse error on ${path}: ${head.error}`);
      const { annotations, ...fields } = head.value;
      const manifest = ended({ path, text: document, ...fields }, sorting);
      if (!annotations.has('helm.sh/hook')) manifests.push(manifest);
      else {
        const hook = hookOf(manifest, annotations);
        if (hook !== undefined) hooks.push(hook);
        else skippedHook(annotations, sorting);
      }
    }
  }
  const order = sorting.order ?? installOrder;
  return ok({ manifests: sortByKind(manifests, order), hooks: sortByKind(hooks, order) });
}

/** Stable; kinds that are not in the order come last, by name. */
export function sortByKind<T extends { readonly kind: string }>(items: readonly T[], order: readonly string[]): readonly T[] {
  const rank = new Map(order.map((kind, index) => [kind, index]));
  return items.toSorted((a, b) => {
    const first = rank.get(a.kind) ?? order.length;
    const second = rank.get(b.kind) ?? order.length;
    return first !== second || first < order.length ? first - second : compareStrings(a.kind, b.kind);
  });
}
