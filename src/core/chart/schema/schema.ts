/** One schema, ready to check values. */
import { err, ok, type Result } from '../../../std/index.ts';
import { RegexpCache } from '../../go/regexp/index.ts';
import { quote } from '../../go/strconv/index.ts';
import { getKey, isObject, type Json } from '../../object/index.ts';
import { decodeJson } from '../../template/json/index.ts';
import { draftOf, SchemaDocument } from './document.ts';
import { pointer, quoted } from './text.ts';
import { causesOf, type Invalid, Validator } from './validate.ts';

export interface Schema {
  /** What is wrong with the value, one line per error and its causes indented; undefined when nothing is. */
  readonly problemOf: (value: Json) => string | undefined;
}

/** Compiles a schema, or says why it is none. */
export function compileSchema(text: string): Result<Schema, string> {
  const decoded = decodeJson(text);
  if (!decoded.ok) return err(decoded.error === 'unexpected end of JSON input' ? 'unexpected EOF' : decoded.error);
  const root = decoded.value as Json;
  if (typeof root !== 'boolean' && !isObject(root))
    return err('file:///values.schema.json is not valid against metaschema: a schema must be an object or a boolean');
  const draft = draftOf(root);
  if (draft === undefined)
    return err(`failing loading ${quote(String((root as { readonly $schema?: Json }).$schema))}: schemas are not fetched from elsewhere`);
  const remote = remoteReference(root, 0);
  if (remote !== undefined) return err(`failing loading ${quote(remote)}: schemas are not fetched from elsewhere`);
  const document = new SchemaDocument(root, draft);
  const lost = danglingReference(root, document, 0);
  if (lost !== undefined) return err(`json-pointer in ${quote(lost)} not found`);
  const validator = new Validator({ document, patterns: new RegexpCache() });
  return ok({
    problemOf: (value) => {
      const error = validator.validate(value);
      return error === undefined
        ? undefined
        : causesOf(error)
            .flatMap((cause) => lines(cause, 0))
            .join('\n');
    },
  });
}

/** A reference to something that would have to be fetched. */
function remoteReference(schema: Json, depth: number): string | undefined {
  if (typeof schema !== 'object' || schema === null || depth > 500) return undefined;
  const ids = JSON.stringify(schema).match(/"\$?id":"https?:[^"]*"/g) ?? [];
  const known = ids.map((id) => id.slice(id.indexOf('http'), -1));
  const found: string[] = [];
  const walk = (value: Json, level: number): void => {
    if (typeof value !== 'object' || value === null || level > 500) return;
    for (const [key, item] of Object.entries(value)) {
      if (key === '$ref' && typeof item === 'string' && /^https?:/.test(item) && !known.some((id) => item.startsWith(id.replace(/#$/, ''))))
        found.push(item);
      else if (item !== undefined) walk(item as Json, level + 1);
    }
  };
  walk(schema, depth);
  return found[0];
}

/** The absolute address of the first reference inside the document that leads nowhere. Values of enum and const are no schemas. */
function danglingReference(schema: Json, document: SchemaDocument, depth: number): string | undefined {
  if (typeof schema !== 'object' || schema === null || depth > 500) return undefined;
  if (!isObject(schema)) return firstOf(schema as readonly Json[], (item) => danglingReference(item, document, depth + 1));
  const reference = getKey(schema, '$ref');
  const base = document.baseOf(schema);
  if (typeof reference === 'string' && reference.startsWith('#/') && document.resolve(reference, base) === undefined)
    return base + reference;
  const inner = Object.keys(schema).filter((key) => key !== 'enum' && key !== 'const' && key !== 'default' && key !== 'examples');
  return firstOf(inner, (key) => danglingReference(getKey(schema, key) ?? null, document, depth + 1));
}

function firstOf<T, R>(items: readonly T[], of: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = of(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

function lines(error: Invalid, indent: number): string[] {
  const isHidden = error.kind === 'reference' && error.causes.length === 1;
  const own = isHidden ? [] : [`${'  '.repeat(indent)}- at ${quoted(pointer(error.at))}: ${error.text}`];
  return [...own, ...error.causes.flatMap((cause) => lines(cause, isHidden ? indent : indent + 1))];
}
