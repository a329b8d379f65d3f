/**
 * The validation rules of a CustomResourceDefinition: `x-kubernetes-validations` all over a structural schema, compiled once, run on objects
 * (Kubernetes: apiextensions-apiserver/pkg/apiserver/schema/cel). Messages and the order in which the budget is spent are the API server's.
 */
import { getKey, isObject, type Json, type JsonObject } from '../object/index.ts';
import { equalJson } from '../object/value/index.ts';
import { compileCel, OBJECT_BUDGET, PER_CALL_LIMIT, type Program } from './program.ts';
import { typeOfSchema } from './schema.ts';
import type { Type } from './type.ts';

export interface Violation {
  /** As field errors name it: `spec.items[0].name`, `spec.map[key]`; empty for the object itself. */
  readonly path: string;
  readonly message: string;
  readonly reason: 'FieldValueInvalid' | 'FieldValueForbidden' | 'FieldValueRequired' | 'FieldValueDuplicate';
  /** What field errors show as the value: the type in the schema. */
  readonly shown: string;
  /** It was wrong before, and did not change (ratcheting): the client is warned of it. */
  readonly tolerated?: true;
}

export interface RuleError {
  /** Path of the schema: `properties[spec].x-kubernetes-validations[0].rule`. */
  readonly path: string;
  readonly message: string;
}

interface Rule {
  readonly rule: string;
  readonly message: string | undefined;
  readonly program: Program;
  readonly messageProgram: Program | undefined;
  readonly reason: Violation['reason'];
  readonly fieldPath: string;
  readonly optionalOldSelf: boolean;
}

interface RuleNode {
  readonly shown: string;
  readonly type: Type | undefined;
  readonly rules: readonly Rule[];
  readonly properties: ReadonlyMap<string, RuleNode>;
  readonly items: RuleNode | undefined;
  readonly additional: RuleNode | undefined;
  /** Keys by which elements of the list are found again in its older self. */
  readonly keys: readonly string[] | undefined;
  /** Whether a rule here or below is about a change. */
  readonly transitions: boolean;
  /** Values that passed all rules here and below but those: they need not pass again. */
  readonly passed: WeakSet<object>;
}

export interface CompiledRules {
  /** Undefined when there is no rule at all. */
  readonly root: RuleNode | undefined;
  /** Rules that do not compile: the definition is to be refused. */
  readonly errors: readonly RuleError[];
}

/** Compiles the rules of a schema. `isResource`: the root is a whole object, whose name is visible to rules. */
export function compileRules(schema: JsonObject, options: { readonly isResource?: boolean } = {}): CompiledRules {
  const errors: RuleError[] = [];
  const root = compileNode(schema, { path: '', isRoot: options.isResource === true, errors });
  return { root, errors };
}

interface Place {
  readonly path: string;
  readonly isRoot: boolean;
  readonly errors: RuleError[];
  /** The list on the way here whose elements cannot be told apart after a change: below it there is no older self. */
  readonly uncorrelated?: string;
}

const child = (place: Place, step: string): Place => ({
  ...place,
  path: place.path === '' ? step : `${place.path}.${step}`,
  isRoot: false,
});

/** The elements of a list are found again by keys alone. */
function elementPlace(schema: JsonObject, key: string, place: Place): Place {
  const below = child(place, key);
  const keyed = key !== 'items' || getKey(schema, 'x-kubernetes-list-type') === 'map';
  return keyed || below.uncorrelated !== undefined ? below : { ...below, uncorrelated: place.path };
}

function compileNode(schema: JsonObject, place: Place): RuleNode | undefined {
  const properties = new Map<string, RuleNode>();
  const declared = getKey(schema, 'properties');
  for (const [name, property] of isObject(declared) ? Object.entries(declared) : []) {
    const node = isObject(property) ? compileNode(property, child(place, `properties[${name}]`)) : undefined;
    if (node !== undefined) properties.set(name, node);
  }
  const [items, additional] = (['items', 'additionalProperties'] as const).map((key) => {
    const below = getKey(schema, key);
    return isObject(below) ? compileNode(below, elementPlace(schema, key, place)) : undefined;
  });
  const type = typeOfSchema(schema, { isRoot: place.isRoot });
  const rules = compileOwnRules(schema, type, place);
  if (rules.length === 0 && properties.size === 0 && items === undefined && additional === undefined) return undefined;
  const keys = getKey(schema, 'x-kubernetes-list-type') === 'map' ? getKey(schema, 'x-kubernetes-list-map-keys') : undefined;
  const below = [...properties.values(), items, additional];
  return {
    passed: new WeakSet(),
    transitions: rules.some(ofChange) || below.some((node) => node?.transitions === true),
    shown: String(getKey(schema, 'type') ?? ''),
    type,
    rules,
    properties,
    items,
    additional,
    keys: Array.isArray(keys) ? keys.filter((key) => typeof key === 'string') : undefined,
  };
}

const ofChange = ({ program }: Rule): boolean => program.uses.has('oldSelf');

function compileOwnRules(schema: JsonObject, type: Type | undefined, place: Place): readonly Rule[] {
  const written = getKey(schema, 'x-kubernetes-validations');
  if (!Array.isArray(written)) return [];
  return written.flatMap((entry: Json, index) => {
    const rule = isObject(entry) ? compileRule(entry, type, child(place, `x-kubernetes-validations[${index}]`)) : undefined;
    return rule === undefined ? [] : [rule];
  });
}

const text = (object: JsonObject, key: string): string | undefined => {
  const value = getKey(object, key);
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
};

const REASONS: ReadonlySet<string> = new Set(['FieldValueInvalid', 'FieldValueForbidden', 'FieldValueRequired', 'FieldValueDuplicate']);
const isReason = (value: string | undefined): value is Violation['reason'] => value !== undefined && REASONS.has(value);

function compileRule(entry: JsonObject, type: Type | undefined, place: Place): Rule | undefined {
  const rule = text(entry, 'rule');
  if (rule === undefined) return undefined;
  const optionalOldSelf = getKey(entry, 'optionalOldSelf') === true;
  const self = type ?? { k: 'dyn' };
  const variables = new Map<string, Type | undefined>([
    ['self', self],
    ['oldSelf', optionalOldSelf ? { k: 'optional', item: self } : self],
  ]);
  const program = compileFor(rule, variables, 'bool');
  if (typeof program === 'string') {
    place.errors.push({ path: `${place.path}.rule`, message: program });
    return undefined;
  }
  if (place.uncorrelated !== undefined && program.uses.has('oldSelf'))
    place.errors.push({
      path: `${place.path}.rule`,
      message: `oldSelf cannot be used on the uncorrelatable portion of the schema within ${place.uncorrelated}`,
    });
  const expression = text(entry, 'messageExpression');
  const message = expression === undefined ? undefined : compileFor(expression, variables, 'string');
  if (typeof message === 'string') place.errors.push({ path: `${place.path}.messageExpression`, message: `messageExpression ${message}` });
  const reason = text(entry, 'reason');
  return {
    rule: rule.trim(),
    message: text(entry, 'message')?.trim(),
    program,
    messageProgram: typeof message === 'string' ? undefined : message,
    reason: isReason(reason) ? reason : 'FieldValueInvalid',
    fieldPath: text(entry, 'fieldPath') ?? '',
    optionalOldSelf,
  };
}

/** The program, or what the API server says is wrong. */
function compileFor(text: string, variables: ReadonlyMap<string, Type | undefined>, wanted: 'bool' | 'string'): Program | string {
  const compiled = compileCel(text, { variables });
  if (!compiled.ok) return `compilation failed: ${compiled.error.display}`;
  const { k } = compiled.value.type;
  if (k === wanted || k === 'dyn') return compiled.value;
  return wanted === 'bool' ? 'cel expression must evaluate to a bool' : 'must evaluate to a string';
}

export interface RuleInput {
  readonly self: Json;
  /** The object as it was before an update. */
  readonly oldSelf?: Json;
  /** Cost units for the whole object. Default: what Kubernetes allows. */
  readonly budget?: number;
}

/** Runs all rules; stops when the budget is used up. The values are expected to fit the schema already. */
export function checkRules({ root }: CompiledRules, { self, oldSelf, budget = OBJECT_BUDGET }: RuleInput): readonly Violation[] {
  if (root === undefined) return [];
  const run = new Run(budget);
  run.node(root, { path: '', self, old: oldSelf });
  return run.violations;
}

interface Visit {
  readonly path: string;
  readonly self: Json;
  readonly old: Json | undefined;
  /** The nearest part around it whose older self is known. */
  readonly around?: Visit;
}

/** Itself, or what is around it: the part that tells whether it changed. */
const correlated = (visit: Visit): Visit | undefined => (visit.old === undefined ? visit.around : visit);

const hasPassed = (node: RuleNode, self: Json): boolean => typeof self === 'object' && self !== null && node.passed.has(self);

class Run {
  readonly violations: Violation[] = [];
  private left: number;

  constructor(budget: number) {
    this.left = budget;
  }

  node(node: RuleNode, visit: Visit): void {
    const { self } = visit;
    if (this.left < 0 || self === null || (!node.transitions && hasPassed(node, self))) return;
    const before = this.violations.length;
    this.own(node, visit);
    this.below(node, visit);
    if (typeof self === 'object' && this.left >= 0 && this.violations.length === before) node.passed.add(self);
  }

  private below(node: RuleNode, visit: Visit): void {
    const { path, self, old } = visit;
    const around = correlated(visit);
    const inner = (value: Json, step: string, older: Json | undefined): Visit => ({
      path: `${path}${step}`,
      self: value,
      old: older,
      ...(around === undefined ? {} : { around }),
    });
    if (Array.isArray(self)) {
      const find = correlation(node.keys, old);
      if (node.items !== undefined)
        for (const [index, item] of self.entries()) this.node(node.items, inner(item, `[${index}]`, find(item)));
    } else if (isObject(self)) {
      const olderOf = (key: string): Json | undefined => (isObject(old) ? getKey(old, key) : undefined);
      for (const [name, next] of node.properties) {
        const value = getKey(self, name);
        if (value !== undefined) this.node(next, inner(value, path === '' ? name : `.${name}`, olderOf(name)));
      }
      if (node.additional === undefined) return;
      for (const [key, value] of Object.entries(self))
        if (value !== undefined) this.node(node.additional, inner(value, `[${key}]`, olderOf(key)));
    }
  }

  private own(node: RuleNode, visit: Visit): void {
    const passed = hasPassed(node, visit.self);
    for (const rule of node.rules) {
      if (this.left < 0) return;
      if (ofChange(rule) ? visit.old === undefined && !rule.optionalOldSelf : passed) continue;
      this.rule(rule, node, visit);
    }
  }

  /**
   * What is wrong and was wrong before is let be. Rules about a change are for changes only.
   * Kubernetes: apiextensions-apiserver pkg/apiserver/schema/cel/validation.go shouldRatchetError.
   */
  private tolerated(rule: Rule, visit: Visit): boolean {
    const at = correlated(visit);
    return at !== undefined && at.old !== undefined && !ofChange(rule) && equalJson(at.self, at.old);
  }

  private rule(rule: Rule, node: RuleNode, visit: Visit): void {
    const add = (message: string, found: Partial<Violation> = {}): void =>
      void this.violations.push({ path: visit.path, message, reason: 'FieldValueInvalid', shown: node.shown, ...found });
    const about = rule.message ?? rule.rule;
    const { result, cost } = rule.program.run(this.variables(visit), { limit: PER_CALL_LIMIT });
    if (cost > this.left) {
      this.left = -1;
      return add('validation failed due to running out of cost budget, no further validation rules will be run');
    }
    this.left -= cost;
    if (result.ok && result.value === true) return;
    const mark = this.tolerated(rule, visit) ? ({ tolerated: true } as const) : {};
    if (result.ok) {
      const path = rule.fieldPath === '' ? visit.path : joinPath(visit.path, rule.fieldPath);
      add(this.message(rule, visit), { path, reason: rule.reason, ...mark });
    } else if (result.error.exhausted) {
      this.left = -1;
      add(`'${result.error.message}': no further validation rules will be run due to call cost exceeds limit for rule: ${about}`);
    } else if (result.error.message.startsWith('no such overload'))
      add(
        `'${result.error.message}': call arguments did not match a supported operator, function or macro signature for rule: ${about}`,
        mark,
      );
    else add(`${result.error.message} evaluating rule: ${about}`, mark);
  }

  private variables({ self, old }: Visit): readonly (readonly [string, Json])[] {
    return [
      ['self', self],
      ['oldSelf', old ?? null],
    ];
  }

  /** Kubernetes: a message expression that fails, or gives an empty or many-lined text, gives way to the message. */
  private message(rule: Rule, visit: Visit): string {
    const fallback = rule.message ?? `failed rule: ${rule.rule}`;
    if (rule.messageProgram === undefined) return fallback;
    const { result, cost } = rule.messageProgram.run(this.variables(visit), { limit: Math.min(PER_CALL_LIMIT, this.left) });
    this.left -= cost;
    if (!result.ok || typeof result.value !== 'string') return fallback;
    const message = result.value.trim();
    return message === '' || message.includes('\n') || message.length > 5 * 1024 ? fallback : message;
  }
}

const joinPath = (path: string, below: string): string =>
  below.startsWith('[') || path === '' ? `${path}${below.replace(/^\./, '')}` : `${path}${below.startsWith('.') ? '' : '.'}${below}`;

/** Finds the older self of a list's element; lists without keys have none. */
function correlation(keys: readonly string[] | undefined, old: Json | undefined): (item: Json) => Json | undefined {
  if (keys === undefined || !Array.isArray(old)) return () => undefined;
  const identity = (item: Json): string | undefined =>
    isObject(item) ? JSON.stringify(keys.map((key) => String(getKey(item, key) ?? ''))) : undefined;
  const known = new Map(old.map((item: Json) => [identity(item), item]));
  return (item) => {
    const key = identity(item);
    return key === undefined ? undefined : known.get(key);
  };
}
