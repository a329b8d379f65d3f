/** YAML that was read before: charts read the same documents again and again. */
import { type Json, mapValues } from '../../object/index.ts';

export type Read = { readonly value: Json } | { readonly error: string };

const maxCharacters = 1 << 24;

/** What a text says, remembered. May be shared by renders; forgets everything when it has seen too much. */
export class DocumentCache {
  private readonly known = new Map<string, Read>();
  private characters = 0;

  /** A value of its own for every caller: templates write into what they read. */
  read(text: string, decode: (text: string) => Read): Read {
    const known = this.known.get(text) ?? this.remember(text, decode(text));
    return 'value' in known ? { value: copy(known.value) } : known;
  }

  private remember(text: string, read: Read): Read {
    this.characters += text.length;
    if (this.characters > maxCharacters) {
      this.known.clear();
      this.characters = text.length;
    }
    this.known.set(text, read);
    return read;
  }
}

function copy(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  return Array.isArray(value) ? (value as readonly Json[]).map(copy) : (mapValues(value as { readonly [key: string]: Json }, copy) as Json);
}
