/**
 * Kubernetes manifests in a text: one object per document, with the place each begins at.
 */
import type { Json } from '../object/index.ts';
import type { Outcome, Problem } from '../problem/index.ts';
import { defaultBudget, type YamlBudget } from './budget.ts';
import { JsonDecoder } from './decode/json-decoder.ts';
import type { YamlError } from './failure.ts';
import type { YamlNode } from './node/node.ts';
import { Parser, type ParserOptions } from './parse/parser.ts';
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
  /** The tree it was made from, read again when it is first asked for; `positionOf` finds the places of fields in it. */
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

/** The trees of a text, made when the first of them is asked for: only problems need them, and they take ten times the memory of the text. */
class Trees {
  private readonly text: string;
  private readonly options: ParserOptions;
  private roots: readonly YamlNode[] | undefined;

  constructor(text: string, options: ParserOptions) {
    this.text = text;
    this.options = options;
  }

  /** The tree of the document with this number. It has been read before, so that nothing up to it fails. */
  root(number: number): YamlNode {
    this.roots ??= this.parse();
    return this.roots[number] as YamlNode;
  }

  private parse(): YamlNode[] {
    const roots: YamlNode[] = [];
    const parser = new Parser(this.text, this.options);
    for (;;) {
      const next = attempt(() => parser.document());
      if (!next.ok || next.value === undefined) return roots;
      roots.push(next.value.root);
    }
  }
}

class ReadManifest implements Manifest {
  readonly object: Json;
  readonly line: number;
  readonly column: number;
  readonly #trees: Trees;
  readonly #number: number;

  constructor(object: Json, root: YamlNode, trees: Trees, number: number) {
    this.object = object;
    this.line = root.line;
    this.column = root.column;
    this.#trees = trees;
    this.#number = number;
  }

  get node(): YamlNode {
    return this.#trees.root(this.#number);
  }
}

/**
 * The objects of a stream of documents in YAML or JSON, integers exact. Documents without content are dropped; a `List` is one object.
 * After a syntax error nothing further can be read; an object with another problem is left out and the rest still read.
 */
export function decodeManifests(text: string, options: ManifestOptions = {}): Outcome<readonly Manifest[]> {
  const { file, strict = true, budget = defaultBudget } = options;
  const value: Manifest[] = [];
  const problems: Problem[] = [];
  const parserOptions: ParserOptions = { variant: sigsYaml, budget, concatenated: true };
  const trees = new Trees(text, parserOptions);
  const begun = attempt(() => new Parser(text, parserOptions));
  if (!begun.ok) return { value, problems: problemsOf(begun.error, file) };
  for (let number = 0; ; number++) {
    const next = attempt(() => begun.value.document());
    if (!next.ok) return { value, problems: [...problems, ...problemsOf(next.error, file)] };
    if (next.value === undefined) return { value, problems };
    const { root } = next.value;
    const decoded = attempt(() => new JsonDecoder({ variant: sigsYaml, strict }).document(root));
    if (!decoded.ok) problems.push(...problemsOf(decoded.error, file));
    else if (decoded.value !== null) value.push(new ReadManifest(decoded.value, root, trees, number));
  }
}
