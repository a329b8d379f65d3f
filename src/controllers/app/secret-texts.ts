/**
 * Secret values that went into a render are masked wherever they come out again: in plans, in messages (S18, ADR 0051). Each value of 6 characters or more
 * counts, as it is and in base64, and so do the leaves of an entry that is YAML, but for plain words.
 */
import { fingerprint } from '../../core/diff/index.ts';
import { type Json, type JsonObject, getKey, isObject, record } from '../../core/object/index.ts';
import { decode, decodeManifests, sigsYaml } from '../../core/yaml/index.ts';

const shortest = 6;
const mostTexts = 5000;
/** Entries longer than this are no values files, and parsing them would cost. */
const longestYaml = 256 * 1024;

/** The values of a Secret, and the leaves of those that are YAML maps. */
export function secretTexts(object: JsonObject): readonly string[] {
  const found = new Set<string>();
  for (const encoded of textsIn(object['data'])) addEntry(Buffer.from(encoded, 'base64').toString('utf8'), found);
  for (const text of textsIn(object['stringData'])) addEntry(text, found);
  return longEnough(found);
}

/**
 * The texts of a file that was hidden as a whole: leaves of its documents, values of its `KEY=value` lines, the file itself. Of a manifest, what says
 * which object it is does not count.
 */
export function fileTexts(content: string): readonly string[] {
  const found = new Set<string>([content, content.trim()]);
  for (const [, value = ''] of content.matchAll(/^[^\n=]{1,256}=[ \t]*(.*)$/gm)) found.add(value.trim());
  const { value: documents } = content.length <= longestYaml ? decodeManifests(content) : { value: [] };
  for (const { object } of documents) if (isObject(object)) addDocument(object, found);
  return longEnough(found);
}

const longEnough = (found: ReadonlySet<string>): readonly string[] =>
  [...found].filter((text) => text.length >= shortest).slice(0, mostTexts);

function addDocument(document: JsonObject, found: Set<string>): void {
  const isManifest = document['apiVersion'] !== undefined && document['kind'] !== undefined;
  if (isManifest && document['kind'] === 'Secret') for (const text of secretTexts(document)) found.add(text);
  for (const key of Object.keys(document))
    if (!isManifest || !['apiVersion', 'kind', 'metadata', 'type'].includes(key)) addLeaves(getKey(document, key) ?? null, found);
}

const textsIn = (entries: Json | undefined): readonly string[] =>
  isObject(entries) ? Object.keys(entries).flatMap((key) => [getKey(entries, key)].filter((value) => typeof value === 'string')) : [];

function addEntry(text: string, found: Set<string>): void {
  found.add(text).add(text.trim());
  const decoded = text.length <= longestYaml && text.includes(':') ? decode(text, { variant: sigsYaml }) : undefined;
  if (decoded?.ok === true && isObject(decoded.value)) addTellingLeaves(decoded.value, found);
}

const telling = /pass|pwd|secret|token|key|cred|auth|private|pin|salt|dsn|cookie/i;
/** One word or two; more are a passphrase. */
const plainWords = /^(?=.{1,20}$)[A-Za-z]+(?:[ _-][A-Za-z]+)?$/;

/**
 * The leaves of a configuration file in a Secret. `severity: warning` is no secret, and without such words no message could be read: plain words count only
 * where their key says so.
 */
function addTellingLeaves(value: Json, found: Set<string>, secret = false): void {
  if (typeof value === 'string') {
    if (secret || !plainWords.test(value)) found.add(value);
  } else if (Array.isArray(value)) for (const item of value as readonly Json[]) addTellingLeaves(item, found, secret);
  else if (isObject(value))
    for (const key of Object.keys(value)) addTellingLeaves(getKey(value, key) ?? null, found, secret || telling.test(key));
}

function addLeaves(value: Json, found: Set<string>): void {
  if (typeof value === 'string') found.add(value);
  else if (Array.isArray(value)) for (const item of value as readonly Json[]) addLeaves(item, found);
  else if (isObject(value)) for (const key of Object.keys(value)) addLeaves(getKey(value, key) ?? null, found);
}

/** Words that API servers answer with, which programs and people have to be able to read. */
const wordsOfServers =
  'namespaces not found; field is immutable; may not be changed; may not change once set; updates to spec for fields other than; being terminated; ' +
  'failed to create typed patch object; failed to convert new object; conflict with; admission webhook denied the request; exceeded quota; forbidden; invalid value; required';

/**
 * The secrets without those that everybody reads anyway: `names` of the App, its objects and files, and the words of API servers. `payments` is no secret of
 * the App in `apps/payments`, and messages have to name files there. The longest come first: one may be a part of another.
 */
export function untold(secrets: Iterable<string>, names: Iterable<string>): readonly string[] {
  const said = [wordsOfServers, ...new Set(names)].join('\n');
  return [...secrets].filter((secret) => !said.includes(secret)).sort((a, b) => b.length - a.length);
}

/** A text without the secrets. */
export function maskText(text: string, secrets: readonly string[]): string {
  let masked = text;
  for (const secret of secrets) for (const form of formsOf(secret)) if (masked.includes(form)) masked = masked.replaceAll(form, '***');
  return masked;
}

const formsOf = (secret: string): readonly string[] => [secret, Buffer.from(secret, 'utf8').toString('base64')];

/** Whether a text holds one of the secrets, as it is or in base64, which may be wrapped twice. */
function holds(text: string, secrets: readonly string[], depth = 0): boolean {
  if (secrets.some((secret) => formsOf(secret).some((form) => text.includes(form)))) return true;
  return depth < 2 && isBase64(text) && holds(Buffer.from(text, 'base64').toString('utf8'), secrets, depth + 1);
}

const isBase64 = (text: string): boolean => text.length >= 8 && text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text);

/** A value whose strings that hold a secret are replaced by their fingerprints under `key`; the value itself when there are none. */
export function maskValue(value: Json, secrets: readonly string[], key: Uint8Array): Json {
  if (secrets.length === 0) return value;
  if (typeof value === 'string') return holds(value, secrets) ? fingerprint(value, key) : value;
  if (Array.isArray(value)) {
    const items = (value as readonly Json[]).map((item) => maskValue(item, secrets, key));
    return items.every((item, index) => item === value[index]) ? value : items;
  }
  if (!isObject(value)) return value;
  const entries = Object.keys(value).map((name): [string, Json] => [name, maskValue(getKey(value, name) ?? null, secrets, key)]);
  return entries.every(([name, item]) => item === (getKey(value, name) ?? null)) ? value : record(entries);
}

/** The same with every `message` in it masked: what is told to people, and not the words that programs read. */
export function maskMessages<T>(value: T, secrets: readonly string[]): T {
  if (secrets.length === 0 || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => maskMessages(item, secrets)) as T;
  const entries = Object.entries(value).map(([name, item]: [string, unknown]) => [
    name,
    name === 'message' && typeof item === 'string' ? maskText(item, secrets) : maskMessages(item, secrets),
  ]);
  return Object.fromEntries(entries) as T;
}
