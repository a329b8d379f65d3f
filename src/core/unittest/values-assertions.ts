/**
 * Assertions about values.schema.json, which helm-unittest does not have: `validValues` holds when the schemas of the chart and its subcharts are content with
 * the test's values, `invalidValues` when they are not, for the reason that is named. Nothing is rendered.
 */
import type { RegexpCache } from '../go/regexp/index.ts';
import { getKey } from '../object/index.ts';
import type { Verdict } from './assertions.ts';
import type { Assertion } from './suite.ts';

const kinds: readonly string[] = ['validValues', 'invalidValues'];

export const isAboutValues = ({ kind }: Pick<Assertion, 'kind'>): boolean => kinds.includes(kind);

const lines = (text: string): readonly string[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => `\t${line}`);

/** `problem`: what the schemas say. */
export function judgeValues(assertion: Assertion, problem: string | undefined, patterns: RegexpCache): Verdict {
  const wantsProblem = (assertion.kind === 'invalidValues') !== assertion.not;
  if (!wantsProblem) {
    if (problem === undefined) return { passed: true, lines: [] };
    return { passed: false, lines: ['Expected the schema to accept the values; it says:', ...lines(problem)] };
  }
  if (problem === undefined) return { passed: false, lines: ['Expected the schema to refuse the values; it accepts them'] };
  const text = (name: string): string | undefined => {
    const value = getKey(assertion.params, name);
    return typeof value === 'string' ? value : undefined;
  };
  const message = text('errorMessage');
  const pattern = text('errorPattern');
  const compiled = pattern === undefined ? undefined : patterns.compile(pattern);
  if (compiled?.ok === false) return { passed: false, lines: ['Error:', `\t${compiled.error}`] };
  const isExpected = (message === undefined || problem.includes(message)) && (compiled === undefined || compiled.value.matches(problem));
  if (isExpected) return { passed: true, lines: [] };
  return { passed: false, lines: ['Expected the schema to say:', `\t${message ?? pattern ?? ''}`, 'Actual:', ...lines(problem)] };
}
