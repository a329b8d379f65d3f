/** Validation of a value against a schema. Source: santhosh-tekuri/jsonschema v6 validator.go; where Go's order is random, keys are sorted. */
import type { RegexpCache } from '../../go/regexp/index.ts';
import { sortStrings } from '../../go/sort/index.ts';
import { getKey, hasKey, isObject, type Json, type JsonObject } from '../../object/index.ts';
import type { Resource, SchemaDocument } from './document.ts';
import { formatProblem } from './formats.ts';
import { showCount, showNumber } from './numbers.ts';
import { quoted, quotedList, shown } from './text.ts';

/** An error and what it is made of. A group has no line of its own; a reference with one cause neither. */
export interface Invalid {
  readonly at: readonly string[];
  readonly kind: 'plain' | 'group' | 'reference';
  readonly text: string;
  readonly causes: readonly Invalid[];
}

/** Which properties and items no keyword has looked at yet. */
interface Seen {
  readonly props: Set<string>;
  readonly items: Set<number>;
}

const emptySeen = (): Seen => ({ props: new Set(), items: new Set() });

const maxDepth = 200;

/** What stays the same during a validation. */
export interface Validation {
  readonly document: SchemaDocument;
  readonly patterns: RegexpCache;
}

/** What is checked, where it stands, and the schemas around. */
interface Place {
  readonly value: Json;
  readonly at: readonly string[];
  readonly scopes: readonly Resource[];
}

export class Validator {
  private readonly document: SchemaDocument;
  private readonly patterns: RegexpCache;

  constructor(validation: Validation) {
    this.document = validation.document;
    this.patterns = validation.patterns;
  }

  validate(value: Json): Invalid | undefined {
    const root = { schema: this.document.root, base: 'file:///values.schema.json' };
    return this.check(root, { value, at: [], scopes: [] }, emptySeen());
  }

  /** `seen` collects what the schema looked at. */
  private check(resource: Resource, place: Place, seen: Seen): Invalid | undefined {
    const { schema } = resource;
    const { value, at } = place;
    if (schema === true || (schema !== false && !isObject(schema))) return undefined;
    if (schema === false) return plain(at, 'false schema');
    if (place.scopes.length > maxDepth) return plain(at, 'schemas refer to each other too deeply');
    const early = this.typeProblem(schema, place) ?? this.formatProblem(schema, place);
    if (early !== undefined) return early;
    const run: Run = { schema, base: resource.base, place: { value, at, scopes: [...place.scopes, resource] }, errors: [], seen };
    const reference = getKey(schema, '$ref');
    if (typeof reference === 'string') {
      this.reference(run, reference);
      if (this.document.draft < 2019) return summary(run);
    }
    if (isObject(value)) this.object(run, value);
    else if (Array.isArray(value)) this.array(run, value as readonly Json[]);
    else if (typeof value === 'string') this.string(run, value);
    else if (typeof value === 'number') this.number(run, value);
    this.dynamicReferences(run);
    this.conditions(run);
    this.unevaluated(run);
    return summary(run);
  }

  private typeProblem(schema: JsonObject, { value, at }: Place): Invalid | undefined {
    const type = getKey(schema, 'type');
    const wanted =
      typeof type === 'string' ? [type] : Array.isArray(type) ? (type as readonly Json[]).filter((name) => typeof name === 'string') : [];
    const got = typeOf(value);
    const fits = wanted.includes(got) || (got === 'number' && wanted.includes('integer') && Number.isInteger(value));
    if (wanted.length > 0 && !fits) return plain(at, `got ${got}, want ${typeNames.filter((name) => wanted.includes(name)).join(' or ')}`);
    const constant = this.document.draft >= 6 ? getKey(schema, 'const') : undefined;
    if (constant !== undefined && !equal(value, constant)) {
      return plain(at, typeof constant === 'object' && constant !== null ? "'const' failed" : `value must be ${shown(constant)}`);
    }
    const choices = getKey(schema, 'enum');
    return Array.isArray(choices) ? enumProblem(choices as readonly Json[], { value, at }) : undefined;
  }

  private formatProblem(schema: JsonObject, { value, at }: Place): Invalid | undefined {
    const format = getKey(schema, 'format');
    if (this.document.draft >= 2019 || typeof format !== 'string' || typeof value !== 'string') return undefined;
    const problem = formatProblem(value, format);
    return problem === undefined ? undefined : plain(at, problem);
  }

  private object(run: Run, object: JsonObject): void {
    const { schema } = run;
    const { at } = run.place;
    const keys = sortStrings(Object.keys(object));
    const min = count(schema, 'minProperties');
    if (min !== undefined && keys.length < min) add(run, `minProperties: got ${showCount(keys.length)}, want ${showCount(min)}`);
    const max = count(schema, 'maxProperties');
    if (max !== undefined && keys.length > max) add(run, `maxProperties: got ${showCount(keys.length)}, want ${showCount(max)}`);
    const missing = missingOf(object, getKey(schema, 'required'));
    if (missing.length > 0)
      add(run, missing.length === 1 ? `missing property ${quotedList(missing)}` : `missing properties ${quotedList(missing)}`);
    this.dependencies(run, object, 'dependencies');
    this.properties(run, object, keys);
    if (this.document.draft >= 6) {
      const names = getKey(schema, 'propertyNames');
      for (const key of names === undefined ? [] : keys) {
        const error = this.check({ schema: names as Json, base: run.base }, { value: key, at, scopes: run.place.scopes }, emptySeen());
        if (error !== undefined)
          run.errors.push({ at, kind: 'plain', text: `invalid propertyName ${quoted(key)}`, causes: causesOf(error) });
      }
    }
    if (this.document.draft < 2019) return;
    this.dependencies(run, object, 'dependentSchemas');
    this.dependencies(run, object, 'dependentRequired');
  }

  private dependencies(run: Run, object: JsonObject, keyword: string): void {
    const dependencies = getKey(run.schema, keyword);
    if (!isObject(dependencies)) return;
    for (const key of sortStrings(Object.keys(dependencies))) {
      const dependency = dependencies[key];
      if (!hasKey(object, key) || dependency === undefined) continue;
      if (Array.isArray(dependency)) {
        const missing = missingOf(object, dependency);
        if (missing.length > 0) add(run, `properties ${quotedList(missing)} required, if ${quoted(key)} exists`);
      } else this.self(run, dependency);
    }
  }

  private properties(run: Run, object: JsonObject, keys: readonly string[]): void {
    const properties = getKey(run.schema, 'properties');
    const patterns = getKey(run.schema, 'patternProperties');
    const additional = getKey(run.schema, 'additionalProperties');
    const notAllowed: string[] = [];
    for (const key of keys) {
      const value = object[key] as Json;
      const own = isObject(properties) ? getKey(properties, key) : undefined;
      const schemas = own === undefined ? [] : [own];
      if (isObject(patterns))
        for (const [pattern, schema] of Object.entries(patterns))
          if (schema !== undefined && this.matches(pattern, key)) schemas.push(schema);
      if (schemas.length === 0 && additional !== undefined) {
        if (additional === false) notAllowed.push(key);
        else schemas.push(additional);
        run.seen.props.add(key);
      }
      if (schemas.length > 0) run.seen.props.add(key);
      for (const schema of schemas) this.child(run, schema, { value, token: key });
    }
    if (notAllowed.length > 0) add(run, `additional properties ${quotedList(notAllowed)} not allowed`);
  }

  private matches(pattern: string, text: string): boolean {
    const compiled = this.patterns.compile(pattern);
    return compiled.ok && compiled.value.matches(text);
  }

  private array(run: Run, items: readonly Json[]): void {
    const { schema } = run;
    const min = count(schema, 'minItems');
    if (min !== undefined && items.length < min) add(run, `minItems: got ${showCount(items.length)}, want ${showCount(min)}`);
    const max = count(schema, 'maxItems');
    if (max !== undefined && items.length > max) add(run, `maxItems: got ${showCount(items.length)}, want ${showCount(max)}`);
    if (getKey(schema, 'uniqueItems') === true) {
      const duplicates = duplicatesOf(items);
      if (duplicates !== undefined) add(run, `items at ${duplicates[0]} and ${duplicates[1]} are equal`);
    }
    this.items(run, items);
    this.contains(run, items);
  }

  private items(run: Run, items: readonly Json[]): void {
    const isNew = this.document.draft >= 2020;
    const each = getKey(run.schema, 'items');
    const first = isNew ? getKey(run.schema, 'prefixItems') : each;
    const prefix = Array.isArray(first) ? (first as readonly Json[]) : [];
    const rest = isNew ? each : Array.isArray(each) ? getKey(run.schema, 'additionalItems') : each;
    items.forEach((value, i) => {
      const schema = prefix[i] ?? (i >= prefix.length && (isNew || rest !== false || !Array.isArray(each)) ? rest : undefined);
      if (schema === undefined) return;
      run.seen.items.add(i);
      this.child(run, schema, { value, token: String(i) });
    });
    if (!isNew && Array.isArray(each) && rest === false && items.length > prefix.length) {
      add(run, `last ${showCount(items.length - prefix.length)} additionalItem(s) not allowed`);
    }
  }

  private contains(run: Run, items: readonly Json[]): void {
    const schema = getKey(run.schema, 'contains');
    if (schema === undefined || this.document.draft < 6) return;
    const errors: Invalid[] = [];
    const matched: number[] = [];
    items.forEach((value, i) => {
      const error = this.check(
        { schema, base: run.base },
        { value, at: [...run.place.at, String(i)], scopes: run.place.scopes },
        emptySeen(),
      );
      if (error !== undefined) errors.push(error);
      else {
        matched.push(i);
        if (this.document.draft >= 2020) run.seen.items.add(i);
      }
    });
    const min = this.document.draft >= 2019 ? count(run.schema, 'minContains') : undefined;
    const max = this.document.draft >= 2019 ? count(run.schema, 'maxContains') : undefined;
    if (min === undefined && matched.length === 0) add(run, 'no items match contains schema', errors);
    if (min !== undefined && matched.length < min) {
      const found = matched.length === 0 ? 'none matched' : `matched ${matched.length} items at ${matched.join(' ')}`;
      add(run, `min ${min} items required to match contains schema, but ${found}`, errors);
    }
    if (max !== undefined && matched.length > max) {
      add(run, `max ${max} items required to match contains schema, but matched ${matched.length} items at ${matched.join(' ')}`);
    }
  }

  private string(run: Run, text: string): void {
    const length = [...text].length;
    const min = count(run.schema, 'minLength');
    if (min !== undefined && length < min) add(run, `minLength: got ${showCount(length)}, want ${showCount(min)}`);
    const max = count(run.schema, 'maxLength');
    if (max !== undefined && length > max) add(run, `maxLength: got ${showCount(length)}, want ${showCount(max)}`);
    const pattern = getKey(run.schema, 'pattern');
    if (typeof pattern === 'string' && !this.matches(pattern, text)) add(run, `${quoted(text)} does not match pattern ${quoted(pattern)}`);
  }

  private number(run: Run, value: number): void {
    const limit = (name: string): number | undefined => {
      const given = getKey(run.schema, name);
      return typeof given === 'number' || typeof given === 'bigint' ? Number(given) : undefined;
    };
    const says = (name: string, want: number): void => add(run, `${name}: got ${showNumber(value)}, want ${showNumber(want)}`);
    const minimum = limit('minimum');
    const maximum = limit('maximum');
    const isMinExclusive = getKey(run.schema, 'exclusiveMinimum') === true;
    const isMaxExclusive = getKey(run.schema, 'exclusiveMaximum') === true;
    const aboveMin = isMinExclusive ? minimum : limit('exclusiveMinimum');
    const belowMax = isMaxExclusive ? maximum : limit('exclusiveMaximum');
    if (minimum !== undefined && !isMinExclusive && value < minimum) says('minimum', minimum);
    if (maximum !== undefined && !isMaxExclusive && value > maximum) says('maximum', maximum);
    if (aboveMin !== undefined && value <= aboveMin) says('exclusiveMinimum', aboveMin);
    if (belowMax !== undefined && value >= belowMax) says('exclusiveMaximum', belowMax);
    const multiple = limit('multipleOf');
    if (multiple !== undefined && !isMultiple(value, multiple)) says('multipleOf', multiple);
  }

  private conditions(run: Run): void {
    const { schema } = run;
    const not = getKey(schema, 'not');
    if (not !== undefined && this.quiet(run, not)) add(run, "'not' failed");
    this.allOf(run, schemasIn(schema, 'allOf'));
    this.anyOf(run, schemasIn(schema, 'anyOf'));
    this.oneOf(run, schemasIn(schema, 'oneOf'));
    const test = this.document.draft >= 7 ? getKey(schema, 'if') : undefined;
    if (test === undefined) return;
    const branch = getKey(schema, this.quiet(run, test) ? 'then' : 'else');
    if (branch !== undefined) this.self(run, branch);
  }

  private allOf(run: Run, schemas: readonly Json[]): void {
    const errors = schemas.map((schema) => this.same(run, schema)).filter((error) => error !== undefined);
    if (errors.length > 0) add(run, "'allOf' failed", errors);
  }

  private anyOf(run: Run, schemas: readonly Json[]): void {
    if (schemas.length === 0) return;
    const errors = schemas.map((schema) => this.same(run, schema)).filter((error) => error !== undefined);
    if (errors.length === schemas.length) add(run, "'anyOf' failed", errors);
  }

  private oneOf(run: Run, schemas: readonly Json[]): void {
    if (schemas.length === 0) return;
    const errors: Invalid[] = [];
    let matched: number | undefined;
    for (const [i, schema] of schemas.entries()) {
      const error = this.same(run, schema);
      if (error !== undefined) errors.push(error);
      else if (matched === undefined) matched = i;
      else {
        add(run, `'oneOf' failed, subschemas ${matched}, ${i} matched`);
        return;
      }
    }
    if (matched === undefined) add(run, "'oneOf' failed, none matched", errors);
  }

  /** Whether the value fits; what the schema looked at counts. */
  private quiet(run: Run, schema: Json): boolean {
    return this.same(run, schema) === undefined;
  }

  /** Checks the same value against another schema. */
  private same(run: Run, schema: Json): Invalid | undefined {
    const seen = emptySeen();
    const error = this.check({ schema, base: isObject(schema) ? this.document.baseOf(schema) : run.base }, run.place, seen);
    if (error === undefined) {
      for (const key of seen.props) run.seen.props.add(key);
      for (const item of seen.items) run.seen.items.add(item);
    }
    return error;
  }

  private self(run: Run, schema: Json): void {
    const error = this.same(run, schema);
    if (error !== undefined) run.errors.push(error);
  }

  private child(run: Run, schema: Json, inner: { readonly value: Json; readonly token: string }): void {
    const base = isObject(schema) ? this.document.baseOf(schema) : run.base;
    const place = { value: inner.value, at: [...run.place.at, inner.token], scopes: run.place.scopes };
    const error = this.check({ schema, base }, place, emptySeen());
    if (error !== undefined) run.errors.push(error);
  }

  private reference(run: Run, reference: string): void {
    if (reference.startsWith('urn:')) return;
    this.follow(run, this.document.resolve(reference, run.base), reference);
  }

  private follow(run: Run, target: Resource | undefined, reference: string): void {
    if (target === undefined) {
      add(run, `the reference ${quoted(reference)} leads nowhere`);
      return;
    }
    const seen = emptySeen();
    const error = this.check(target, run.place, seen);
    if (error !== undefined) {
      run.errors.push({ at: run.place.at, kind: 'reference', text: 'validation failed', causes: causesOf(error) });
      return;
    }
    for (const key of seen.props) run.seen.props.add(key);
    for (const item of seen.items) run.seen.items.add(item);
  }

  private dynamicReferences(run: Run): void {
    if (this.document.draft < 2019) return;
    const recursive = getKey(run.schema, '$recursiveRef');
    if (typeof recursive === 'string') {
      const target = this.document.resolve(recursive, run.base);
      const isOpen = isObject(target?.schema) && getKey(target.schema, '$recursiveAnchor') === true;
      const outermost = isOpen
        ? run.place.scopes.find(({ schema }) => isObject(schema) && getKey(schema, '$recursiveAnchor') === true)
        : undefined;
      this.follow(run, outermost ?? target, recursive);
    }
    const dynamic = getKey(run.schema, '$dynamicRef');
    if (this.document.draft < 2020 || typeof dynamic !== 'string') return;
    const initial = this.document.resolve(dynamic, run.base);
    const anchor = /#([^/].*)$/.exec(dynamic)?.[1];
    const isDynamic = anchor !== undefined && isObject(initial?.schema) && getKey(initial.schema, '$dynamicAnchor') === anchor;
    const outermost = isDynamic
      ? run.place.scopes.map(({ base }) => this.document.dynamicAnchor(base, anchor)).find((found) => found !== undefined)
      : undefined;
    this.follow(run, outermost ?? initial, dynamic);
  }

  private unevaluated(run: Run): void {
    if (this.document.draft < 2019) return;
    const { value } = run.place;
    const props = getKey(run.schema, 'unevaluatedProperties');
    if (props !== undefined && isObject(value)) {
      for (const key of sortStrings(Object.keys(value))) {
        if (!run.seen.props.has(key)) this.child(run, props, { value: value[key] as Json, token: key });
        run.seen.props.add(key);
      }
    }
    const items = getKey(run.schema, 'unevaluatedItems');
    if (items === undefined || !Array.isArray(value)) return;
    (value as readonly Json[]).forEach((item, i) => {
      if (!run.seen.items.has(i)) this.child(run, items, { value: item, token: String(i) });
      run.seen.items.add(i);
    });
  }
}

/** One schema against one value. */
interface Run {
  readonly schema: JsonObject;
  readonly base: string;
  readonly place: Place;
  readonly errors: Invalid[];
  readonly seen: Seen;
}

const plain = (at: readonly string[], text: string): Invalid => ({ at, kind: 'plain', text, causes: [] });

function add(run: Run, text: string, causes: readonly Invalid[] = []): void {
  run.errors.push({ at: run.place.at, kind: 'plain', text, causes });
}

function summary({ errors, place }: Run): Invalid | undefined {
  return errors.length > 1 ? { at: place.at, kind: 'group', text: 'validation failed', causes: errors } : errors[0];
}

/** A group stands for its members. */
export const causesOf = (error: Invalid): readonly Invalid[] => (error.kind === 'group' ? error.causes : [error]);

const typeNames: readonly string[] = ['null', 'boolean', 'number', 'integer', 'string', 'array', 'object'];

function typeOf(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'bigint' ? 'number' : typeof value;
}

function enumProblem(
  choices: readonly Json[],
  { value, at }: { readonly value: Json; readonly at: readonly string[] },
): Invalid | undefined {
  if (choices.some((choice) => equal(value, choice))) return undefined;
  if (choices.some((choice) => typeof choice === 'object' && choice !== null)) return plain(at, "'enum' failed");
  const texts = choices.map(shown);
  return plain(at, texts.length === 1 ? `value must be ${texts[0] ?? ''}` : `value must be one of ${texts.join(', ')}`);
}

function equal(a: Json, b: Json): boolean {
  if (typeof a !== 'object' || a === null || typeof b !== 'object' || b === null)
    return typeOf(a) === 'number' && typeOf(b) === 'number' ? Number(a) === Number(b) : a === b;
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => equal(item as Json, b[i] as Json));
  }
  const left = a as JsonObject;
  const right = b as JsonObject;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length && keys.every((key) => hasKey(right, key) && equal(left[key] as Json, right[key] as Json))
  );
}

/** The first two equal items. Scalars are looked up, so that long lists stay cheap. */
function duplicatesOf(items: readonly Json[]): readonly [number, number] | undefined {
  const scalars = new Map<Json, number>();
  const others: number[] = [];
  for (const [i, item] of items.entries()) {
    if (typeof item !== 'object' || item === null) {
      const first = scalars.get(item);
      if (first !== undefined) return [first, i];
      scalars.set(item, i);
    } else {
      const first = others.find((j) => equal(items[j] as Json, item));
      if (first !== undefined) return [first, i];
      others.push(i);
    }
  }
  return undefined;
}

function count(schema: JsonObject, name: string): number | undefined {
  const value = getKey(schema, name);
  return typeof value === 'number' && Number.isInteger(value) ? value : undefined;
}

const missingOf = (object: JsonObject, required: Json | undefined): string[] =>
  Array.isArray(required)
    ? (required as readonly Json[]).filter((name): name is string => typeof name === 'string' && !hasKey(object, name))
    : [];

const schemasIn = (schema: JsonObject, name: string): readonly Json[] => {
  const list = getKey(schema, name);
  return Array.isArray(list) ? (list as readonly Json[]) : [];
};

/** Exact for decimal fractions: both are scaled to whole numbers. */
function isMultiple(value: number, step: number): boolean {
  if (step === 0) return false;
  const scaled = (number: number): readonly [bigint, number] => {
    const [mantissa = '0', exponent = '0'] = number.toExponential().split('e');
    const [whole = '0', fraction = ''] = mantissa.split('.');
    return [BigInt(whole + fraction), Number(exponent) - fraction.length];
  };
  const [a, x] = scaled(value);
  const [b, y] = scaled(step);
  const low = Math.min(x, y);
  return (a * 10n ** BigInt(x - low)) % (b * 10n ** BigInt(y - low)) === 0n;
}
