/**
 * The leak guard: Secrets whose values stand in clear in Git are told, or refused, with the one command that seals them. A Secret of a file is judged by
 * its file; one that a chart or a generator made, by whether its values stand in a file that was read.
 */
import type { FileFound } from '../../core/ask/index.ts';
import { getKey, isObject, type Json, type KubeObject } from '../../core/object/index.ts';
import type { Problem } from '../../core/problem/index.ts';
import type { RenderedObject } from '../app/build.ts';
import { fileTexts } from '../app/secret-texts.ts';

/** What the platform says of plain Secrets in Git. */
export type LeakPolicy = 'allow' | 'warn' | 'refuse';

export interface Leaks {
  readonly policy: LeakPolicy;
  /** Where objects without a namespace go. */
  readonly namespace: string;
  /** Files of the source that were read in clear, and those that are encrypted in Git. */
  readonly plain: ReadonlyMap<string, FileFound>;
  readonly encrypted: ReadonlySet<string>;
  /** What is known from encrypted files and from Secrets of the cluster. */
  readonly known: ReadonlySet<string>;
}

/** Values shorter than this are found by chance. */
const shortest = 6;

export function leaksOf(objects: readonly RenderedObject[], leaks: Leaks): readonly Problem[] {
  if (leaks.policy === 'allow') return [];
  const index = new PlainTexts(leaks.plain);
  return objects.flatMap((rendered) => {
    if (rendered.object.kind !== 'Secret' || rendered.object.apiVersion !== 'v1') return [];
    const file = leakingFile(rendered, leaks, index);
    return file === undefined ? [] : [problemOf(rendered, file, leaks)];
  });
}

/** The file in which values of a Secret stand in clear. */
function leakingFile({ object, file }: RenderedObject, { plain, encrypted, known }: Leaks, index: PlainTexts): string | undefined {
  const values = valuesOf(object).filter((value) => value !== '' && !known.has(value) && !known.has(value.trim()));
  if (values.length === 0) return undefined;
  if (file !== undefined && encrypted.has(file)) return undefined;
  const own = file === undefined ? undefined : plain.get(file);
  if (file !== undefined && own !== undefined && isManifest(file) && describes(own, object)) return file;
  const long = values.filter((value) => value.length >= shortest);
  return index.fileWith(long) ?? templateWith(long, plain);
}

/** A template in which a value is written out: a word of its own there, plain or in base64. */
function templateWith(values: readonly string[], plain: Leaks['plain']): string | undefined {
  if (values.length === 0) return undefined;
  const forms = values.flatMap((value) => [value, value.trim(), Buffer.from(value).toString('base64')]);
  for (const [path, { text }] of plain) if (isTemplate(path) && forms.some((form) => standsIn(text, form))) return path;
  return undefined;
}

/** Whether a text holds another one that is no part of a longer word. */
function standsIn(text: string, value: string): boolean {
  for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + 1))
    if (!isPart(text.charAt(at - 1)) && !isPart(text.charAt(at + value.length))) return true;
  return false;
}

const isPart = (character: string): boolean => /^[\w.-]$/.test(character);

const isTemplate = (file: string): boolean => /(?:^|\/)templates\//.test(file);

const isManifest = (file: string): boolean => /\.(?:ya?ml|json)$/.test(file) && !isTemplate(file);

/** Whether a file is where the object is written, and not only what it was made by. */
const describes = ({ text }: FileFound, { metadata }: KubeObject): boolean =>
  /^\s*"?kind"?:\s*"?Secret\b/m.test(text) && text.includes(metadata.name ?? '');

function valuesOf(object: KubeObject): readonly string[] {
  const read = (part: Json | undefined, decode: (text: string) => string): string[] =>
    Object.keys(isObject(part) ? part : {}).flatMap((key) => {
      const value = isObject(part) ? getKey(part, key) : undefined;
      return typeof value === 'string' ? [decode(value)] : [];
    });
  return [...read(object['data'], (text) => Buffer.from(text, 'base64').toString('utf8')), ...read(object['stringData'], (text) => text)];
}

/** Which texts stand where; built when the first Secret asks. Templates are no files of values: they are looked through last. */
class PlainTexts {
  readonly #files: ReadonlyMap<string, FileFound>;
  #index: Map<string, string> | undefined;

  constructor(files: ReadonlyMap<string, FileFound>) {
    this.#files = files;
  }

  fileWith(values: readonly string[]): string | undefined {
    if (values.length === 0) return undefined;
    this.#index ??= this.#read();
    for (const value of values) {
      const file = this.#index.get(value) ?? this.#index.get(value.trim()) ?? this.#index.get(Buffer.from(value).toString('base64'));
      if (file !== undefined) return file;
    }
    return undefined;
  }

  #read(): Map<string, string> {
    const index = new Map<string, string>();
    for (const [path, file] of this.#files) {
      if (/(?:^|\/)(?:templates|charts|crds)\//.test(path)) continue;
      for (const text of fileTexts(file.text)) for (const part of [text, afterEquals(text)]) if (!index.has(part)) index.set(part, path);
    }
    return index;
  }
}

/** A literal of a generator: `key=value`. */
const afterEquals = (text: string): string => {
  const [, value = text] = /^[\w.-]+=([^\n]*)$/.exec(text) ?? [];
  return value.replace(/^(["'])(.*)\1$/, '$2');
};

function problemOf({ object, line, file }: RenderedObject, leaking: string, { policy, namespace }: Leaks): Problem {
  const name = object.metadata.name ?? '';
  const isOwn = leaking === file;
  const seal = `lockstep seal --in-place ${leaking}${(object.metadata.namespace ?? '') === '' ? ` --namespace ${namespace}` : ''}`;
  return {
    code: 'PlainSecretInGit',
    severity: policy === 'refuse' ? 'error' : 'warning',
    message: `${isOwn ? 'its values stand' : `values of Secret ${name} stand`} in clear in Git: everybody who reads the repository, or ever did, has them`,
    hint: isOwn ? `change them, then: ${seal}` : `change them, ${encryption(leaking)}, and name the key in spec.decrypt.keys`,
    object: `Secret/${object.metadata.namespace ?? namespace}/${name}`,
    file: leaking,
    ...(isOwn && line !== undefined ? { line } : {}),
  };
}

/** Templates cannot be encrypted: what they say has to become a value first. */
const encryption = (leaking: string): string =>
  isTemplate(leaking)
    ? 'let the template take them from values, then: lockstep secrets encrypt --in-place VALUES.yaml'
    : `then: lockstep secrets encrypt --in-place ${leaking}`;
