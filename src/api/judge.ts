/** Evaluates the CEL rules of our own tables, so that a file is judged by the same rules as the API server applies. */
import { compileCel, typeOfSchema, type Program } from '../core/cel/index.ts';
import { kinds } from './kinds/index.ts';
import type { Judge } from './schema/check.ts';
import type { Node, Rule } from './schema/field.ts';
import { nodeSchema } from './schema/openapi.ts';
import { rulesOf } from './schema/rules.ts';

interface CompiledRule {
  readonly rule: Rule;
  readonly program: Program;
}

/** All rules below the kinds, by node. The tables are constants, so one pass does for all objects. */
function compileAll(): ReadonlyMap<Node, readonly CompiledRule[]> {
  const compiled = new Map<Node, readonly CompiledRule[]>();
  const visit = (node: Node): void => {
    if (compiled.has(node)) return;
    compiled.set(node, compileNode(node));
    if (node.type === 'object') for (const field of Object.values(node.fields)) visit(field.node);
    if (node.type === 'array') visit(node.items);
    if (node.type === 'map') visit(node.values);
  };
  for (const kind of kinds) {
    visit(kind.spec.node);
    if (kind.status !== undefined) visit(kind.status.node);
  }
  return compiled;
}

function compileNode(node: Node): readonly CompiledRule[] {
  const rules = rulesOf(node);
  if (rules.length === 0) return [];
  const self = typeOfSchema(nodeSchema(node));
  const variables = new Map([
    ['self', self],
    ['oldSelf', self],
  ]);
  return rules.flatMap((rule) => {
    const program = compileCel(rule.rule, { variables, result: 'bool' });
    if (!program.ok) throw new Error(`the rule ${rule.rule} of a table does not compile: ${program.error.message}`);
    // Transition rules compare with an older object, which a file does not have.
    return program.value.uses.has('oldSelf') ? [] : [{ rule, program: program.value }];
  });
}

/** A constant that costs 20 ms: worked out when it is first asked for, so that programs that judge nothing start without it. */
const compiledRules = deferred(compileAll);

function deferred<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

export const judge: Judge = (node, value) =>
  (compiledRules().get(node) ?? [])
    .filter(({ program }) => {
      const { result } = program.run([['self', value]]);
      return !(result.ok && result.value === true);
    })
    .map(({ rule }) => rule);
