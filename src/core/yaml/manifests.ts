/**
 * Kubernetes manifests in a text: one object per document, with the place each begins at.
 */
import type { Json } from '../object/index.ts';
import type { Outcome, Problem } from '../problem/index.ts';
import { defaultBudget, type YamlBudget } from './budget.ts';
import { JsonDecoder } from './decode/json-decoder.ts';
import type { YamlError } from './failure.ts';
import type { YamlNode } from './node/node.ts';
import { Parser } from './parse/parser.ts';
import { attempt } from './read.ts';
import { sigsYaml } from './variant.ts';

export interface ManifestOptions {
  /** For the places in problems. */
  readonly file?: string;
  /** Whether a repeated key is a problem. Default true. */
  readonly strict?: boolean;
  readonly budget?: YamlBudget;
}

export interface Manifest {
  readonly object: Json;
  /** The tree it was made from; `positionOf` finds the places of fields in it. */
  readonly node: YamlNode;
  /** Where it begins, from 1. */
  readonly line: number;
  readonly column: number;
}

/** One problem for each thing that is wrong; the message without what the position says already. */
function problemsOf(error: YamlError, file: string | undefined): Problem[] {
  return (error.parts ?? [error]).map(({ message, line, column }) => ({
    code: 'InvalidYaml',
    message: message.replace(/^(?:yaml: )?(?:line \d+: )?/, ''),
    ...(file === undefined ? {} : { file }),
    ...(line === undefined || column === undefined ? {} : { line, column }),
  }));
}

/**
 * The objects of a stream of documents in YAML or JSON, integers exact. Documents without content are dropped; a `List` is one object.
 * After a syntax error nothing further can be read; an object with another problem is left out and the rest still read.
 */
export function decodeManifests(text: string, options: ManifestOptions = {}): Outcome<readonly Manifest[]> {
  const { file, strict = true, budget = defaultBudget } = options;
  const value: Manifest[] = [];
  const problems: Problem[] = [];
  const begun = attempt(() => new Parser(text, { variant: sigsYaml, budget, concatenated: true }));
  if (!begun.ok) return { value, problems: problemsOf(begun.error, file) };
  for (;;) {
    const next = attempt(() => begun.value.document());
    if (!next.ok) return { value, problems: [...problems, ...problemsOf(next.error, file)] };
    if (next.value === undefined) return { value, problems };
    const { root } = next.value;
    const decoded = attempt(() => new JsonDecoder({ variant: sigsYaml, strict }).document(root));
    if (!decoded.ok) problems.push(...problemsOf(decoded.error, file));
    else if (decoded.value !== null) value.push({ object: decoded.value, node: root, line: root.line, column: root.column });
  }
}
