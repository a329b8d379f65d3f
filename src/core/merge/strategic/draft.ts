/** An object under change: copied on the first real change, so that changing nothing gives the object itself. */
import { type Json, type JsonObject, record } from '../../object/index.ts';
import { equalJson } from '../../object/value/index.ts';

export class Draft {
  readonly #base: JsonObject;
  #copy: { [key: string]: Json } | undefined;

  constructor(base: JsonObject) {
    this.#base = base;
  }

  get(key: string): Json | undefined {
    const from = this.#copy ?? this.#base;
    return Object.hasOwn(from, key) ? from[key] : undefined;
  }

  keys(): string[] {
    return Object.keys(this.#copy ?? this.#base);
  }

  set(key: string, value: Json): void {
    const old = this.get(key);
    if (old === value || (old !== undefined && equalJson(old, value))) return;
    this.#open()[key] = value;
  }

  delete(key: string): void {
    if (this.get(key) !== undefined) delete this.#open()[key];
  }

  done(): JsonObject {
    return this.#copy ?? this.#base;
  }

  #open(): { [key: string]: Json } {
    this.#copy ??= record(Object.entries(this.#base).filter((entry): entry is [string, Json] => entry[1] !== undefined));
    return this.#copy;
  }
}
