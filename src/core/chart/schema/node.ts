/** A compiled schema: keywords as they are checked, references as the schemas they lead to. Source: santhosh-tekuri/jsonschema v6 schema.go. */
import type { Regexp } from '../../go/regexp/index.ts';
import type { Json } from '../../object/index.ts';
import type { Draft } from './drafts.ts';

/** Where a schema stands: the document's address and the JSON pointer inside. */
export interface Place {
  readonly url: string;
  readonly pointer: string;
}

/** Filled by the compiler; afterwards nothing changes. Absent fields are keywords the schema does not have. */
export interface SchemaNode {
  readonly place: Place;
  /** What stands there. */
  readonly schema: Json;
  draft: Draft['version'];
  /** The schema with an address of its own around this one; itself, if it has one. */
  resource: SchemaNode;
  always?: boolean;
  ref?: SchemaNode;
  recursiveRef?: SchemaNode;
  recursiveAnchor?: boolean;
  dynamicRef?: { readonly schema: SchemaNode; readonly anchor: string };
  dynamicAnchor?: string;
  readonly dynamicAnchors: Map<string, SchemaNode>;
  types?: ReadonlySet<string>;
  enum?: readonly Json[];
  const?: { readonly value: Json };
  format?: string;
  not?: SchemaNode;
  allOf: readonly SchemaNode[];
  anyOf: readonly SchemaNode[];
  oneOf: readonly SchemaNode[];
  if?: SchemaNode;
  then?: SchemaNode;
  else?: SchemaNode;

  minProperties?: number;
  maxProperties?: number;
  required: readonly string[];
  propertyNames?: SchemaNode;
  properties?: ReadonlyMap<string, SchemaNode>;
  patternProperties: readonly (readonly [Regexp, SchemaNode])[];
  additionalProperties?: boolean | SchemaNode;
  /** Also `dependentRequired`, whose members are lists, and `dependentSchemas`. */
  dependencies: ReadonlyMap<string, readonly string[] | SchemaNode>;
  dependentSchemas: ReadonlyMap<string, SchemaNode>;
  dependentRequired: ReadonlyMap<string, readonly string[]>;
  unevaluatedProperties?: SchemaNode;

  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  contains?: SchemaNode;
  minContains?: number;
  maxContains?: number;
  /** Before 2020-12: one schema for all items or one for each of the first. */
  items?: SchemaNode | readonly SchemaNode[];
  additionalItems?: boolean | SchemaNode;
  prefixItems: readonly SchemaNode[];
  /** 2020-12: for what comes after `prefixItems`. */
  restItems?: SchemaNode;
  unevaluatedItems?: SchemaNode;

  minLength?: number;
  maxLength?: number;
  pattern?: Regexp;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  multipleOf?: number;

  /** What the schema looks at in any case: it need not be counted for `unevaluated…`. */
  allPropsEvaluated: boolean;
  allItemsEvaluated: boolean;
  numItemsEvaluated: number;
}

export function newNode(place: Place, schema: Json): SchemaNode {
  const node: Omit<SchemaNode, 'resource'> & { resource?: SchemaNode } = {
    place,
    schema,
    draft: 2020,
    dynamicAnchors: new Map(),
    allOf: [],
    anyOf: [],
    oneOf: [],
    required: [],
    patternProperties: [],
    dependencies: new Map(),
    dependentSchemas: new Map(),
    dependentRequired: new Map(),
    prefixItems: [],
    allPropsEvaluated: false,
    allItemsEvaluated: false,
    numItemsEvaluated: 0,
  };
  node.resource = node as SchemaNode;
  return node as SchemaNode;
}
