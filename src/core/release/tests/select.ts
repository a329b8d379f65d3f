/**
 * Which tests are meant: `smoke-*` by name, `tier=smoke` by label, `test.weight < 5 && test.name.startsWith("smoke")` by expression (CEL), `!` before any of
 * them what is left out.
 */
import { compileCel, type Program } from '../../cel/index.ts';
import { type Json, type KubeObject, getKey } from '../../object/index.ts';
import type { Result } from '../../../std/index.ts';
import { splitManifest } from '../manifest.ts';
import type { HookRecord } from '../record.ts';

const mostPattern = 256;

/** `*` stands for any characters. Linear, whatever the pattern. */
function fits(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.slice(0, mostPattern).split('*');
  if (rest.length === 0) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  const last = rest.pop() ?? '';
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - at >= last.length && text.endsWith(last);
}

/** Words no name and no label has. */
const isExpression = (pattern: string): boolean => /[\s(["']|==|!=|&&|\|\|/.test(pattern);

const variables = new Map([['test', undefined]]);

const compile = (pattern: string): Result<Program, { readonly message: string }> => compileCel(pattern, { variables, result: 'bool' });

/** What is wrong with a pattern; undefined when nothing is. */
export function patternProblem(pattern: string): string | undefined {
  const text = pattern.replace(/^!/, '').trim();
  if (text === '') return 'a pattern is empty';
  if (!isExpression(text)) return text.length > mostPattern ? `a pattern has more than ${mostPattern} characters` : undefined;
  const compiled = compile(text);
  return compiled.ok ? undefined : compiled.error.message;
}

const objectOf = ({ manifest }: HookRecord): KubeObject | undefined => splitManifest(manifest)[0]?.object;

/** An expression that cannot be evaluated, because a label is not there for example, does not hold. */
function holds(hook: HookRecord, expression: string): boolean {
  const compiled = compile(expression);
  if (!compiled.ok) return false;
  const { labels = {}, annotations = {} } = objectOf(hook)?.metadata ?? {};
  const test: Json = { name: hook.name, kind: hook.kind, weight: hook.weight, labels, annotations };
  const { result } = compiled.value.run([['test', test]]);
  return result.ok && result.value === true;
}

function meets(hook: HookRecord, pattern: string): boolean {
  if (isExpression(pattern)) return holds(hook, pattern);
  const equals = pattern.indexOf('=');
  if (equals < 0) return fits(pattern, hook.name);
  const labels = objectOf(hook)?.metadata.labels ?? {};
  const value = getKey(labels, pattern.slice(0, equals));
  return value !== undefined && fits(pattern.slice(equals + 1), value);
}

/** Whether a hook is a test that the patterns mean; no pattern means all. */
export function selectsTest(hook: HookRecord, patterns: readonly string[]): boolean {
  if (!hook.events.includes('test')) return false;
  const [out, within] = [patterns.filter((one) => one.startsWith('!')), patterns.filter((one) => !one.startsWith('!'))];
  if (out.some((one) => meets(hook, one.slice(1)))) return false;
  return within.length === 0 || within.some((one) => meets(hook, one));
}
