/** Labels of nodes that have other names today. Kubernetes: pkg/api/node/util.go. */
import { type JsonObject, objects, text, texts } from '../../object/index.ts';
import { labelValueProblems } from '../meta/index.ts';

const deprecated: ReadonlyMap<string, string> = new Map([
  ['beta.kubernetes.io/arch', 'deprecated since v1.14; use "kubernetes.io/arch" instead'],
  ['beta.kubernetes.io/os', 'deprecated since v1.14; use "kubernetes.io/os" instead'],
  ['failure-domain.beta.kubernetes.io/region', 'deprecated since v1.17; use "topology.kubernetes.io/region" instead'],
  ['failure-domain.beta.kubernetes.io/zone', 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead'],
  ['beta.kubernetes.io/instance-type', 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead'],
  ['app.kubernetes.io/created-by', 'deprecated since v1.9'],
  ['scheduler.alpha.kubernetes.io/preferAvoidPods', 'deprecated since v1.22; use Taints and Tolerations instead'],
  ['node-role.kubernetes.io/master', 'use "node-role.kubernetes.io/control-plane" instead'],
]);

export const labelNodeMessage = (key: string): string | undefined => deprecated.get(key);

/** Of a term of a node affinity: its keys, and of preferred ones the values too. */
export function nodeTermWarnings(term: JsonObject, what: 'keys' | 'values', field: string): readonly string[] {
  return objects(term.matchExpressions).flatMap(({ key, values }, index) => {
    const path = `${field}.matchExpressions[${index}]`;
    const message = labelNodeMessage(text(key));
    const wrong = (value: string, at: number): readonly string[] =>
      labelValueProblems(value).map((problem) => `${path}.values[${at}]: ${value} is invalid, ${problem}`);
    return [
      ...(message === undefined ? [] : [`${path}.key: ${text(key)} is ${message}`]),
      ...(what === 'values' ? texts(values).flatMap(wrong) : []),
    ];
  });
}
