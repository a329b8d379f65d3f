/** Chart.yaml: reading with Go's rules for typed fields, and what a valid one looks like. Source: Helm 4 pkg/chart/v2/metadata.go, dependency.go. */
import { err, ok, type Result } from '../../../std/index.ts';
import { baseName } from '../../go/path/index.ts';
import { parseVersion } from '../../go/semver/index.ts';
import { isPrint, quote } from '../../go/strconv/index.ts';
import { type Json, type JsonObject, isObject } from '../../object/index.ts';
import { decode, sigsYaml } from '../../yaml/index.ts';
import type { Dependency, Lock, Maintainer, Metadata } from './chart.ts';

class Mismatch extends Error {}

/** The value of a field: the exact name wins, then any spelling that differs in case only. */
function fieldOf(object: JsonObject, name: string): Json | undefined {
  if (Object.hasOwn(object, name)) return object[name];
  const other = Object.keys(object).find((key) => key.toLowerCase() === name.toLowerCase());
  return other === undefined ? undefined : object[other];
}

const kindOf = (value: Json): string =>
  Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value === 'boolean' ? 'bool' : typeof value;

function mismatch(value: Json, place: string, type: string): never {
  throw new Mismatch(
    `error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${kindOf(value)} into Go struct field ${place} of type ${type}`,
  );
}

/** Numbers and booleans where a string is wanted become text; floats with 32 bits, as sigs.k8s.io/yaml does it. */
function textOf(value: Json | undefined, place: string): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'bigint':
    case 'boolean':
      return String(value);
  }
  return value === undefined || value === null ? '' : mismatch(value, place, 'string');
}

function listOf<T>(value: Json | undefined, place: { readonly name: string; readonly type: string }, item: (value: Json) => T): T[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? (value as readonly Json[]).map(item) : mismatch(value, place.name, place.type);
}

const texts = (value: Json | undefined, place: string): string[] =>
  listOf(value, { name: place, type: '[]string' }, (item) => textOf(item, place));

function flagOf(value: Json | undefined, place: string): boolean {
  if (value === undefined || value === null) return false;
  return typeof value === 'boolean' ? value : mismatch(value, place, 'bool');
}

/** White space becomes blanks, what cannot be printed goes. */
const sanitize = (text: string): string =>
  Array.from(text, (character) =>
    /^[\s\u0085]$/u.test(character) && character !== '\ufeff' ? ' ' : isPrint(character.codePointAt(0) ?? 0) ? character : '',
  ).join('');

function dependencyOf(value: Json): Dependency | undefined {
  if (value === null) return undefined;
  if (!isObject(value)) return mismatch(value, 'Metadata.dependencies', 'v2.Dependency');
  const text = (name: string): string => textOf(fieldOf(value, name), `Dependency.dependencies.${name}`);
  return {
    name: text('name'),
    version: text('version'),
    repository: text('repository'),
    condition: text('condition'),
    tags: texts(fieldOf(value, 'tags'), 'Dependency.dependencies.tags'),
    enabled: flagOf(fieldOf(value, 'enabled'), 'Dependency.dependencies.enabled'),
    importValues: listOf(
      fieldOf(value, 'import-values'),
      { name: 'Dependency.dependencies.import-values', type: '[]interface {}' },
      (item) => item,
    ),
    alias: text('alias'),
  };
}

function maintainerOf(value: Json): Maintainer | undefined {
  if (value === null) return undefined;
  if (!isObject(value)) return mismatch(value, 'Metadata.maintainers', 'v2.Maintainer');
  const text = (name: string): string => textOf(fieldOf(value, name), `Maintainer.maintainers.${name}`);
  return { name: text('name'), email: text('email'), url: text('url') };
}

/** What stands in the fields; nulls in lists are kept so that validation can complain about them. */
export interface RawMetadata extends Omit<Metadata, 'maintainers' | 'dependencies'> {
  readonly maintainers: readonly (Maintainer | undefined)[];
  readonly dependencies: readonly (Dependency | undefined)[] | undefined;
}

function annotationsOf(value: Json | undefined): Readonly<Record<string, string>> | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) return mismatch(value, 'Metadata.annotations', 'map[string]string');
  const entries = Object.entries(value).map(([key, item]): [string, string] => [key, textOf(item, 'Metadata.annotations')]);
  return Object.setPrototypeOf(Object.fromEntries(entries), null) as Record<string, string>;
}

function metadataOf(value: JsonObject): RawMetadata {
  const text = (name: string): string => textOf(fieldOf(value, name), `Metadata.${name}`);
  const dependencies = fieldOf(value, 'dependencies');
  return {
    name: text('name'),
    home: text('home'),
    sources: texts(fieldOf(value, 'sources'), 'Metadata.sources'),
    version: text('version'),
    description: text('description'),
    keywords: texts(fieldOf(value, 'keywords'), 'Metadata.keywords'),
    maintainers: listOf(fieldOf(value, 'maintainers'), { name: 'Metadata.maintainers', type: '[]*v2.Maintainer' }, maintainerOf),
    icon: text('icon'),
    apiVersion: text('apiVersion'),
    condition: text('condition'),
    tags: text('tags'),
    appVersion: text('appVersion'),
    deprecated: flagOf(fieldOf(value, 'deprecated'), 'Metadata.deprecated'),
    annotations: annotationsOf(fieldOf(value, 'annotations')),
    kubeVersion: text('kubeVersion'),
    dependencies:
      dependencies === undefined || dependencies === null
        ? undefined
        : listOf(dependencies, { name: 'Metadata.dependencies', type: '[]*v2.Dependency' }, dependencyOf),
    type: text('type'),
  };
}

function readObject<T>(text: string, of: (value: JsonObject) => T): Result<T, string> {
  const decoded = decode(text, { variant: sigsYaml, floats: 'text' });
  if (!decoded.ok) return err(`error converting YAML to JSON: ${decoded.error.message}`);
  const value = decoded.value ?? {};
  try {
    return isObject(value)
      ? ok(of(value))
      : err(`error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${kindOf(value)} into Go value of type v2.Metadata`);
  } catch (error) {
    if (error instanceof Mismatch) return err(error.message);
    throw error;
  }
}

/** Chart.yaml, or requirements.yaml read on top of it: only the fields that are there replace `before`. */
export function readMetadata(text: string, before?: RawMetadata): Result<RawMetadata, string> {
  return readObject(text, (value) => {
    const read = metadataOf(value);
    if (before === undefined) return read;
    const given = new Set(Object.keys(value).map((key) => key.toLowerCase()));
    return Object.fromEntries(
      Object.entries(before).map(([name, old]): [string, unknown] => [
        name,
        given.has(name.toLowerCase()) ? read[name as keyof RawMetadata] : old,
      ]),
    ) as unknown as RawMetadata;
  });
}

/** Chart.lock or requirements.lock. */
export function readLock(text: string): Result<Lock, string> {
  return readObject(text, (value) => ({
    generated: textOf(fieldOf(value, 'generated'), 'Lock.generated'),
    digest: textOf(fieldOf(value, 'digest'), 'Lock.digest'),
    dependencies: listOf(fieldOf(value, 'dependencies'), { name: 'Lock.dependencies', type: '[]*v2.Dependency' }, dependencyOf).filter(
      (dependency) => dependency !== undefined,
    ),
  }));
}

const invalid = (message: string): { readonly ok: false; readonly error: string } => err(`validation: ${message}`);

/** The metadata with unprintable characters removed, or what is wrong with it. */
export function validateMetadata(raw: RawMetadata | undefined): Result<Metadata, string> {
  if (raw === undefined) return invalid('chart.metadata is required');
  const md: RawMetadata = {
    ...raw,
    name: sanitize(raw.name),
    description: sanitize(raw.description),
    home: sanitize(raw.home),
    icon: sanitize(raw.icon),
    condition: sanitize(raw.condition),
    tags: sanitize(raw.tags),
    appVersion: sanitize(raw.appVersion),
    kubeVersion: sanitize(raw.kubeVersion),
    sources: raw.sources.map(sanitize),
    keywords: raw.keywords.map(sanitize),
  };
  const problem = identityProblem(md);
  if (problem !== undefined) return invalid(problem);
  const maintainers: Maintainer[] = [];
  for (const maintainer of md.maintainers) {
    if (maintainer === undefined) return invalid('maintainers must not contain empty or null nodes');
    maintainers.push({ name: sanitize(maintainer.name), email: sanitize(maintainer.email), url: sanitize(maintainer.url) });
  }
  const dependencies = validateDependencies(md.dependencies ?? []);
  if (!dependencies.ok) return dependencies;
  return ok({ ...md, maintainers, dependencies: md.dependencies === undefined ? undefined : dependencies.value });
}

function identityProblem(md: RawMetadata): string | undefined {
  if (md.apiVersion === '') return 'chart.metadata.apiVersion is required';
  if (md.name === '') return 'chart.metadata.name is required';
  if (md.name === '.' || md.name === '..') return `chart.metadata.name ${quote(md.name)} is not allowed`;
  if (md.name !== baseName(md.name)) return `chart.metadata.name ${quote(md.name)} is invalid`;
  if (md.version === '') return 'chart.metadata.version is required';
  if (!parseVersion(md.version).ok) return `chart.metadata.version ${quote(md.version)} is invalid`;
  return ['', 'application', 'library'].includes(md.type) ? undefined : 'chart.metadata.type must be application or library';
}

function validateDependencies(raw: readonly (Dependency | undefined)[]): Result<readonly Dependency[], string> {
  const seen = new Set<string>();
  const dependencies: Dependency[] = [];
  for (const given of raw) {
    if (given === undefined) return invalid('dependencies must not contain empty or null nodes');
    const dependency = {
      ...given,
      name: sanitize(given.name),
      version: sanitize(given.version),
      repository: sanitize(given.repository),
      condition: sanitize(given.condition),
      tags: given.tags.map(sanitize),
    };
    if (dependency.alias !== '' && !/^[a-zA-Z0-9_-]+$/.test(dependency.alias)) {
      return invalid(`dependency ${quote(dependency.name)} has disallowed characters in the alias`);
    }
    const key = dependency.alias === '' ? dependency.name : dependency.alias;
    if (seen.has(key)) return invalid(`more than one dependency with name or alias ${quote(key)}`);
    seen.add(key);
    dependencies.push(dependency);
  }
  return ok(dependencies);
}
