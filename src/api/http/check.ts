/** Queries and bodies of requests, checked against their field rows: every problem names its field and says what is allowed. */
import { isObject, type Json, record } from '../../core/object/index.ts';
import type { Problem } from '../../core/problem/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import { checkField } from '../schema/check.ts';
import { type Field, object, type Presence } from '../schema/field.ts';
import type { Route } from './routes.table.ts';

/** The first problem of a request: one at a time is what a client can show beside a field. */
export interface BadInput {
  readonly field: string;
  readonly message: string;
  readonly hint?: string;
}

function check(field: Field<unknown, Presence>, value: Json): Result<Json, BadInput> {
  const problems: Problem[] = [];
  const checked = checkField(field, value, { path: '', checking: { judge: () => [], problems } });
  const [problem] = problems;
  if (problem === undefined) return ok(checked);
  const name = (problem.field ?? '').replace(/^\./, '');
  return err({ field: name, message: problem.message, ...(problem.hint === undefined ? {} : { hint: problem.hint }) });
}

/** The query of a request after defaults. Text becomes what the row says; a parameter given twice is refused. */
export function checkQuery({ query = {} }: Pick<Route, 'query'>, given: Iterable<readonly [string, string]>): Result<Json, BadInput> {
  const seen = new Map<string, Json>();
  for (const [name, text] of given) {
    if (seen.has(name)) return err({ field: name, message: 'is given twice' });
    seen.set(name, fromText(Object.hasOwn(query, name) ? query[name] : undefined, text));
  }
  return check(object('The query.', query), record([...seen]));
}

function fromText(field: Field<unknown, Presence> | undefined, text: string): Json {
  if (field?.node.type === 'integer' && /^-?\d{1,15}$/.test(text)) return Number(text);
  if (field?.node.type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

/** The body of a request after defaults. */
export function checkBody({ body }: Pick<Route, 'body'>, given: Json | undefined): Result<Json | undefined, BadInput> {
  if (body === undefined) return ok(undefined);
  if (!isObject(given)) return err({ field: '', message: 'the body must be a JSON object' });
  return check(body, given);
}

/** What does not fit an answer; empty: it is as the table says. For tests: a view that drifts from its table is a bug. */
export function answerProblems({ answer }: Pick<Route, 'answer'>, value: Json): readonly Problem[] {
  if (answer === undefined) return [];
  const problems: Problem[] = [];
  checkField(answer, value, { path: '', checking: { judge: () => [], problems } });
  return problems;
}
