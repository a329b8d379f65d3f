/** Request bodies: reading them in their media types, and taking an object of the right kind out of them. Kubernetes: handlers/create.go, rest.go. */
import { type Json, type JsonObject, type KubeObject, isObject, parseApiVersion } from '../../core/object/index.ts';
import { type KeyPlaces, parseJson, readYamlAlike } from '../../core/kube/json/index.ts';
import { ProtobufReader } from '../../core/kube/protobuf/index.ts';
import type { Resource } from '../../core/kube/resource/index.ts';
import { fieldError, invalid, refuse } from '../../core/kube/status/index.ts';
import { decode, sigsYaml } from '../../core/yaml/index.ts';
import { headerOf, type ResourceRequest } from './request.ts';

export interface ReadBody {
  readonly value: Json;
  readonly duplicates: readonly string[];
  /** Where the keys of a JSON text with repeated ones stand: what is strict about it is told in the order of the text. */
  readonly places?: KeyPlaces;
  /** What a strict reader says of a YAML text, a line each. */
  readonly lines?: readonly string[];
  /** Unknown fields are not reported: the form has none. */
  readonly lenient?: true;
}

export const objectMediaTypes = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];

/** The media type without parameters; JSON when none is given. */
export const mediaTypeOf = (request: ResourceRequest): string =>
  (headerOf(request, 'content-type').split(';')[0] ?? '').trim().toLowerCase();

/** A mark of byte order is a character like any other. */
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Go's view of the bytes in messages: text for objects, hex for the rest, cut at 30. */
function summary(bytes: Uint8Array): string {
  if (bytes.length === 0) return '<empty>';
  const cut = bytes.length > 30;
  const head = Buffer.from(bytes.subarray(0, 30));
  return `${bytes[0] === 123 ? head.toString('utf8') : head.toString('hex')}${cut ? ' ...' : ''}`;
}

function readYaml(text: string): ReadBody | { readonly error: string } {
  const alike = readYamlAlike(text);
  if (alike !== undefined) return { value: alike, duplicates: [] };
  const strict = decode(text, { variant: sigsYaml, strict: true });
  if (strict.ok) return { value: strict.value, duplicates: [] };
  const loose = decode(text, { variant: sigsYaml, strict: false });
  if (!loose.ok) return { error: loose.error.message };
  const lines = [...strict.error.message.matchAll(/line \d+: key "[^"]*" already set in map/g)].map(([line]) => line);
  return { value: loose.value, duplicates: [], lines };
}

/** What is strict about an object: in the order of a JSON text where that is known. */
export function strictTexts({ duplicates, places }: Omit<ReadBody, 'value'>, unknown: readonly string[]): readonly string[] {
  const found = [
    ...duplicates.map((path, index) => ({ text: `duplicate field ${JSON.stringify(path)}`, at: places?.again[index] ?? 0 })),
    ...unknown.map((path) => ({ text: `unknown field ${JSON.stringify(path)}`, at: places?.first.get(path) ?? 0 })),
  ];
  return found.toSorted((a, b) => a.at - b.at).map(({ text }) => text);
}

/** The body as a value. `kind` names what was expected, for the message. */
export function readBody(request: ResourceRequest, mediaType: string, kind: string): ReadBody {
  const { body } = request;
  if (body === undefined) return readBytes(new Uint8Array(), mediaType, kind);
  return body.kind === 'value' ? { value: body.value, duplicates: [] } : readBytes(body.bytes, mediaType, kind);
}

function readBytes(bytes: Uint8Array, mediaType: string, kind: string): ReadBody {
  const text = utf8.decode(bytes);
  if (mediaType.endsWith('yaml')) {
    const read = readYaml(text);
    if (!('error' in read)) return read;
    throw mediaType === 'application/yaml'
      ? refuse.badRequest(`the object provided is unrecognized (must be of type ${kind}): ${read.error} (${summary(bytes)})`)
      : refuse.badRequest(`error decoding YAML: error converting YAML to JSON: ${read.error}`);
  }
  const parsed = parseJson(text);
  if (!('error' in parsed)) return parsed;
  throw refuse.badRequest(
    `the object provided is unrecognized (must be of type ${kind}): couldn't get version/kind; json parse error: ${parsed.error} (${summary(bytes)})`,
  );
}

/** The body as JSON, whatever it is called; what is wrong with it in Go's words otherwise. */
export function readJson({ body }: ResourceRequest): ReadBody | { readonly error: string } {
  if (body?.kind === 'value') return { value: body.value, duplicates: [] };
  return parseJson(utf8.decode(body?.bytes ?? new Uint8Array()));
}

/** A whole object for create and update, in one of the object media types. */
export function readObject(request: ResourceRequest, kind: string): ReadBody {
  const mediaType = mediaTypeOf(request);
  if (mediaType === 'application/vnd.kubernetes.protobuf' && !request.resource.custom) return readProtobuf(request, kind);
  if (mediaType !== '' && mediaType !== 'application/json' && mediaType !== 'application/yaml')
    throw refuse.unsupportedMedia(objectMediaTypes);
  return readBody(request, mediaType, kind);
}

const lazy: { reader?: ProtobufReader } = {};

/** Definition names of built-in kinds: `apps/v1` and `Deployment` → `io.k8s.api.apps.v1.Deployment`. */
function definitionOf(apiVersion: string, kind: string): string {
  if (kind === 'DeleteOptions') return 'io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions';
  const { group, version } = parseApiVersion(apiVersion);
  return `io.k8s.api.${group === '' ? 'core' : (group.split('.')[0] ?? '')}.${version}.${kind}`;
}

function readProtobuf(request: ResourceRequest, kind: string): ReadBody {
  const { body } = request;
  if (body?.kind === 'value') return { value: body.value, duplicates: [] };
  lazy.reader ??= new ProtobufReader();
  const read = lazy.reader.read(body?.bytes ?? new Uint8Array(), definitionOf);
  if ('error' in read)
    throw refuse.badRequest(
      `the object provided is unrecognized (must be of type ${kind}): ${read.error} (${summary(body?.bytes ?? new Uint8Array())})`,
    );
  return { value: { ...read.value, kind: read.kind, apiVersion: read.apiVersion }, duplicates: [], lenient: true };
}

/** Whether a real server has a built-in type of this name. */
export function isKnown(apiVersion: string, kind: string): boolean {
  lazy.reader ??= new ProtobufReader();
  return lazy.reader.has(definitionOf(apiVersion, kind));
}

export const goGroup = (group: string): string => (group === '' ? 'core' : (group.split('.')[0] ?? ''));

/** Checks that the value is an object of the endpoint's kind; a built-in kind may leave kind and apiVersion out. */
export function asKind(
  value: Json,
  resource: { readonly apiVersion: string; readonly kind: string; readonly group: string; readonly custom: boolean },
): JsonObject {
  const { apiVersion, kind, group } = resource;
  // Go reads `null` into an empty struct.
  if (value === null && !resource.custom) return {};
  if (value === null && resource.custom) throw missingKind(value, kind);
  if (!isObject(value)) {
    const shown = summary(Buffer.from(JSON.stringify(value)));
    throw refuse.badRequest(`the object provided is unrecognized (must be of type ${kind}): ${noKind(value)} (${shown})`);
  }
  const sentKind = value.kind ?? '';
  const sentVersion = value.apiVersion ?? '';
  if (typeof sentKind !== 'string' || typeof sentVersion !== 'string') throw refuse.badRequest('kind and apiVersion must be strings');
  checkMetadata(value, resource);
  if (resource.custom && sentKind === '') throw missingKind(value, kind);
  if ((sentKind === '' || sentKind === kind) && ((sentVersion === '' && !resource.custom) || sentVersion === apiVersion)) return value;
  if (resource.custom && sentVersion === apiVersion) {
    const meta = isObject(value.metadata) ? value.metadata : {};
    throw invalid({ group, kind: sentKind }, String(meta.name ?? ''), [fieldError.invalid('kind', sentKind, `must be ${kind}`)]);
  }
  const sent = parseApiVersion(sentVersion === '' ? apiVersion : sentVersion);
  const named = sentKind === '' ? kind : sentKind;
  if (!resource.custom && !isKnown(sentVersion === '' ? apiVersion : sentVersion, named)) {
    throw refuse.badRequest(
      `${named} in version ${JSON.stringify(sent.version)} cannot be handled as a ${kind}: no kind ${JSON.stringify(named)} is registered for version ${JSON.stringify(sentVersion === '' ? apiVersion : sentVersion)} in scheme "pkg/runtime/scheme.go:110"`,
    );
  }
  if (sentKind !== '' && sentKind !== kind && sentVersion === apiVersion) {
    throw refuse.badRequest(
      `${sentKind} in version ${JSON.stringify(sent.version)} cannot be handled as a ${kind}: converting (${sent.version}.${sentKind}) to (${goGroup(group)}.${kind}): unknown conversion`,
    );
  }
  throw refuse.badRequest(`the API version in the data (${sentVersion}) does not match the expected API version (${apiVersion})`);
}

/** What the decoder says of a value that can have no kind. */
export const noKind = (value: Json): string =>
  `couldn't get version/kind; json parse error: json: cannot unmarshal ${goKind(value)} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`;

/** A JSON value as encoding/json calls it. */
export const goKind = (value: Json): string =>
  Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value === 'boolean' ? 'bool' : typeof value;

type Checked = { readonly apiVersion: string; readonly kind: string; readonly custom: boolean };

function checkMetadata(value: JsonObject, { apiVersion, kind, custom }: Checked): void {
  const { metadata = null } = value;
  if (metadata === null || isObject(metadata)) return;
  const where = custom ? 'Go value of type v1.ObjectMeta' : `Go struct field ${kind}.metadata of type v1.ObjectMeta`;
  throw refuse.badRequest(
    `${kind} in version ${JSON.stringify(parseApiVersion(apiVersion).version)} cannot be handled as a ${kind}: json: cannot unmarshal ${goKind(metadata)} into ${where}`,
  );
}

function missingKind(value: Json, kind: string): Error {
  const sent = JSON.stringify(value);
  return refuse.badRequest(
    `the object provided is unrecognized (must be of type ${kind}): Object 'Kind' is missing in '${sent}' (${summary(Buffer.from(sent))})`,
  );
}

/** Name and namespace of the body against those of the URL; the namespace of the URL is filled in. */
export function placed(
  object: JsonObject,
  request: { readonly resource: Resource; readonly namespace: string; readonly name: string },
): KubeObject {
  const { resource, namespace, name } = request;
  const meta: JsonObject = isObject(object.metadata) ? object.metadata : {};
  const sentNamespace = typeof meta.namespace === 'string' ? meta.namespace : '';
  const sentName = typeof meta.name === 'string' ? meta.name : '';
  if (name !== '' && sentName !== '' && sentName !== name) {
    throw refuse.badRequest(`the name of the object (${sentName}) does not match the name on the URL (${name})`);
  }
  if (name !== '' && sentName === '') {
    throw refuse.badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);
  }
  if (resource.namespaced && sentNamespace !== '' && sentNamespace !== namespace) {
    throw refuse.badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  const space = resource.namespaced ? { namespace } : sentNamespace === '' ? {} : { namespace: sentNamespace };
  const same = object.kind === resource.kind && object.apiVersion === resource.apiVersion && meta.namespace === space.namespace;
  return (
    same ? object : { ...object, kind: resource.kind, apiVersion: resource.apiVersion, metadata: { ...meta, ...space } }
  ) as KubeObject;
}
