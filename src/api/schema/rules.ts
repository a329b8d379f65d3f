/** Rules that follow from the rows, written as the CEL that a CustomResourceDefinition carries. */
import type { Node, ObjectNode, Rule, StringNode } from './field.ts';

const listed = (names: readonly string[]): string => names.map((name) => `has(self.${name})`).join(', ');

/** All rules of a node: those that follow from its bounds, and its own. */
export function rulesOf(node: Node): readonly Rule[] {
  const own = node.rules ?? [];
  if (node.type === 'object') return [...oneOfRules(node), ...own];
  return node.type === 'string' ? [...own, ...durationRule(node)] : own;
}

/** Unions by a single set key. */
function oneOfRules(node: ObjectNode): readonly Rule[] {
  const rules: Rule[] = [];
  if (node.exactlyOne !== undefined)
    rules.push({
      rule: `[${listed(node.exactlyOne)}].filter(set, set).size() == 1`,
      message: `exactly one of ${node.exactlyOne.join(', ')} must be set`,
    });
  if (node.atMostOne !== undefined)
    rules.push({
      rule: `[${listed(node.atMostOne)}].filter(set, set).size() <= 1`,
      message: `at most one of ${node.atMostOne.join(', ')} may be set`,
    });
  return rules;
}

function durationRule(node: StringNode): readonly Rule[] {
  if (node.minDuration === undefined || node.minDuration === 0) return [];
  return [{ rule: `duration(self) >= duration('${node.minDuration}ms')`, message: `must be at least ${formatDuration(node.minDuration)}` }];
}

/** Milliseconds as the shortest Go duration in one unit. */
export function formatDuration(ms: number): string {
  for (const [unit, size] of UNITS) if (ms >= size && ms % size === 0) return `${ms / size}${unit}`;
  return `${ms}ms`;
}

const UNITS = [
  ['h', 3600000],
  ['m', 60000],
  ['s', 1000],
  ['ms', 1],
] as const;

/** Milliseconds of a duration that our pattern has accepted; undefined when it is malformed. */
export function parseDuration(text: string): number | undefined {
  if (text.length > 32 || !/^([0-9]+([.][0-9]+)?(ms|s|m|h))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/([0-9.]+)(ms|s|m|h)/g)) {
    const size = UNITS.find(([name]) => name === unit)?.[1] ?? 0;
    total += Number(amount) * size;
  }
  return total;
}
