/**
 * Sets of one content as one object, with their fieldsV1 form. Thousands of objects are applied in the same few shapes: the sets of a shape are
 * written out once, and what keeps them (stored objects, caches) shares them.
 */
import { deepFreeze } from '../../object/value/index.ts';
import type { JsonObject } from '../../object/index.ts';
import { type FieldSet, toFieldsV1 } from '../fieldset/index.ts';

export interface SharedSet {
  readonly set: FieldSet;
  /** Frozen. */
  readonly fieldsV1: JsonObject;
}

/** Characters of content that are remembered, and those of one set: a set of thousands of keys has no twin. */
const LIMIT = 1_000_000;
const LARGEST = 16_000;

export class SharedSets {
  readonly #known = new Map<string, SharedSet>();
  #characters = 0;

  share(set: FieldSet): SharedSet {
    const text = set.contentText();
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const made = { set, fieldsV1: deepFreeze(toFieldsV1(set)) };
    if (text.length > LARGEST) return made;
    this.#characters += text.length;
    if (this.#characters > LIMIT) {
      this.#known.clear();
      this.#characters = text.length;
    }
    this.#known.set(text, made);
    return made;
  }
}
