/**
 * Carrying out a JSON patch: every operation gives a new document that shares what it does not touch.
 * Messages are those of evanphx/json-patch 4.13 (patch.go), which people know from kubectl and kustomize.
 */
import { type Result, err, ok } from '../../../std/index.ts';
import { type Json, type JsonObject, getKey, hasKey, isObject, withKey, withoutKey } from '../../object/index.ts';
import { equalJson } from '../../object/value/index.ts';
import { canonicalJson } from '../fieldset/index.ts';
import type { Dialect, JsonPatch, Operation } from './operation.ts';

export interface PatchOptions {
  /** Default `v4`. */
  readonly dialect?: Dialect;
  /** Removing what is not there is no error. Default false. */
  readonly allowMissingPathOnRemove?: boolean;
  /** `add` makes missing objects and lists on the way. Default false. */
  readonly ensurePathExistsOnAdd?: boolean;
  /** How many bytes of JSON all `copy` operations may add together. Default 3 MiB. */
  readonly copyLimit?: number;
}

export interface PatchFailure {
  readonly message: string;
  /** 0-based position of the operation. */
  readonly operation: number;
  readonly path: string;
  /** `test`: the document is not what the patch expects. */
  readonly kind: 'test' | 'invalid';
}

const DEFAULT_COPY_LIMIT = 3 * 1024 * 1024;
/** Longest run of nulls that `ensurePathExistsOnAdd` fills a list with. */
const MAX_PADDING = 10_000;

/** Stops at an operation; never leaves this file. */
class Failed extends Error {
  readonly kind: 'test' | 'invalid';

  constructor(message: string, kind: 'test' | 'invalid' = 'invalid') {
    super(message);
    this.kind = kind;
  }
}

const quote = (text: string): string => JSON.stringify(text);
const missing = (what: string): Failed => new Failed(`${what}: missing value`);
const badIndex = (key: string): Failed => new Failed(`Unable to access invalid index: ${Number(key)}: invalid index referenced`);

/** Says where a failure inside a container happened. */
function within<T>(where: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw error instanceof Failed ? new Failed(`${where}: ${error.message}`, error.kind) : error;
  }
}

/** A change of the container of the last step, and what it is called when there is no such container. */
interface Edit {
  readonly change: (container: Json, key: string) => Json;
  readonly gone: string;
}

/** Applies all operations or none. An absent document (empty text) stays absent. */
export function applyJsonPatch(
  document: Json | undefined,
  patch: JsonPatch,
  options: PatchOptions = {},
): Result<Json | undefined, PatchFailure> {
  if (document === undefined) return ok(undefined);
  const run = new Run(document, options);
  for (const [index, operation] of patch.entries()) {
    try {
      run.step(operation);
    } catch (error) {
      if (!(error instanceof Failed)) throw error;
      return err({ message: error.message, operation: index, path: operation.path, kind: error.kind });
    }
  }
  return ok(run.document);
}

/** The steps of a pointer; undefined when it has none. As in the original, whatever stands before the first `/` is ignored. */
function stepsOf(path: string): readonly string[] | undefined {
  const [, ...steps] = path.split('/');
  return steps.length === 0 ? undefined : steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

class Run {
  document: Json;
  readonly #options: PatchOptions;
  #copied = 0;

  constructor(document: Json, options: PatchOptions) {
    this.document = document;
    this.#options = options;
  }

  step(operation: Operation): void {
    switch (operation.op) {
      case 'add':
        this.#add(operation.path, operation.value);
        return;
      case 'replace':
        this.#replace(operation.path, operation.value);
        return;
      case 'remove':
        this.#remove(operation.path);
        return;
      case 'move':
        this.#move(operation.from, operation.path);
        return;
      case 'copy':
        this.#copy(operation.from, operation.path);
        return;
      case 'test':
        this.#test(operation.path, operation.value);
    }
  }

  #add(path: string, value: Json): void {
    if (this.#options.ensurePathExistsOnAdd === true) this.document = this.#ensured(this.document, stepsOf(path) ?? []);
    this.#addAt(path, value, {
      gone: `add operation does not apply: doc is missing path: "${path}"`,
      where: `error in add for path: '${path}'`,
    });
  }

  /** Adds without making missing parents. */
  #addAt(path: string, value: Json, { gone, where }: { readonly gone: string; readonly where: string }): void {
    // v4 knows no way to the whole document.
    if (path === '' && !this.#isV4) this.document = value;
    else this.document = this.#edit(path, { gone, change: (container, key) => within(where, () => this.#added(container, key, value)) });
  }

  get #isV4(): boolean {
    return (this.#options.dialect ?? 'v4') === 'v4';
  }

  #added(container: Json, key: string, value: Json): Json {
    if (isObject(container)) return withKey(container, key, value);
    const list = container as readonly Json[];
    const index = key === '-' ? list.length : this.#index(key, list.length + 1);
    if (index > list.length) throw badIndex(key);
    return list.toSpliced(index, 0, value);
  }

  #replace(path: string, value: Json): void {
    if (path === '') {
      this.document = value;
      return;
    }
    this.document = this.#edit(path, {
      gone: `replace operation does not apply: doc is missing path: ${path}`,
      change: (container, key) => {
        const addable = this.#isV4 && isObject(container);
        if (!addable && this.#find(container, key) === undefined)
          throw missing(`replace operation does not apply: doc is missing key: ${path}`);
        return this.#with(container, key, value);
      },
    });
  }

  #with(container: Json, key: string, value: Json): Json {
    if (isObject(container)) return withKey(container, key, value);
    const list = container as readonly Json[];
    const index = this.#index(key, list.length);
    return list[index] === value ? container : list.with(index, value);
  }

  #remove(path: string): void {
    const lenient = this.#options.allowMissingPathOnRemove === true;
    if (lenient && path !== '' && this.#lookup(stepsOf(path) ?? []) === undefined) return;
    this.document = this.#edit(path, {
      gone: `remove operation does not apply: doc is missing path: "${path}"`,
      change: (container, key) => within(`error in remove for path: '${path}'`, () => this.#removed(container, key)),
    });
  }

  #removed(container: Json, key: string): Json {
    if (isObject(container)) {
      if (!hasKey(container, key)) throw missing(`Unable to remove nonexistent key: ${key}`);
      return withoutKey(container, key);
    }
    const list = container as readonly Json[];
    const index = this.#index(key, list.length);
    if (index >= list.length) throw badIndex(key);
    return list.toSpliced(index, 1);
  }

  #move(from: string, path: string): void {
    if (from === '' && !this.#isV4) throw new Failed('unable to move entire document to another path: invalid state detected');
    const gone = `move operation does not apply: doc is missing from path: ${from}`;
    const where = `error in move for path: '${stepsOf(from)?.at(-1) ?? ''}'`;
    const value = this.#existing(from, { gone, where });
    this.document = this.#edit(from, { gone, change: (container, key) => within(where, () => this.#removed(container, key)) });
    this.#addAt(path, value, {
      gone: `move operation does not apply: doc is missing destination path: ${path}`,
      where: `error in move for path: '${path}'`,
    });
  }

  #copy(from: string, path: string): void {
    const gone = `copy operation does not apply: doc is missing from path: ${from}`;
    const value = this.#existing(from, { gone, where: `error in copy for from: '${from}'` });
    this.#copied += canonicalJson(value).length;
    const limit = this.#options.copyLimit ?? DEFAULT_COPY_LIMIT;
    if (this.#copied > limit) {
      throw new Failed(
        `Unable to complete the copy, the accumulated size increase of copy is ${this.#copied}, exceeding the limit ${limit}`,
      );
    }
    this.#addAt(path, value, {
      gone: `copy operation does not apply: doc is missing destination path: ${path}`,
      where: 'error while adding value during copy',
    });
  }

  /** The value that is moved or copied; in v4 a member that is not there is null. */
  #existing(from: string, { gone, where }: { readonly gone: string; readonly where: string }): Json {
    if (from === '' && !this.#isV4) return this.document;
    const steps = stepsOf(from);
    const parent = steps === undefined ? undefined : this.#lookup(steps.slice(0, -1));
    if (steps === undefined || parent === undefined || parent === null) throw missing(gone);
    const value = within(where, () => this.#get(parent, steps.at(-1) ?? ''));
    if (value !== undefined) return value;
    if (this.#isV4 && isObject(parent)) return null;
    throw missing(gone);
  }

  #test(path: string, value: Json): void {
    const steps = stepsOf(path);
    const parent = path === '' ? this.document : steps === undefined ? undefined : this.#lookup(steps.slice(0, -1));
    if (parent === undefined) throw missing(`test operation does not apply: is missing path: ${path}`);
    // A member that is not there equals null.
    const member = (): Json | undefined => this.#get(parent, steps?.at(-1) ?? '') ?? (isObject(parent) ? null : undefined);
    const found = path === '' ? parent : within(`error in test for path: '${path}'`, member);
    if (found === undefined || !equalJson(found, value)) throw new Failed(`testing value ${path} failed: test failed`, 'test');
  }

  /** The value at these steps; undefined when there is none. */
  #lookup(steps: readonly string[]): Json | undefined {
    let at: Json | undefined = this.document;
    for (const step of steps) at = at === undefined ? undefined : this.#find(at, step);
    return at;
  }

  /** A member; undefined when an object has none of this name. Fails where a list has no such item. */
  #get(container: Json, key: string): Json | undefined {
    if (isObject(container)) return getKey(container, key);
    if (!Array.isArray(container)) return undefined;
    const index = this.#index(key, container.length);
    if (index >= container.length) throw badIndex(key);
    return container[index] as Json;
  }

  /** Like `#get`, but what is no index of the list is simply not there. */
  #find(container: Json, key: string): Json | undefined {
    try {
      return this.#get(container, key);
    } catch (error) {
      if (error instanceof Failed) return undefined;
      throw error;
    }
  }

  /** Copies the way to the container of the last step and changes it. */
  #edit(path: string, { change, gone }: Edit): Json {
    const steps = stepsOf(path);
    if (steps === undefined) throw missing(gone);
    const parents: { readonly container: Json; readonly key: string }[] = [];
    let at = this.document;
    for (const step of steps.slice(0, -1)) {
      const next = this.#find(at, step);
      if (next === undefined) throw missing(gone);
      parents.push({ container: at, key: step });
      at = next;
    }
    if (typeof at !== 'object' || at === null) throw missing(gone);
    let result = change(at, steps.at(-1) ?? '');
    if (result === at) return this.document;
    for (const parent of parents.toReversed()) result = this.#with(parent.container, parent.key, result);
    return result;
  }

  /** An index from the beginning. As it is written, negative ones count from the end and may not lie before the beginning. */
  #index(key: string, length: number): number {
    const go = this.#options.dialect !== 'rfc';
    if (!(go ? /^[+-]?\d{1,15}$/ : /^(?:0|[1-9]\d{0,14})$/).test(key))
      throw new Failed(`strconv.Atoi: parsing ${quote(key)}: invalid syntax`);
    const index = Number(key);
    if (index < -length) throw badIndex(key);
    return index < 0 ? index + length : index;
  }

  /** The value with all containers on the way to the last step. What the next step looks like says whether a list or an object is made. */
  #ensured(at: Json, steps: readonly string[]): Json {
    const [step, next, ...rest] = steps;
    if (step === undefined || next === undefined) return at;
    const found = Array.isArray(at) && step === '-' ? undefined : this.#find(at, step);
    if (found !== undefined && found !== null) {
      const child = this.#ensured(found, [next, ...rest]);
      return child === found ? at : this.#with(at, step, child);
    }
    const child = this.#ensured(emptyFor(next), [next, ...rest]);
    if (found === null) return this.#with(at, step, child);
    const padded = Array.isArray(at) && step !== '-' ? padTo(at as readonly Json[], this.#index(step, at.length + 1)) : at;
    return typeof padded === 'object' && padded !== null ? this.#added(padded, step, child) : at;
  }
}

function emptyFor(step: string): Json {
  if (step === '-') return [];
  if (!/^[+-]?\d{1,15}$/.test(step)) return {} satisfies JsonObject;
  const index = Number(step);
  if (index < -1) throw new Failed(`Unable to ensure path for negative index other than -1: ${index}: invalid index referenced`);
  return padTo([], Math.max(index, 0));
}

function padTo(list: readonly Json[], length: number): Json {
  if (length > list.length + MAX_PADDING) throw new Failed(`Unable to create array of size ${length}, limit is ${MAX_PADDING}`);
  return length <= list.length ? list : [...list, ...Array.from({ length: length - list.length }, () => null)];
}
