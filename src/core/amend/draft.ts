/** Files being changed: read once, changed document by document, told as a list of new texts. */
import { err, ok, type Result } from '../../std/index.ts';
import { getKey, isObject, type Json, withKey } from '../object/index.ts';
import { readDocuments, rewriteDocument } from '../yaml/edit/index.ts';

/** Text files of one repository, by path from its top. */
export interface Files {
  readonly paths: readonly string[];
  read(path: string): string | undefined;
}

export interface FileChange {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/** One value in one document of a file. */
export interface Place {
  readonly file: string;
  readonly document: number;
  readonly at: readonly Step[];
}

export type Step = string | number;

export class Draft {
  readonly #files: Files;
  readonly #texts = new Map<string, string>();
  readonly #documents = new Map<string, readonly Json[] | undefined>();

  constructor(files: Files) {
    this.#files = files;
  }

  get paths(): readonly string[] {
    return this.#files.paths;
  }

  has(file: string): boolean {
    return this.text(file) !== undefined;
  }

  text(file: string): string | undefined {
    return this.#texts.get(file) ?? this.#files.read(file);
  }

  /** What the documents of a file say; undefined: it is not there, or is no plain YAML (a template). */
  documents(file: string): readonly Json[] | undefined {
    if (this.#documents.has(file)) return this.#documents.get(file);
    const text = this.text(file);
    const read = text === undefined ? undefined : readDocuments(text);
    const documents = read?.ok === true ? read.value.map(({ value }) => value) : undefined;
    this.#documents.set(file, documents);
    return documents;
  }

  value({ file, document, at }: Place): Json | undefined {
    return valueAt(this.documents(file)?.[document], at);
  }

  /** The error is a sentence that names the file. */
  set({ file, document, at }: Place, value: Json): Result<void, string> {
    const text = this.text(file) ?? '';
    const documents = this.documents(file);
    if (documents === undefined) return err(`${file} is no YAML that can be changed`);
    const whole = documents[document] ?? null;
    if (isObject(whole) && isObject(getKey(whole, 'sops')))
      return err(`${file} is encrypted; change it with: lockstep secrets edit ${file}`);
    const made = rewriteDocument(text, document, withValue(whole, at, value));
    if (!made.ok) return err(`${file}: ${made.error}`);
    this.#texts.set(file, made.value);
    this.#documents.delete(file);
    return ok(undefined);
  }

  changes(): readonly FileChange[] {
    return [...this.#texts]
      .map(([path, after]) => ({ path, before: this.#files.read(path) ?? '', after }))
      .filter(({ before, after }) => before !== after);
  }
}

export function valueAt(value: Json | undefined, at: readonly Step[]): Json | undefined {
  return at.reduce<Json | undefined>((found, step) => {
    if (typeof step === 'number') return Array.isArray(found) ? (found as readonly Json[])[step] : undefined;
    return isObject(found) ? getKey(found, step) : undefined;
  }, value);
}

/** With one value set; what is missing on the way is made. */
export function withValue(whole: Json, at: readonly Step[], value: Json): Json {
  const [step, ...rest] = at;
  if (step === undefined) return value;
  if (typeof step === 'string') {
    const table = isObject(whole) ? whole : {};
    return withKey(table, step, withValue(getKey(table, step) ?? null, rest, value));
  }
  const list: readonly Json[] = Array.isArray(whole) ? whole : [];
  const made = withValue(list[step] ?? null, rest, value);
  return step < list.length ? list.map((item, index) => (index === step ? made : item)) : [...list, made];
}

/** `images[0].newTag`, as people write it. */
export const formatSteps = (at: readonly Step[]): string =>
  at.reduce<string>((text, step) => (typeof step === 'number' ? `${text}[${step}]` : text === '' ? step : `${text}.${step}`), '');
