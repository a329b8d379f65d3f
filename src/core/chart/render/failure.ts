/** Template errors as Helm shows them. Source: Helm 4 pkg/engine/engine.go cleanupParseError, reformatExecErrorMsg. */
import type { TemplateFailure } from '../../template/index.ts';

/** A parse error, with its place in parentheses. */
export function parseErrorText(file: string, message: string): string {
  const tokens = message.split(': ');
  if (tokens.length === 1) return `parse error in (${file}): ${message}`;
  return `parse error at (${tokens[1] ?? ''}): ${tokens.at(-1) ?? ''}`;
}

interface Trace {
  readonly location: string;
  readonly executed: string;
  readonly message: string;
}

const sameTrace = (a: Trace, b: Trace): boolean => a.location === b.location && a.executed === b.executed && a.message === b.message;

const traceText = ({ location, executed, message }: Trace): string =>
  (location === '' ? '' : `${location}\n  `) + (executed === '' ? '' : `${executed}\n    `) + (message === '' ? '' : `${message}\n`);

const cutChained = (message: string): string => message.split(' template:', 1)[0] ?? '';

/** One error of a chain, taken apart; undefined when it is none of text/template's. */
function traceOf(text: string): Trace | undefined {
  if (!text.startsWith('template: ')) return undefined;
  const rest = text.slice('template: '.length);
  if (rest.startsWith('no template ')) return { location: '', executed: '', message: text };
  return executingTrace(rest) ?? simpleTrace(rest);
}

function executingTrace(rest: string): Trace | undefined {
  const at = rest.indexOf(': executing ');
  if (at < 0) return undefined;
  const match = /^"([^"]*)" at <([\s\S]*)$/.exec(rest.slice(at + ': executing '.length));
  if (match === null) return undefined;
  const [, name = '', tail = ''] = match;
  const end = tail.indexOf('>: ');
  if (end < 0) return undefined;
  return {
    location: rest.slice(0, at),
    executed: `executing "${name}" at <${tail.slice(0, end)}>:`,
    message: cutChained(tail.slice(end + 3)),
  };
}

function simpleTrace(rest: string): Trace | undefined {
  const at = rest.lastIndexOf(': ');
  return at < 0 ? undefined : { location: rest.slice(0, at), executed: '', message: cutChained(rest.slice(at + 2)) };
}

/** What Helm makes of an error of text/template: of the template in this file. */
export type ExecErrorText = (file: string, failure: TemplateFailure) => string;

/** What `fail` and `required` say, and what is none of text/template's errors; undefined for the others. */
function plainText(file: string, failure: TemplateFailure): string | undefined {
  if (failure.name !== 'TemplateExecFailure') return failure.message;
  const text = failure.message;
  const first = text.indexOf(': ');
  const second = first < 0 ? -1 : text.indexOf(': ', first + 2);
  if (second < 0) return `execution error in (${file}): ${text}`;
  const location = text.slice(first + 2, second);
  const marked = /HELM_ERR_START([\s\S]*)HELM_ERR_END/.exec(text.slice(second + 2));
  return marked === null ? undefined : `execution error at (${location}): ${marked[1] ?? ''}`;
}

/** Everything in one line. Source: Helm 3 pkg/engine/engine.go cleanupExecError. */
export const helm3ExecError: ExecErrorText = (file, failure) => plainText(file, failure) ?? failure.message;

/** Where the failure and everything it came through stand, one below the other. */
export const helm4ExecError: ExecErrorText = (file, failure) => plainText(file, failure) ?? traced(failure);

function traced(failure: TemplateFailure): string {
  const text = failure.message;
  const traces: Trace[] = [];
  for (let current: TemplateFailure | undefined = failure; current !== undefined; current = current.cause) {
    const trace = traceOf(current.message);
    if (trace === undefined) return text;
    const last = traces.at(-1);
    if (last === undefined || !sameTrace(last, trace)) traces.push(trace);
  }
  return traces.map(traceText).join('').trim();
}
