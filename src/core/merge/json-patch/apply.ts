/** Carrying out a JSON patch: every operation gives a new document that shares what it does not touch. */
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

/** The steps of a pointer. As in the original, whatever stands before the first `/` is ignored. */
function stepsOf(path: string): readonly string[] {
  const [, ...steps] = path.split('/');
  if (path !== '' && steps.length === 0) throw new Failed(`doc is missing path: "${path}": missing value`);
  return steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
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
    const steps = this.#target(path);
    if (this.#options.ensurePathExistsOnAdd === true) this.document = this.#ensured(this.document, steps);
    this.document = steps.length === 0 ? value : this.#edit(steps, (container, key) => this.#added(container, key, value));
  }

  get #isV4(): boolean {
    return (this.#options.dialect ?? 'v4') === 'v4';
  }

  /** The steps to something that is added or read; v4 knows no way to the whole document here. */
  #target(path: string): readonly string[] {
    if (path === '' && this.#isV4) throw new Failed('doc is missing path: "": missing value');
    return stepsOf(path);
  }

  #added(container: Json, key: string, value: Json): Json {
    if (isObject(container)) return withKey(container, key, value);
    const list = container as readonly Json[];
    const index = key === '-' ? list.length : this.#index(key, list.length + 1);
    if (index > list.length) throw new Failed(`Unable to access invalid index: ${key}: invalid index referenced`);
    return list.toSpliced(index, 0, value);
  }

  #replace(path: string, value: Json): void {
    const steps = stepsOf(path);
    if (steps.length === 0) {
      this.document = value;
      return;
    }
    this.document = this.#edit(steps, (container, key) => {
      const addable = this.#isV4 && isObject(container);
      if (!addable && this.#get(container, key) === undefined)
        throw new Failed(`replace operation does not apply: doc is missing key: ${path}: missing value`);
      return this.#with(container, key, value);
    });
  }

  #with(container: Json, key: string, value: Json): Json {
    if (isObject(container)) return withKey(container, key, value);
    const list = container as readonly Json[];
    const index = this.#index(key, list.length);
    return list[index] === value ? container : list.with(index, value);
  }

  #remove(path: string): void {
    const steps = stepsOf(path);
    if (steps.length === 0) throw new Failed(`remove operation does not apply: doc is missing path: "${path}": missing value`);
    const lenient = this.#options.allowMissingPathOnRemove === true;
    if (lenient && this.#lookup(steps) === undefined) return;
    this.document = this.#edit(steps, (container, key) => this.#removed(container, key));
  }

  #removed(container: Json, key: string): Json {
    if (isObject(container)) {
      if (!hasKey(container, key)) throw new Failed(`unable to remove nonexistent key: ${key}: missing value`);
      return withoutKey(container, key);
    }
    const list = container as readonly Json[];
    const index = this.#index(key, list.length);
    if (index >= list.length) throw new Failed(`Unable to access invalid index: ${key}: invalid index referenced`);
    return list.toSpliced(index, 1);
  }

  #move(from: string, path: string): void {
    if (from === '') throw new Failed('unable to move entire document to another path: invalid state detected');
    const value = this.#existing(from, 'move');
    this.document = this.#edit(stepsOf(from), (container, key) => this.#removed(container, key));
    this.#addPlain(path, value);
  }

  #copy(from: string, path: string): void {
    const value = this.#existing(from, 'copy');
    this.#copied += canonicalJson(value).length;
    const limit = this.#options.copyLimit ?? DEFAULT_COPY_LIMIT;
    if (this.#copied > limit) {
      throw new Failed(
        `Unable to complete the copy, the accumulated size increase of copy is ${this.#copied}, exceeding the limit ${limit}`,
      );
    }
    this.#addPlain(path, value);
  }

  /** Adds without making missing parents. */
  #addPlain(path: string, value: Json): void {
    const steps = this.#target(path);
    this.document = steps.length === 0 ? value : this.#edit(steps, (container, key) => this.#added(container, key, value));
  }

  #existing(from: string, op: string): Json {
    const steps = this.#target(from);
    const found = this.#lookup(steps);
    const nothing = found === undefined && this.#isV4 && isObject(this.#lookup(steps.slice(0, -1)) ?? null);
    const value = nothing ? null : found;
    if (value === undefined) throw new Failed(`${op} operation does not apply: doc is missing from path: "${from}": missing value`);
    return value;
  }

  #test(path: string, value: Json): void {
    const steps = stepsOf(path);
    const parent = steps.length === 0 ? this.document : this.#lookup(steps.slice(0, -1));
    if (parent === undefined) throw new Failed(`test operation does not apply: is missing path: ${path}: missing value`);
    // A member that is not there equals null.
    const found = steps.length === 0 ? parent : (this.#get(parent, steps.at(-1) ?? '') ?? (isObject(parent) ? null : undefined));
    if (found === undefined || !equalJson(found, value)) throw new Failed(`testing value ${path} failed: test failed`, 'test');
  }

  /** The value at these steps; undefined when there is none. */
  #lookup(steps: readonly string[]): Json | undefined {
    let at: Json | undefined = this.document;
    for (const step of steps) at = at === undefined ? undefined : this.#get(at, step);
    return at;
  }

  #get(container: Json, key: string): Json | undefined {
    if (isObject(container)) return getKey(container, key);
    return Array.isArray(container) ? (container.at(this.#position(key, container.length)) as Json | undefined) : undefined;
  }

  /** Copies the way to the container of the last step and changes it. */
  #edit(steps: readonly string[], change: (container: Json, key: string) => Json): Json {
    const [key = '', ...rest] = steps.toReversed();
    const parents: { readonly container: Json; readonly key: string }[] = [];
    let at = this.document;
    for (const step of rest.toReversed()) {
      const next = this.#get(at, step);
      if (next === undefined) throw missing(steps);
      parents.push({ container: at, key: step });
      at = next;
    }
    if (typeof at !== 'object' || at === null) throw missing(steps);
    let result = change(at, key);
    if (result === at) return this.document;
    for (const parent of parents.toReversed()) result = this.#with(parent.container, parent.key, result);
    return result;
  }

  /** An index as it is written: negative ones count from the end. */
  #position(key: string, length: number): number {
    const go = this.#options.dialect !== 'rfc';
    if (!(go ? /^[+-]?\d{1,15}$/ : /^(?:0|[1-9]\d{0,14})$/).test(key)) throw new Failed(`value was not a proper array index: '${key}'`);
    const index = Number(key);
    // Beyond the beginning is nowhere, like beyond the end.
    return index < -length ? length : index;
  }

  /** An index from the beginning, which must not lie before it. */
  #index(key: string, length: number): number {
    const index = this.#position(key, length);
    if (Number(key) < -length) throw new Failed(`Unable to access invalid index: ${key}: invalid index referenced`);
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

  /** Like `#get`, but an index beyond the end is simply not there. */
  #find(container: Json, key: string): Json | undefined {
    return Array.isArray(container) && /^\d+$/.test(key) && Number(key) >= container.length ? undefined : this.#get(container, key);
  }
}

const missing = (steps: readonly string[]): Failed =>
  new Failed(`operation does not apply: doc is missing path: "/${steps.join('/')}": missing value`);

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
