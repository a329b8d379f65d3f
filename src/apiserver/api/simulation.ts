/** What the writer of a scenario is told at once: words that mean nothing would otherwise just do nothing. */
import { formatProblem } from '../../core/problem/index.ts';
import { SCENARIO, scenarioOf, simulationProblem } from '../../core/kube/scenario/index.ts';
import type { KubeObject } from '../../core/object/index.ts';

export function simulationProblems(table: string, object: KubeObject): readonly string[] {
  if (table === 'configmaps') return object.metadata.name === SCENARIO ? scenarioOf(object).problems.map(formatProblem) : [];
  const problem = simulationProblem(object);
  return problem === undefined ? [] : [problem];
}
