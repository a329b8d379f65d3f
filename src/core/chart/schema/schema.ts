/** One schema, ready to check values. */
import { err, ok, type Result } from '../../../std/index.ts';
import { RegexpCache } from '../../go/regexp/index.ts';
import { quote } from '../../go/strconv/index.ts';
import type { Json } from '../../object/index.ts';
import { decodeJson } from '../../template/json/index.ts';
import { Compiler } from './compile.ts';
import { Documents, type Resource, resourceOf, type SchemaDocument, SchemaFailure } from './documents.ts';
import type { SchemaNode } from './node.ts';
import { problemText } from './problem.ts';
import { locationOf } from './text.ts';
import { Validator } from './validate.ts';

export interface Schema {
  /** What is wrong with the value, one line per error and its causes indented; undefined when nothing is. `steps`: what the check may take. */
  readonly problemOf: (value: Json, steps?: number) => string | undefined;
  /** `urn:` addresses the schema refers to: nobody knows them, so everything fits there. */
  readonly urns: readonly string[];
}

const rootUrl = 'file:///values.schema.json';

/** Metaschemas, each compiled when it is first needed. */
export class Metaschemas {
  readonly #patterns = new RegexpCache();
  readonly #documents = new Documents(() => undefined);
  readonly #compiler = new Compiler({ documents: this.#documents, patterns: this.#patterns, assertFormat: true });

  of({ draft }: Pick<Resource, 'draft'>): SchemaNode {
    return this.#compiler.compile({ url: draft.url, pointer: '' });
  }
}

/** @throws SchemaFailure for a schema that is none */
function vet(document: SchemaDocument, schema: Json, { pointer, metas }: { readonly pointer: string; readonly metas: Metaschemas }): void {
  const meta = metas.of(resourceOf(document, pointer));
  const validator = new Validator(undefined, { resources: document.resources, metaschemaOf: (inner) => metas.of(inner) });
  const error = validator.validate(meta, schema);
  if (error === undefined) return;
  const where = quote(locationOf({ url: document.url, pointer }));
  throw new SchemaFailure(
    `${where} is not valid against metaschema: jsonschema validation failed with '${locationOf(meta.place)}'\n${problemText(error)}`,
  );
}

/** Compiles a schema, or says why it is none. */
export function compileSchema(text: string, metas: Metaschemas = new Metaschemas()): Result<Schema, string> {
  const decoded = decodeJson(text);
  if (!decoded.ok) return err(decoded.error === 'unexpected end of JSON input' ? 'unexpected EOF' : decoded.error);
  return failing(() => {
    const documents = new Documents((document, schema, pointer) => vet(document, schema, { pointer, metas }));
    documents.add(rootUrl, decoded.value as Json);
    const root = new Compiler({ documents, patterns: new RegexpCache(), assertFormat: false }).compile({ url: rootUrl, pointer: '' });
    return {
      problemOf: (value, steps) => {
        const checked = failing(() => new Validator(steps).validate(root, value));
        if (!checked.ok) return `- ${checked.error}`;
        return checked.value === undefined ? undefined : problemText(checked.value);
      },
      urns: [...documents.urns],
    };
  });
}

function failing<T>(run: () => T): Result<T, string> {
  try {
    return ok(run());
  } catch (error) {
    if (error instanceof SchemaFailure) return err(error.message);
    if (error instanceof RangeError) return err('schemas refer to each other, or values are nested, too deeply');
    throw error;
  }
}
