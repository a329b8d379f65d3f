/** What the drafts of JSON Schema call things, and where in a schema other schemas stand. Source: santhosh-tekuri/jsonschema v6 draft.go. */
import { getKey, hasKey, type JsonObject } from '../../object/index.ts';

export interface Draft {
  readonly version: 4 | 6 | 7 | 2019 | 2020;
  /** The address of its metaschema. */
  readonly url: string;
  readonly id: 'id' | '$id';
  /** Keywords whose value is a schema, or a list of them. */
  readonly one: readonly string[];
  readonly list: readonly string[];
  /** Keywords whose members are schemas. */
  readonly members: readonly string[];
}

const draft4: Draft = Object.freeze({
  version: 4,
  url: 'http://json-schema.org/draft-04/schema',
  id: 'id',
  one: ['not', 'additionalProperties', 'items', 'additionalItems'],
  list: ['allOf', 'anyOf', 'oneOf', 'items'],
  members: ['definitions', 'properties', 'patternProperties', 'dependencies'],
});

const draft6: Draft = Object.freeze({
  ...draft4,
  version: 6,
  url: 'http://json-schema.org/draft-06/schema',
  id: '$id',
  one: [...draft4.one, 'propertyNames', 'contains'],
});

const draft7: Draft = Object.freeze({
  ...draft6,
  version: 7,
  url: 'http://json-schema.org/draft-07/schema',
  one: [...draft6.one, 'if', 'then', 'else'],
});

const draft2019: Draft = Object.freeze({
  ...draft7,
  version: 2019,
  url: 'https://json-schema.org/draft/2019-09/schema',
  one: [...draft7.one, 'unevaluatedProperties', 'unevaluatedItems', 'contentSchema'],
  members: [...draft7.members, '$defs', 'dependentSchemas'],
});

export const newestDraft: Draft = Object.freeze({
  ...draft2019,
  version: 2020,
  url: 'https://json-schema.org/draft/2020-12/schema',
  list: [...draft2019.list, 'prefixItems'],
});

const drafts: ReadonlyMap<string, Draft> = new Map(
  [draft4, draft6, draft7, draft2019, newestDraft].map((draft): [string, Draft] => [draft.url.replace(/^https?:\/\//, ''), draft]),
);

/** The draft an address means, with or without an empty fragment. */
export function draftOfUrl(url: string): Draft | undefined {
  const address = url.replace(/#$/, '').replace(/^https?:\/\//, '');
  return address === 'json-schema.org/schema' ? newestDraft : drafts.get(address);
}

export const textOf = (object: JsonObject, key: string): string | undefined => {
  const value = getKey(object, key);
  return typeof value === 'string' ? value : undefined;
};

/** The address a schema gives itself, without fragment; '' when it gives none. Until draft 7 whatever stands beside `$ref` does not count. */
export function idOf(draft: Draft, object: JsonObject): string {
  if (draft.version < 2019 && hasKey(object, '$ref')) return '';
  return (textOf(object, draft.id) ?? '').split('#', 1)[0] ?? '';
}
