/** The functions that call templates, ask the cluster or stop a render. Source: Helm 4 pkg/engine/engine.go, lookup_func.go. */
import { quote } from '../../go/strconv/index.ts';
import { basicType } from '../../go/type/index.ts';
import { GoInt, type GoValue } from '../../go/value/index.ts';
import { type Json, record } from '../../object/index.ts';
import {
  executeNamed,
  executeTemplate,
  fixed,
  param,
  type State,
  TemplateFailure,
  type TemplateFunction,
  TemplateSet,
} from '../exec/index.ts';
import { ParseError } from '../parse/index.ts';
import type { SprigHost } from '../sprig/index.ts';
import type { DocumentCache } from './documents.ts';

/** What Helm's functions need besides sprig's host. */
export interface HelmHost extends SprigHost {
  /** Documents that were read; may outlive the render. */
  readonly documents: DocumentCache;
  /** How often each name is being included at the moment. */
  readonly includes: Map<string, number>;
  /** `helm lint`: missing values and `fail` are notes, not errors. */
  readonly lint: boolean;
  /** Called with what `required` and `fail` say under lint. */
  readonly note: (what: LintNote, message: string) => void;
}

/** What Helm logs instead of failing: its level and its words. */
export interface LintNote {
  readonly level: 'INFO' | 'WARN';
  readonly event: string;
}

const { any, string } = param;
const maxIncludes = 1000;
const noValue = '<no value>';

export const hostOf = (state: State): HelmHost => state.run.host as HelmHost;

/** Marks a message that is meant for the user as it is; whoever shows the error takes the rest away. */
const marked = (message: string): string => `HELM_ERR_START${message}HELM_ERR_END`;

function include(name: string, data: GoValue, state: State): string {
  const { includes } = hostOf(state);
  const count = includes.get(name) ?? 0;
  if (count > maxIncludes || state.run.depth >= state.run.budget.limits.depth) {
    throw new TemplateFailure(`rendering template has a nested reference name: ${name}: unable to execute template`);
  }
  includes.set(name, count + 1);
  const text = executeNamed(state.set as TemplateSet, name, { data, run: state.run });
  includes.set(name, count);
  return text;
}

/** The text without Go's mark for "no value". */
export const withoutNoValue = (text: string): string => (text.includes(noValue) ? text.replaceAll(noValue, '') : text);

function tpl(text: string, data: GoValue, state: State): string {
  if (!text.includes('{{')) return withoutNoValue(text);
  const set = (state.set as TemplateSet).fork();
  return withoutNoValue(
    wrapped(
      () => executeTemplate(set, parsed(set, text), { data, run: state.run }),
      `error during tpl function execution for ${quote(text)}`,
    ),
  );
}

function parsed(set: TemplateSet, text: string): ReturnType<TemplateSet['add']> {
  try {
    return set.add(set.name, text);
  } catch (error) {
    if (error instanceof ParseError) throw new TplParseFailure(`cannot parse template ${quote(text)}: ${error.message}`);
    throw error;
  }
}

class TplParseFailure extends TemplateFailure {}

function wrapped(run: () => string, prefix: string): string {
  try {
    return run();
  } catch (error) {
    if (error instanceof TemplateFailure && !(error instanceof TplParseFailure))
      throw new TemplateFailure(`${prefix}: ${error.message}`, error);
    throw error;
  }
}

function required(message: string, value: GoValue, state: State): GoValue {
  if (value !== null && value !== '') return value;
  const host = hostOf(state);
  if (!host.lint) throw new TemplateFailure(marked(message));
  host.note({ level: 'WARN', event: value === null ? 'missing required value' : 'missing required values' }, message);
  return '';
}

function fail(message: string, state: State): string {
  const host = hostOf(state);
  if (!host.lint) throw new TemplateFailure(marked(message));
  host.note({ level: 'INFO', event: 'funcMap fail' }, message);
  return '';
}

/** JSON as Kubernetes' Go clients hold it: whole numbers are int64. */
function fromCluster(value: Json | undefined): GoValue {
  if (value === undefined) return null;
  if (typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value))) return new GoInt(basicType.int64, value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return (value as readonly Json[]).map(fromCluster);
  return record(Object.entries(value).map(([key, item]): [string, GoValue] => [key, fromCluster(item as Json)]));
}

interface Wanted {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** An object, a list of objects when no name is given, an empty map when there is nothing. */
function lookup({ apiVersion, kind, namespace, name }: Wanted, state: State): GoValue {
  const host = hostOf(state);
  if (host.lint) return record<GoValue>();
  const answer = host.ask({ kind: 'lookup', apiVersion, kindName: kind, namespace, name });
  if (answer === null) return record<GoValue>();
  if (!Array.isArray(answer)) return fromCluster(answer as Json);
  return record<GoValue>([
    ['apiVersion', apiVersion],
    ['kind', `${kind}List`],
    ['metadata', record<GoValue>([['resourceVersion', '']])],
    ['items', (answer as readonly Json[]).map(fromCluster)],
  ]);
}

/** Name → function. `fail` takes the place of sprig's. */
export const engineFunctions: readonly (readonly [string, TemplateFunction])[] = [
  ['include', fixed([string, any], ([name, data], state) => include(name, data, state))],
  ['tpl', fixed([string, any], ([text, data], state) => tpl(text, data, state))],
  ['required', fixed([string, any], ([message, value], state) => required(message, value, state))],
  ['fail', fixed([string], ([message], state) => fail(message, state))],
  [
    'lookup',
    fixed([string, string, string, string], ([apiVersion, kind, namespace, name], state) =>
      lookup({ apiVersion, kind, namespace, name }, state),
    ),
  ],
];
