/** Rules of an App's own for some objects: CEL over the object's fields (S23: what a person writes is taken at their word). */
import { compileCel, type Program } from '../cel/index.ts';
import { type Json, type KubeObject, getKey, isObject, parseApiVersion } from '../object/index.ts';
import type { Outcome, Problem } from '../problem/index.ts';
import { builtinGroups } from './kinds.table.ts';
import { ASSUMED, type Verdict } from './state.ts';

/** A rule as it is written in an App. */
export interface CheckSource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly current: string;
  readonly inProgress?: string;
  readonly failed?: string;
}

/** The fields of an object that expressions may name, and `object` for the whole. */
const FIELDS = ['apiVersion', 'kind', 'metadata', 'spec', 'status', 'data'];
const VARIABLES = new Map([...FIELDS, 'object'].map((name) => [name, undefined]));

/** Compiles the rules of an App; those that do not compile are left out and reported at `field` (`spec.health.checks`). */
export function compileChecks(sources: readonly CheckSource[], field: string): Outcome<CustomChecks> {
  const problems: Problem[] = [];
  const value = sources.flatMap((source, index) => {
    const compile = (name: 'current' | 'inProgress' | 'failed'): CustomCheck['current'] | undefined => {
      const text = source[name];
      const program = text === undefined ? undefined : compileAt(text, VARIABLES, { field: `${field}[${index}].${name}`, problems });
      return program === undefined ? undefined : (object) => answer(program, variablesOf(object));
    };
    const [current, inProgress, failed] = [compile('current'), compile('inProgress'), compile('failed')];
    return current === undefined ? [] : [check(source, { current, inProgress, failed })];
  });
  return { value, problems };
}

type Answers = {
  readonly current: CustomCheck['current'];
  readonly inProgress: CustomCheck['inProgress'] | undefined;
  readonly failed: CustomCheck['failed'] | undefined;
};

function check({ apiVersion, kind, name, namespace }: CheckSource, { current, inProgress, failed }: Answers): CustomCheck {
  return {
    fits: (object) =>
      apiVersion === object.apiVersion &&
      kind === object.kind &&
      (name === undefined || name === object.metadata.name) &&
      (namespace === undefined || namespace === object.metadata.namespace),
    current,
    ...(inProgress === undefined ? {} : { inProgress }),
    ...(failed === undefined ? {} : { failed }),
  };
}

function compileAt(
  text: string,
  variables: ReadonlyMap<string, undefined>,
  { field, problems }: { readonly field: string; readonly problems: Problem[] },
): Program | undefined {
  const compiled = compileCel(text, { variables, result: 'bool' });
  if (compiled.ok) return compiled.value;
  const { line, column, message } = compiled.error;
  problems.push({
    code: 'RuleInvalid',
    field,
    message: `${line}:${column}: ${message}`,
    hint: 'the expression is CEL, with the libraries of Kubernetes',
  });
  return undefined;
}

const variablesOf = (object: KubeObject): readonly (readonly [string, Json])[] => [
  ['object', object],
  ...FIELDS.flatMap((name): (readonly [string, Json])[] => {
    const value = getKey(object, name);
    return value === undefined ? [] : [[name, value]];
  }),
];

function answer(program: Program, variables: readonly (readonly [string, Json])[]): boolean | string {
  const { result } = program.run(variables);
  return result.ok ? result.value === true : result.error.message;
}

const READY_VARIABLES = new Map([
  ['object', undefined],
  ['dep', undefined],
]);

/** `dependsOn[].ready`: whether the dependency `dep` is ready for `object`; a text is the error of an expression that cannot be evaluated. */
export function compileReady(text: string, field: string): Outcome<((object: KubeObject, dep: KubeObject) => boolean | string) | null> {
  const problems: Problem[] = [];
  const program = compileAt(text, READY_VARIABLES, { field, problems });
  if (program === undefined) return { value: null, problems };
  return {
    value: (object, dep) =>
      answer(program, [
        ['object', object],
        ['dep', dep],
      ]),
    problems,
  };
}

/** One compiled rule. Its expressions answer true, false, or the text of an error. */
export interface CustomCheck {
  readonly fits: (object: KubeObject) => boolean;
  readonly current: (object: KubeObject) => boolean | string;
  readonly inProgress?: (object: KubeObject) => boolean | string;
  readonly failed?: (object: KubeObject) => boolean | string;
  /** What is current by it is so for want of anybody who would say otherwise. */
  readonly assumed?: true;
}

export type CustomChecks = readonly CustomCheck[];

/**
 * With what counts in a cluster where the controllers of others do not run: what has no status is assumed to be well there, as all kinds that nobody
 * reports on (S23).
 */
export const withoutOthers = (checks: CustomChecks): CustomChecks => [...checks, UNATTENDED];

const UNATTENDED: CustomCheck = {
  fits: (object) => {
    const { group } = parseApiVersion(object.apiVersion);
    return !builtinGroups.has(group) && !OURS.has(group) && saysNothing(getKey(object, 'status'));
  },
  current: () => true,
  assumed: true,
};

/** Groups whose controllers run wherever Lockstep does. */
const OURS: ReadonlySet<string> = new Set(['lockstep.dev', 'bitnami.com']);

/** No status, or the one that Flux's definitions give every new object. */
const saysNothing = (status: Json | undefined): boolean =>
  status === undefined ||
  (isObject(status) && Object.entries(status).every(([key, value]) => key === 'observedGeneration' && value === -1));

/**
 * What the first rule that applies says; undefined when none does. The order is that of Flux's health check expressions: in progress, failed, current.
 * An expression that cannot be evaluated (its field is not there yet) is not true, and its error is told when none is.
 */
export function customVerdict(checks: CustomChecks, object: KubeObject): Verdict | undefined {
  const check = checks.find(({ fits }) => fits(object));
  if (check === undefined) return undefined;
  const inProgress = check.inProgress?.(object);
  if (inProgress === true) return { state: 'Progressing', message: 'The check inProgress holds', reason: 'CheckInProgress' };
  const failed = check.failed?.(object);
  if (failed === true) return { state: 'Degraded', message: 'The check failed holds', reason: 'CheckFailed' };
  const current = check.current(object);
  if (current === true && check.assumed === true) return ASSUMED;
  if (current === true) return { state: 'Healthy', message: 'The check current holds', reason: 'CheckCurrent' };
  const errors = [inProgress, failed, current].filter((answer) => typeof answer === 'string');
  return { state: 'Progressing', message: ['The check current does not hold', ...errors].join('; '), reason: 'CheckNotCurrent' };
}
