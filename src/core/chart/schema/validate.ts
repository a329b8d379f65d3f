/**
 * Validation of a value against a compiled schema. Where Go's order is random, keys are sorted. What a check may take is counted: schemas are hostile, too.
 * Source: santhosh-tekuri/jsonschema v6 validator.go.
 */
import { sortStrings } from '../../go/sort/index.ts';
import { hasKey, isObject, type Json, type JsonObject } from '../../object/index.ts';
import { typeNames } from './compile.ts';
import { SchemaFailure, type Resource } from './documents.ts';
import { duplicatesOf, equal, isMultiple, typeOf } from './equality.ts';
import { isAllEvaluated, keepCommon, type Unevaluated, unevaluatedOf } from './evaluated.ts';
import { formatProblem } from './formats.ts';
import type { SchemaNode } from './node.ts';
import { showCount, showNumber } from './numbers.ts';
import { causesOf, type Invalid } from './problem.ts';
import { locationOf, pointer, quoted, quotedList, shown } from './text.ts';

/** How many schemas may be applied to values during one check. */
export const defaultSchemaSteps = 3_000_000;

/** Chains of schemas that apply each other, and values within values. */
const deepest = 1000;

/** When a schema is checked against a metaschema: schemas inside it that are of another draft have another one. */
export interface MetaCheck {
  readonly resources: ReadonlyMap<string, Resource>;
  readonly metaschemaOf: (resource: Resource) => SchemaNode;
}

interface Scope {
  readonly schema: SchemaNode;
  /** The keyword of a reference; '' for schemas inside each other. */
  readonly keyword: string;
  /** Scopes on the same value have the same number. */
  readonly value: number;
  readonly parent: Scope | undefined;
  readonly depth: number;
}

/** One schema against one value. */
interface Run {
  readonly schema: SchemaNode;
  readonly value: Json;
  readonly at: readonly string[];
  readonly scope: Scope;
  readonly left: Unevaluated;
  readonly errors: Invalid[];
  /** Only whether there is an error matters: the first one ends it. */
  readonly isQuick: boolean;
  readonly meta: SchemaNode | undefined;
}

export class Validator {
  readonly #most: number;
  readonly #meta: MetaCheck | undefined;
  #steps = 0;

  constructor(steps: number = defaultSchemaSteps, meta?: MetaCheck) {
    this.#most = steps;
    this.#meta = meta;
  }

  /** @throws SchemaFailure when it takes too much */
  validate(schema: SchemaNode, value: Json): Invalid | undefined {
    return this.#fresh(schema, value, this.#meta === undefined ? undefined : schema);
  }

  readonly #step = (count = 1): void => {
    this.#steps += count;
    if (this.#steps > this.#most) throw new SchemaFailure(`checking values takes more than ${this.#most} steps`);
  };

  #fresh(schema: SchemaNode, value: Json, meta: SchemaNode | undefined): Invalid | undefined {
    const scope: Scope = { schema, keyword: '', value: 0, parent: undefined, depth: 0 };
    return this.#check({ schema, value, at: [], scope, left: unevaluatedOf(value, schema, false), errors: [], isQuick: false, meta });
  }

  #check(run: Run): Invalid | undefined {
    this.#step();
    const { schema, value, at } = run;
    if (schema.always !== undefined) return schema.always ? undefined : plain(at, 'false schema');
    const early = cycleProblem(run) ?? this.#typeProblem(run);
    if (early !== undefined) return early;
    if (schema.ref !== undefined) {
      const error = this.#reference(run, schema.ref, '$ref');
      if (schema.draft < 2019) return error;
      addError(run, error);
    }
    if (isObject(value)) this.#object(run, value);
    else if (Array.isArray(value)) this.#array(run, value as readonly Json[]);
    else if (typeof value === 'string') this.#string(run, value);
    else if (typeof value === 'number' || typeof value === 'bigint') this.#number(run, Number(value));
    if (run.errors.length === 0 || !run.isQuick) {
      if (schema.draft >= 2019) this.#dynamicReferences(run);
      this.#conditions(run);
      if (schema.draft >= 2019) this.#unevaluated(run);
    }
    const { errors } = run;
    return errors.length > 1 ? { at, kind: 'group', text: 'validation failed', causes: errors } : errors[0];
  }

  /** Type, `const`, `enum` and `format`: what they refuse is not looked at further. */
  #typeProblem({ schema, value, at }: Run): Invalid | undefined {
    const { types } = schema;
    const got = typeOf(value);
    if (types !== undefined && !types.has(got) && !(got === 'number' && types.has('integer') && isWhole(value)))
      return plain(at, `got ${got}, want ${typeNames.filter((name) => types.has(name)).join(' or ')}`);
    const constant = schema.const?.value;
    if (constant !== undefined && !equal(value, constant, this.#step))
      return plain(at, typeof constant === 'object' && constant !== null ? "'const' failed" : `value must be ${shown(constant)}`);
    if (schema.enum !== undefined && !schema.enum.some((choice) => equal(value, choice, this.#step)))
      return plain(at, enumText(schema.enum));
    if (schema.format === undefined || typeof value !== 'string') return undefined;
    this.#step(value.length >> 6);
    const problem = formatProblem(value, schema.format);
    return problem === undefined ? undefined : plain(at, problem);
  }

  #object(run: Run, object: JsonObject): void {
    const { schema, at } = run;
    const keys = sortStrings(Object.keys(object));
    this.#step((keys.length + schema.required.length + schema.dependencies.size) >> 2);
    const { minProperties: min, maxProperties: max } = schema;
    if (min !== undefined && keys.length < min) add(run, `minProperties: got ${showCount(keys.length)}, want ${showCount(min)}`);
    if (max !== undefined && keys.length > max) add(run, `maxProperties: got ${showCount(keys.length)}, want ${showCount(max)}`);
    const missing = missingOf(object, schema.required);
    if (missing.length > 0) add(run, `missing ${missing.length === 1 ? 'property' : 'properties'} ${quotedList(missing)}`);
    if (isOver(run)) return;
    for (const [name, dependency] of schema.dependencies) {
      if (!hasKey(object, name)) continue;
      if (Array.isArray(dependency)) requireWith(run, object, { name, required: dependency as readonly string[] });
      else addError(run, this.#self(run, dependency as SchemaNode));
    }
    this.#properties(run, object, keys);
    if (schema.draft === 4) return;
    for (const key of schema.propertyNames === undefined ? [] : keys) {
      const names = this.#metaFor(run, schema.propertyNames as SchemaNode, at);
      const error = this.#fresh(names, key, run.meta === undefined ? undefined : names);
      if (error !== undefined)
        run.errors.push({ at: [], kind: 'plain', text: `invalid propertyName ${quoted(key)}`, causes: causesOf(error) });
    }
    if (schema.draft === 6) return;
    this.#step((schema.dependentSchemas.size + schema.dependentRequired.size) >> 2);
    for (const [name, inner] of schema.dependentSchemas) if (hasKey(object, name)) addError(run, this.#self(run, inner));
    for (const [name, required] of schema.dependentRequired) if (hasKey(object, name)) requireWith(run, object, { name, required });
  }

  #properties(run: Run, object: JsonObject, keys: readonly string[]): void {
    const { properties, patternProperties, additionalProperties: additional } = run.schema;
    const refused: string[] = [];
    for (const key of keys) {
      if (isOver(run)) return;
      const inner = { value: object[key] as Json, token: key };
      const own = properties?.get(key);
      if (own !== undefined) this.#child(run, own, inner);
      let isKnown = own !== undefined;
      for (const [pattern, schema] of patternProperties) {
        this.#step(1 + ((key.length * pattern.size) >> 6));
        if (!pattern.matches(key)) continue;
        isKnown = true;
        this.#child(run, schema, inner);
      }
      if (!isKnown && additional !== undefined) {
        isKnown = true;
        if (additional === false) refused.push(key);
        else if (additional !== true) this.#child(run, additional, inner);
      }
      if (isKnown) run.left.props?.delete(key);
    }
    if (refused.length > 0) add(run, `additional properties ${quotedList(refused)} not allowed`);
  }

  #array(run: Run, items: readonly Json[]): void {
    const { minItems: min, maxItems: max } = run.schema;
    this.#step(items.length >> 4);
    if (min !== undefined && items.length < min) add(run, `minItems: got ${showCount(items.length)}, want ${showCount(min)}`);
    if (max !== undefined && items.length > max) add(run, `maxItems: got ${showCount(items.length)}, want ${showCount(max)}`);
    const duplicates = run.schema.uniqueItems === true ? duplicatesOf(items, this.#step) : undefined;
    if (duplicates !== undefined) add(run, `items at ${showCount(duplicates[0])} and ${showCount(duplicates[1])} are equal`);
    this.#items(run, items);
    this.#contains(run, items);
  }

  #items(run: Run, items: readonly Json[]): void {
    const { schema } = run;
    if (schema.draft >= 2020) return this.#each(run, items, { first: schema.prefixItems, rest: schema.restItems });
    const each = schema.items;
    if (each !== undefined && !Array.isArray(each)) return this.#each(run, items, { first: [], rest: each as SchemaNode });
    const first = (each ?? []) as readonly SchemaNode[];
    const additional = schema.additionalItems;
    this.#each(run, items, { first, rest: typeof additional === 'boolean' ? undefined : additional });
    if (additional === false && items.length > first.length)
      add(run, `last ${showCount(items.length - first.length)} additionalItem(s) not allowed`);
  }

  /** The places named in errors of the rest begin at 0 again, as in the library. */
  #each(run: Run, items: readonly Json[], { first, rest }: { first: readonly SchemaNode[]; rest: SchemaNode | undefined }): void {
    items.forEach((value, i) => {
      const schema = first[i] ?? rest;
      if (schema !== undefined) this.#child(run, schema, { value, token: String(i < first.length ? i : i - first.length) });
    });
  }

  #contains(run: Run, items: readonly Json[]): void {
    const { contains, minContains: min, maxContains: max } = run.schema;
    if (contains === undefined) return;
    const errors: Invalid[] = [];
    const matched: number[] = [];
    items.forEach((value, i) => {
      const error = this.#inner(run, contains, { value, token: String(i) });
      if (error !== undefined) errors.push(error);
      else {
        matched.push(i);
        if (run.schema.draft >= 2020) run.left.items?.delete(i);
      }
    });
    const found = `matched ${showCount(matched.length)} items at ${matched.join(' ')}`;
    if (min === undefined && matched.length === 0) add(run, 'no items match contains schema', errors);
    if (min !== undefined && matched.length < min)
      add(
        run,
        `min ${showCount(min)} items required to match contains schema, but ${matched.length === 0 ? 'none matched' : found}`,
        errors,
      );
    if (max !== undefined && matched.length > max) add(run, `max ${showCount(max)} items required to match contains schema, but ${found}`);
  }

  #string(run: Run, text: string): void {
    const { minLength: min, maxLength: max, pattern } = run.schema;
    if (min !== undefined || max !== undefined) {
      this.#step(text.length >> 4);
      const length = [...text].length;
      if (min !== undefined && length < min) add(run, `minLength: got ${showCount(length)}, want ${showCount(min)}`);
      if (max !== undefined && length > max) add(run, `maxLength: got ${showCount(length)}, want ${showCount(max)}`);
    }
    if (pattern === undefined) return;
    this.#step((text.length * pattern.size) >> 6);
    if (!pattern.matches(text)) add(run, `${quoted(text)} does not match pattern ${quoted(pattern.pattern)}`);
  }

  #number(run: Run, value: number): void {
    const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = run.schema;
    const says = (name: string, want: number): void => add(run, `${name}: got ${showNumber(value)}, want ${showNumber(want)}`);
    if (minimum !== undefined && value < minimum) says('minimum', minimum);
    if (maximum !== undefined && value > maximum) says('maximum', maximum);
    if (exclusiveMinimum !== undefined && value <= exclusiveMinimum) says('exclusiveMinimum', exclusiveMinimum);
    if (exclusiveMaximum !== undefined && value >= exclusiveMaximum) says('exclusiveMaximum', exclusiveMaximum);
    if (multipleOf !== undefined && !isMultiple(value, multipleOf)) says('multipleOf', multipleOf);
  }

  #conditions(run: Run): void {
    const { schema } = run;
    if (schema.not !== undefined && this.#self(run, schema.not, { isQuick: true }) === undefined) add(run, "'not' failed");
    const all = schema.allOf.map((inner) => this.#self(run, inner)).filter((error) => error !== undefined);
    if (all.length > 0) add(run, "'allOf' failed", all);
    this.#anyOf(run);
    this.#oneOf(run);
    if (schema.if === undefined) return;
    const branch = this.#self(run, schema.if, { isQuick: true }) === undefined ? schema.then : schema.else;
    if (branch !== undefined) addError(run, this.#self(run, branch));
  }

  #anyOf(run: Run): void {
    const { anyOf } = run.schema;
    const errors: Invalid[] = [];
    let isMatched = anyOf.length === 0;
    for (const inner of anyOf) {
      const error = this.#self(run, inner);
      if (error !== undefined) errors.push(error);
      else {
        isMatched = true;
        if (isAllEvaluated(run.left)) break;
      }
    }
    if (!isMatched) add(run, "'anyOf' failed", errors);
  }

  #oneOf(run: Run): void {
    const errors: Invalid[] = [];
    let matched: number | undefined;
    for (const [i, inner] of run.schema.oneOf.entries()) {
      const error = this.#self(run, inner, { isQuick: matched !== undefined });
      if (error !== undefined) errors.push(error);
      else if (matched === undefined) matched = i;
      else return add(run, `'oneOf' failed, subschemas ${showCount(matched)}, ${showCount(i)} matched`);
    }
    if (matched === undefined && run.schema.oneOf.length > 0) add(run, "'oneOf' failed, none matched", errors);
  }

  #unevaluated(run: Run): void {
    const { schema, value, left } = run;
    if (schema.unevaluatedProperties !== undefined && isObject(value)) {
      for (const key of sortStrings([...(left.props ?? [])]))
        this.#child(run, schema.unevaluatedProperties, { value: value[key] as Json, token: key });
      if (left.props !== undefined) left.props = undefined;
    }
    if (schema.unevaluatedItems === undefined || !Array.isArray(value)) return;
    for (const i of left.items ?? [])
      this.#child(run, schema.unevaluatedItems, { value: (value as readonly Json[])[i] as Json, token: String(i) });
    if (left.items !== undefined) left.items = undefined;
  }

  /** The same value against another schema. What that one looked at counts, if it is content. */
  #self(run: Run, inner: SchemaNode, { keyword = '', isQuick = false }: { keyword?: string; isQuick?: boolean } = {}): Invalid | undefined {
    const schema = this.#metaFor(run, inner, run.at);
    const left = unevaluatedOf(run.value, inner, !isAllEvaluated(run.left));
    const error = this.#check({
      schema,
      value: run.value,
      at: run.at,
      scope: below(run.scope, inner, { keyword, value: run.scope.value }),
      left,
      errors: [],
      isQuick: run.isQuick || isQuick,
      meta: run.meta !== undefined && inner === run.meta ? schema : run.meta,
    });
    if (error === undefined) keepCommon(run.left, left);
    return error;
  }

  #inner(run: Run, inner: SchemaNode, { value, token }: { readonly value: Json; readonly token: string }): Invalid | undefined {
    const at = [...run.at, token];
    const schema = this.#metaFor(run, inner, at);
    return this.#check({
      schema,
      value,
      at,
      scope: below(run.scope, inner, { keyword: '', value: run.scope.value + 1 }),
      left: unevaluatedOf(value, inner, false),
      errors: [],
      isQuick: run.isQuick,
      meta: run.meta !== undefined && inner === run.meta ? schema : run.meta,
    });
  }

  #child(run: Run, schema: SchemaNode, inner: { readonly value: Json; readonly token: string }): void {
    addError(run, this.#inner(run, schema, inner));
  }

  /** The metaschema of the draft that stands there, when a metaschema is to be applied. */
  #metaFor(run: Run, schema: SchemaNode, at: readonly string[]): SchemaNode {
    // Nothing inside has an address of its own: it is all of one draft.
    if (this.#meta === undefined || schema !== run.meta || (this.#meta.resources.size === 1 && at.length > 0)) return schema;
    const resource = this.#meta.resources.get(pointer(at));
    return resource === undefined ? schema : this.#meta.metaschemaOf(resource);
  }

  #reference(run: Run, target: SchemaNode, keyword: string): Invalid | undefined {
    const error = this.#self(run, target, { keyword });
    return error === undefined ? undefined : { at: run.at, kind: 'reference', text: 'validation failed', causes: causesOf(error) };
  }

  #dynamicReferences(run: Run): void {
    const { recursiveRef: recursive, dynamicRef: dynamic } = run.schema;
    if (recursive !== undefined) {
      const outermost = recursive.recursiveAnchor === true ? outermostRecursive(run.scope) : undefined;
      addError(run, this.#reference(run, outermost ?? recursive, '$recursiveRef'));
    }
    if (dynamic === undefined) return;
    const isDynamic = dynamic.anchor !== '' && dynamic.schema.dynamicAnchor === dynamic.anchor;
    const outermost = isDynamic ? outermostDynamic(run.scope, dynamic.anchor) : undefined;
    addError(run, this.#reference(run, outermost ?? dynamic.schema, '$dynamicRef'));
  }
}

function below(parent: Scope, schema: SchemaNode, { keyword, value }: Pick<Scope, 'keyword' | 'value'>): Scope {
  if (parent.depth >= deepest) throw new SchemaFailure('schemas refer to each other, or values are nested, too deeply');
  return { schema, keyword, value, parent, depth: parent.depth + 1 };
}

function outermostRecursive(from: Scope): SchemaNode | undefined {
  let found: SchemaNode | undefined;
  for (let scope: Scope | undefined = from; scope !== undefined; scope = scope.parent)
    if (scope.schema.resource.recursiveAnchor === true) found = scope.schema;
  return found;
}

function outermostDynamic(from: Scope, anchor: string): SchemaNode | undefined {
  let found: SchemaNode | undefined;
  for (let scope: Scope | undefined = from; scope !== undefined; scope = scope.parent)
    found = scope.schema.resource.dynamicAnchors.get(anchor) ?? found;
  return found;
}

/** A schema that is applied to the same value again would never end. */
function cycleProblem({ schema, at, scope }: Run): Invalid | undefined {
  for (let other = scope.parent; other !== undefined && other.value === scope.value; other = other.parent) {
    if (other.schema !== scope.schema) continue;
    return plain(at, `both ${keywordsTo(scope)} and ${keywordsTo(other)} resolve to "${locationOf(schema.place)}" causing reference cycle`);
  }
  return undefined;
}

function keywordsTo(scope: Scope): string {
  let text = '';
  for (let at = scope; at.parent !== undefined; at = at.parent) {
    text = (at.keyword === '' ? locationOf(at.schema.place).slice(locationOf(at.parent.schema.place).length) : `/${at.keyword}`) + text;
  }
  return text;
}

const isOver = ({ isQuick, errors }: Run): boolean => isQuick && errors.length > 0;

const plain = (at: readonly string[], text: string): Invalid => ({ at, kind: 'plain', text, causes: [] });

function add(run: Run, text: string, causes: readonly Invalid[] = []): void {
  run.errors.push({ at: run.at, kind: 'plain', text, causes });
}

function addError(run: Run, error: Invalid | undefined): void {
  if (error !== undefined) run.errors.push(error);
}

function requireWith(
  run: Run,
  object: JsonObject,
  { name, required }: { readonly name: string; readonly required: readonly string[] },
): void {
  const missing = missingOf(object, required);
  if (missing.length > 0) add(run, `properties ${quotedList(missing)} required, if ${quoted(name)} exists`);
}

const missingOf = (object: JsonObject, required: readonly string[]): readonly string[] => required.filter((name) => !hasKey(object, name));

const isWhole = (value: Json): boolean => typeof value === 'bigint' || Number.isInteger(value);

function enumText(choices: readonly Json[]): string {
  if (choices.some((choice) => typeof choice === 'object' && choice !== null)) return "'enum' failed";
  const texts = choices.map(shown);
  return texts.length === 1 ? `value must be ${texts[0] ?? ''}` : `value must be one of ${texts.join(', ')}`;
}
