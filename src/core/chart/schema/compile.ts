/** Compiles schemas, and everything they refer to, once. Source: santhosh-tekuri/jsonschema v6 compiler.go, objcompiler.go. */
import { type Regexp, type RegexpCache } from '../../go/regexp/index.ts';
import { sortStrings } from '../../go/sort/index.ts';
import { quote } from '../../go/strconv/index.ts';
import { getKey, hasKey, isObject, type Json, type JsonObject } from '../../object/index.ts';
import { type Documents, resourceOf, SchemaFailure } from './documents.ts';
import { textOf } from './drafts.ts';
import { formats } from './formats.ts';
import { newNode, type Place, type SchemaNode } from './node.ts';
import { locationOf, pointerTo } from './text.ts';

export interface Compiling {
  readonly documents: Documents;
  readonly patterns: RegexpCache;
  /** Whether `format` is checked in all drafts; else until draft 7 only. */
  readonly assertFormat: boolean;
}

export class Compiler {
  readonly #compiling: Compiling;
  readonly #nodes = new Map<string, SchemaNode>();
  readonly #queue: SchemaNode[] = [];

  constructor(compiling: Compiling) {
    this.#compiling = compiling;
  }

  /** @throws SchemaFailure */
  compile(place: Place): SchemaNode {
    const root = this.#node(place);
    // What filling one finds is at the end of the same list.
    for (const node of this.#queue) this.#fill(node);
    this.#queue.length = 0;
    return root;
  }

  /** The schema at a place. @throws SchemaFailure when there is none */
  #node(place: Place): SchemaNode {
    return this.node(place, this.#compiling.documents.at(place));
  }

  /** The schema at a place where that stands; it is compiled later if it is new. */
  node(place: Place, schema: Json): SchemaNode {
    const key = `${place.url}#${place.pointer}`;
    const known = this.#nodes.get(key);
    if (known !== undefined) return known;
    const node = newNode(place, schema);
    this.#nodes.set(key, node);
    this.#queue.push(node);
    return node;
  }

  /** What a reference leads to. @throws SchemaFailure */
  reference(text: string, from: Place): SchemaNode {
    return this.#node(this.#compiling.documents.resolve(text, from));
  }

  #fill(node: SchemaNode): void {
    const { documents } = this.#compiling;
    const { place, schema } = node;
    documents.ensure(place, schema);
    const document = documents.load(place.url);
    const resource = resourceOf(document, place.pointer);
    node.draft = resource.draft.version;
    node.resource = resource.pointer === place.pointer ? node : this.#node({ url: place.url, pointer: resource.pointer });
    if (node.draft >= 2020 && node.resource === node)
      for (const anchor of resource.dynamicAnchors)
        node.dynamicAnchors.set(anchor, this.#node({ url: place.url, pointer: resource.anchors.get(anchor) ?? '' }));
    if (typeof schema === 'boolean') node.always = schema;
    else if (isObject(schema)) {
      if (Object.keys(schema).length === 0) node.always = true;
      else new ObjectCompiler(this, this.#compiling, { node, schema }).compile();
    }
    noteEvaluated(node);
  }
}

function noteEvaluated(node: SchemaNode): void {
  node.allPropsEvaluated = node.additionalProperties !== undefined;
  if (node.draft >= 2020) {
    node.allItemsEvaluated = node.restItems !== undefined;
    node.numItemsEvaluated = node.prefixItems.length;
  } else if (Array.isArray(node.items)) {
    node.allItemsEvaluated = node.additionalItems !== undefined;
    node.numItemsEvaluated = (node.items as readonly SchemaNode[]).length;
  } else node.allItemsEvaluated = node.items !== undefined || node.additionalItems !== undefined;
}

interface Target {
  readonly node: SchemaNode;
  readonly schema: JsonObject;
}

/** Compiles the keywords of one schema. */
class ObjectCompiler {
  readonly #compiler: Compiler;
  readonly #compiling: Compiling;
  readonly #node: SchemaNode;
  readonly #schema: JsonObject;

  constructor(compiler: Compiler, compiling: Compiling, { node, schema }: Target) {
    this.#compiler = compiler;
    this.#compiling = compiling;
    this.#node = node;
    this.#schema = schema;
  }

  compile(): void {
    const { draft } = this.#node;
    this.#set('ref', this.#reference('$ref'));
    // Until draft 7 nothing beside $ref counts, except what came with drafts 6 and 7.
    if (draft >= 2019 || this.#node.ref === undefined) this.#basics();
    if (draft >= 6) this.#draft6();
    if (draft >= 7) this.#draft7();
    if (draft >= 2019) this.#draft2019();
    if (draft >= 2020) this.#draft2020();
  }

  #set<K extends keyof SchemaNode>(key: K, value: SchemaNode[K] | undefined): void {
    if (value !== undefined) this.#node[key] = value;
  }

  #basics(): void {
    const node = this.#node;
    node.allOf = this.#list('allOf');
    node.anyOf = this.#list('anyOf');
    node.oneOf = this.#list('oneOf');
    this.#set('not', this.#one('not'));
    this.#items();
    this.#set('properties', this.#members('properties'));
    node.patternProperties = this.#patterns();
    this.#set('additionalProperties', this.#oneOrBoolean('additionalProperties'));
    this.#dependencies();
    this.#values();
    this.#numbers();
    const format = textOf(this.#schema, 'format');
    if (format !== undefined && formats.has(format) && (this.#compiling.assertFormat || node.draft < 2019)) node.format = format;
  }

  #items(): void {
    if (this.#node.draft >= 2020 || !hasKey(this.#schema, 'items')) return;
    if (Array.isArray(getKey(this.#schema, 'items'))) {
      this.#node.items = this.#list('items');
      this.#set('additionalItems', this.#oneOrBoolean('additionalItems'));
    } else this.#set('items', this.#one('items'));
  }

  #patterns(): readonly (readonly [Regexp, SchemaNode])[] {
    return [...(this.#members('patternProperties') ?? [])].map(([pattern, schema]) => [this.#regexp(pattern, 'patternProperties'), schema]);
  }

  #regexp(pattern: string, keyword: string): Regexp {
    const compiled = this.#compiling.patterns.compile(pattern);
    if (compiled.ok) return compiled.value;
    const { url, pointer } = this.#node.place;
    throw new SchemaFailure(
      `invalid regex ${quote(pattern)} at ${quote(locationOf({ url, pointer: pointerTo(pointer, keyword) }))}: ${compiled.error}`,
    );
  }

  #dependencies(): void {
    const members = getKey(this.#schema, 'dependencies');
    if (!isObject(members)) return;
    this.#node.dependencies = new Map(
      sortStrings(Object.keys(members)).map((name): [string, readonly string[] | SchemaNode] => {
        const value = members[name] ?? null;
        return [name, Array.isArray(value) ? strings(value) : this.#at(value, 'dependencies', name)];
      }),
    );
  }

  #values(): void {
    const node = this.#node;
    const type = getKey(this.#schema, 'type');
    const types = (typeof type === 'string' ? [type] : strings(type)).filter((name) => typeNames.includes(name));
    if (types.length > 0) node.types = new Set(types);
    const choices = getKey(this.#schema, 'enum');
    if (Array.isArray(choices)) node.enum = choices as readonly Json[];
    node.required = strings(getKey(this.#schema, 'required'));
    if (getKey(this.#schema, 'uniqueItems') === true) node.uniqueItems = true;
    const pattern = textOf(this.#schema, 'pattern');
    if (pattern !== undefined) node.pattern = this.#regexp(pattern, 'pattern');
    for (const key of ['minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties'] as const)
      this.#set(key, this.#whole(key));
  }

  #numbers(): void {
    this.#set('multipleOf', this.#number('multipleOf'));
    for (const [limit, exclusive] of [
      ['minimum', 'exclusiveMinimum'],
      ['maximum', 'exclusiveMaximum'],
    ] as const) {
      const value = this.#number(limit);
      if (getKey(this.#schema, exclusive) === true) this.#set(exclusive, value);
      else {
        this.#set(limit, value);
        this.#set(exclusive, this.#number(exclusive));
      }
    }
  }

  #draft6(): void {
    this.#set('contains', this.#one('contains'));
    this.#set('propertyNames', this.#one('propertyNames'));
    if (hasKey(this.#schema, 'const')) this.#node.const = { value: getKey(this.#schema, 'const') ?? null };
  }

  #draft7(): void {
    const test = this.#one('if');
    if (test === undefined) return;
    this.#node.if = test;
    const known = getKey(this.#schema, 'if');
    if (known !== false) this.#set('then', this.#one('then'));
    if (known !== true) this.#set('else', this.#one('else'));
  }

  #draft2019(): void {
    const node = this.#node;
    this.#set('recursiveRef', this.#reference('$recursiveRef'));
    if (getKey(this.#schema, '$recursiveAnchor') === true) node.recursiveAnchor = true;
    if (node.contains !== undefined) {
      this.#set('minContains', this.#whole('minContains'));
      this.#set('maxContains', this.#whole('maxContains'));
    }
    const required = getKey(this.#schema, 'dependentRequired');
    if (isObject(required))
      node.dependentRequired = new Map(
        sortStrings(Object.keys(required)).flatMap((name): [string, readonly string[]][] =>
          Array.isArray(required[name]) ? [[name, strings(required[name])]] : [],
        ),
      );
    node.dependentSchemas = this.#members('dependentSchemas') ?? new Map();
    this.#set('unevaluatedItems', this.#one('unevaluatedItems'));
    this.#set('unevaluatedProperties', this.#one('unevaluatedProperties'));
  }

  #draft2020(): void {
    const node = this.#node;
    const schema = this.#reference('$dynamicRef');
    if (schema !== undefined) {
      const anchor = /#([^/].*)$/.exec(textOf(this.#schema, '$dynamicRef') ?? '')?.[1] ?? '';
      node.dynamicRef = { schema, anchor };
    }
    this.#set('dynamicAnchor', textOf(this.#schema, '$dynamicAnchor'));
    node.prefixItems = this.#list('prefixItems');
    this.#set('restItems', this.#one('items'));
  }

  #at(schema: Json | undefined, ...tokens: readonly string[]): SchemaNode {
    const { url, pointer } = this.#node.place;
    return this.#compiler.node({ url, pointer: pointerTo(pointer, ...tokens) }, schema ?? null);
  }

  #reference(keyword: string): SchemaNode | undefined {
    const reference = textOf(this.#schema, keyword);
    return reference === undefined ? undefined : this.#compiler.reference(reference, this.#node.place);
  }

  #one(keyword: string): SchemaNode | undefined {
    return hasKey(this.#schema, keyword) ? this.#at(getKey(this.#schema, keyword), keyword) : undefined;
  }

  #oneOrBoolean(keyword: string): boolean | SchemaNode | undefined {
    const value = getKey(this.#schema, keyword);
    return typeof value === 'boolean' ? value : this.#one(keyword);
  }

  #list(keyword: string): readonly SchemaNode[] {
    const items = getKey(this.#schema, keyword);
    return Array.isArray(items) ? (items as readonly Json[]).map((item, i) => this.#at(item, keyword, String(i))) : [];
  }

  #members(keyword: string): ReadonlyMap<string, SchemaNode> | undefined {
    const members = getKey(this.#schema, keyword);
    if (!isObject(members)) return undefined;
    return new Map(sortStrings(Object.keys(members)).map((name): [string, SchemaNode] => [name, this.#at(members[name], keyword, name)]));
  }

  #number(keyword: string): number | undefined {
    const value = getKey(this.#schema, keyword);
    return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : undefined;
  }

  #whole(keyword: string): number | undefined {
    const value = this.#number(keyword);
    return value !== undefined && Number.isInteger(value) ? value : undefined;
  }
}

export const typeNames: readonly string[] = ['null', 'boolean', 'number', 'integer', 'string', 'array', 'object'];

const strings = (value: Json | undefined): readonly string[] =>
  Array.isArray(value) ? (value as readonly Json[]).filter((item): item is string => typeof item === 'string') : [];
