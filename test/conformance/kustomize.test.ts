/** Kustomize builds of small trees and of real projects, byte for byte, and the rules below them. */
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { AnswerOf, Ask, FileAnswer, ListAnswer, Request } from '../../src/core/ask/index.ts';
import { compileRegexp } from '../../src/core/go/regexp/index.ts';
import { buildKustomization, formatOutput, type BuildOptions } from '../../src/core/kustomize/index.ts';
import { takeDirective } from '../../src/core/kustomize/merge/directive.ts';
import { merge } from '../../src/core/kustomize/merge/walk.ts';
import { nodeToJson } from '../../src/core/kustomize/node/json.ts';
import { Node } from '../../src/core/kustomize/node/node.ts';
import { splitPath, splitSmartPath } from '../../src/core/kustomize/node/paths.ts';
import { parseNode } from '../../src/core/kustomize/node/read.ts';
import { encodedForHash, resourceHash } from '../../src/core/kustomize/resource/hash.ts';
import { SchemaState } from '../../src/core/kustomize/resource/scopes.ts';
import { mergeRules } from '../../src/core/kustomize/transform/merge-patch.ts';
import { expand } from '../../src/core/kustomize/transform/vars.ts';
import { isObject, type JsonObject, type KubeObject } from '../../src/core/object/index.ts';
import { chartInflator } from '../../src/core/kustomize/helm/index.ts';
import { builtinSchema } from '../../src/core/schema/index.ts';
import { joinPath } from '../../src/core/tree/index.ts';
import { mergeVariables, substituteObject } from '../../src/core/substitute/index.ts';
import { decodeManifests } from '../../src/core/yaml/index.ts';
import { corpusPath, describeCorpus, readCorpus, runRows, type Row, type Skips } from './corpus.ts';

interface Case {
  readonly name: string;
  readonly files: Readonly<Record<string, string | { readonly base64: string }>>;
  readonly dir: string;
  readonly options?: {
    readonly loadRestrictions?: 'none';
    readonly enableHelm?: boolean;
    readonly addManagedByLabel?: boolean;
    readonly reorder?: string;
  };
  readonly needs?: readonly string[];
  readonly expect?: string;
  readonly expectLegacyOrder?: string;
  readonly expectDocs?: readonly unknown[];
  readonly errorEquals?: string;
  readonly errorContains?: readonly string[];
  readonly errorMatches?: readonly string[];
  readonly error?: true;
  readonly warnings?: readonly string[];
  readonly 'v5.5.0-error'?: string;
  readonly 'v5.5.0-reason'?: string;
}

const schema = builtinSchema();
const inflate = chartInflator();
const nothing: FileAnswer = { found: 'nothing' };

/** Answers from files in memory; the root of the files is the root of the source. */
function memory(files: Case['files']): Ask {
  const found = new Map<string, FileAnswer>();
  const folders = new Set<string>(['']);
  for (const [path, content] of Object.entries(files)) {
    const bytes = typeof content === 'string' ? Buffer.from(content) : Buffer.from(content.base64, 'base64');
    found.set(path, { found: 'file', id: path, bytes, text: bytes.toString() });
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) folders.add(path.slice(0, at));
  }
  const file = (path: string): FileAnswer => found.get(path) ?? (folders.has(path) ? { found: 'directory', id: path } : nothing);
  return answering(file, (path) => {
    const prefix = path === '' ? '' : `${path}/`;
    const below = Object.keys(files).filter((name) => name.startsWith(prefix));
    return { id: path, entries: below.sort().map((name) => ({ path: name.slice(prefix.length), type: 'file', id: name })) };
  });
}

function disk(root: string): Ask {
  return answering((path) => {
    const full = join(root, path);
    if (!existsSync(full)) return nothing;
    if (statSync(full).isDirectory()) return { found: 'directory', id: path };
    const bytes = readFileSync(full);
    return { found: 'file', id: path, bytes, text: bytes.toString() };
  });
}

const answering = (file: (path: string) => FileAnswer, list: (path: string) => ListAnswer = () => null): Ask =>
  (<R extends Request>(request: R): AnswerOf<R> => {
    if (request.kind === 'file') return file(request.path) as AnswerOf<R>;
    if (request.kind === 'list') return list(request.path) as AnswerOf<R>;
    if (request.kind === 'webFile' || request.kind === 'gitDirectory' || request.kind === 'repositoryChart')
      return { refused: 'not in a test' } as AnswerOf<R>;
    return null as AnswerOf<R>;
  }) as Ask;

const optionsOf = ({ options }: Pick<Case, 'options'>, order: 'legacy' | 'none'): BuildOptions => ({
  order: options?.reorder === undefined || options.reorder === 'none' ? order : 'legacy',
  version: '(test)',
  loadSchema: () => schema,
  ...(options?.loadRestrictions === 'none' ? { loadRestrictions: 'none' } : {}),
  ...(options?.addManagedByLabel === true ? { managedByLabel: true } : {}),
  ...(options?.enableHelm === true ? { helm: { inflate } } : {}),
});

interface Result {
  readonly text: string;
  readonly error: string | undefined;
  readonly warnings: readonly string[];
}

function build(ask: Ask, dir: string, options: BuildOptions): Result {
  const outcome = buildKustomization(ask, { source: '', path: joinPath('', dir) ?? dir }, options);
  const errors = outcome.problems.filter((problem) => problem.severity !== 'warning');
  const warnings = outcome.problems.filter((problem) => problem.severity === 'warning').map((problem) => problem.message);
  return { text: formatOutput(outcome.value), error: errors[0]?.message, warnings };
}

/** Once each: how often something is said depends on how often it was read. */
const deprecations = (result: Result): string[] => [...new Set(result.warnings)].filter((text) => text.includes('deprecated')).sort();

/** What a failing case must say. Texts of an in-memory file system, or of a plugin run alone, are not those of a build: there the build's own counts. */
function expectedError(
  row: Case,
): { readonly equals?: string; readonly contains: readonly string[]; readonly matches: readonly string[] } | undefined {
  const real = row['v5.5.0-error'];
  const reason = row['v5.5.0-reason'] ?? '';
  if (real !== undefined && (reason.includes('in-memory') || reason.includes('runs alone')))
    return { equals: withoutPointers(real), contains: [], matches: [] };
  if (row.errorEquals === undefined && row.errorContains === undefined && row.errorMatches === undefined && row.error === undefined)
    return undefined;
  return {
    ...(row.errorEquals === undefined ? {} : { equals: row.errorEquals }),
    contains: row.errorContains ?? [],
    matches: row.errorMatches ?? [],
  };
}

function checkCase(row: Case): void {
  const ask = memory(row.files);
  const wanted = expectedError(row);
  const result = build(ask, row.dir, optionsOf(row, 'none'));
  if (wanted !== undefined) {
    if (result.error === undefined) throw new Error(`built, but must fail with ${JSON.stringify(wanted)}`);
    const { error } = result;
    if (wanted.equals !== undefined) expect(error).toBe(wanted.equals);
    for (const part of wanted.contains) expect(error).toContain(part);
    for (const pattern of wanted.matches) {
      const compiled = compileRegexp(pattern);
      if (!compiled.ok || !compiled.value.matches(error)) throw new Error(`${error}\ndoes not match\n${pattern}`);
    }
    return;
  }
  if (result.error !== undefined) throw new Error(result.error);
  if (row.expectDocs !== undefined) expect(documents(result.text)).toEqual(row.expectDocs);
  else expect(result.text).toBe(row.expect);
  if (row.warnings !== undefined) expect(deprecations(result)).toEqual([...row.warnings].sort());
  const legacy = build(ask, row.dir, optionsOf(row, 'legacy'));
  if (row.expectLegacyOrder !== undefined) expect(legacy.text).toBe(row.expectLegacyOrder);
}

const documents = (text: string): unknown[] => decodeManifests(text).value.map((manifest) => manifest.object);

/** What a message cannot repeat: where something was in the memory of another program. */
const withoutPointers = (text: string): string => text.replace(/ &\{0x[0-9a-f]+ <nil>\}/, '');

function casesOf(folder: string): Row<Case>[] {
  return readdirSync(corpusPath('kustomize', folder))
    .filter((file) => file.endsWith('.json') && file !== 'skipped.json')
    .sort()
    .flatMap((file) => readCorpus<{ cases: readonly Case[] }>('kustomize', folder, file).cases)
    .map((value) => ({ name: value.name, value }));
}

const pulled = 'the chart is not among the files: it would be pulled from a repository on the network';

const skips: Readonly<Record<string, Skips>> = {
  'builtin-plugins': Object.fromEntries(
    [
      'WithValuesInlineOverride',
      'WithLocalValuesFile',
      'WithInLineReplace',
      'WithIncludeCRDs',
      'WithSkipHooks',
      'WithIncludeCRDsNotSpecified',
    ].map((name) => [`helmchartinflationgenerator/TestHelmChartInflationGenerator${name}`, pulled]),
  ),
  replacements: {
    'replacement/TestFilter/source value and selector error':
      'the source value is a number; a whole build refuses that before it looks at the source, as kustomize does',
  },
};

describeCorpus('kustomize', 500, () => {
  for (const folder of ['krusty', 'builtin-plugins', 'replacements']) runRows(folder, casesOf(folder), checkCase, skips[folder]);

  interface Real {
    readonly name: string;
    readonly root: string;
    readonly dir: string;
    readonly golden: string;
    readonly options?: Case['options'];
    readonly warnings?: readonly string[];
  }
  const real = readCorpus<{ cases: readonly Real[] }>('kustomize', 'real', 'cases.json').cases;
  runRows(
    'real',
    real.map((value) => ({ name: value.name, value })),
    (row) => {
      const result = build(disk(corpusPath('kustomize', 'real', row.root)), row.dir, optionsOf(row, 'legacy'));
      if (result.error !== undefined) throw new Error(result.error);
      if (result.text !== readFileSync(corpusPath('kustomize', 'real', row.golden), 'utf8')) throw new Error('differs from its golden');
      if (row.warnings !== undefined) expect(deprecations(result)).toEqual([...row.warnings].sort());
    },
  );
});

interface UnitCase {
  readonly name: string;
}
const units = <T extends UnitCase>(file: string): Row<T>[] =>
  readCorpus<{ cases: readonly T[] }>('kustomize', 'units', file).cases.map((value, i) => ({ name: `${i}: ${value.name}`, value }));

describeCorpus('kustomize/units', 161, () => {
  interface Merge2 extends UnitCase {
    readonly source: string;
    readonly dest: string;
    readonly expected: string;
    readonly infer: boolean;
    readonly listIncrease: 'append' | 'prepend' | 'unspecified';
  }
  const plain = (text: string): unknown => {
    const node = parseNode(text);
    return node === undefined ? null : nodeToJson(node);
  };
  /** Rows without a direction were compared after a formatter that sorts containers by name. */
  const withSortedContainers = (value: unknown): unknown => {
    const pod = (value as { spec?: { template?: { spec?: { containers?: { name?: string }[] } } } }).spec?.template?.spec;
    pod?.containers?.sort((left, right) => ((left.name ?? '') < (right.name ?? '') ? -1 : 1));
    return value;
  };
  runRows('merge2', units<Merge2>('merge2.json'), (row) => {
    const rules = { ...mergeRules(new SchemaState(() => schema), row.listIncrease === 'prepend' ? 'prepend' : 'append'), infer: row.infer };
    const merged = merge(parseNode(row.dest) ?? new Node('mapping'), parseNode(row.source) ?? new Node('mapping'), rules);
    const json = merged === undefined ? null : nodeToJson(merged);
    if (row.listIncrease === 'unspecified') expect(withSortedContainers(json)).toEqual(withSortedContainers(plain(row.expected)));
    else expect(json).toEqual(plain(row.expected));
  });

  interface Directive extends UnitCase {
    readonly patch: string;
    readonly elided: string;
    readonly directive: string;
    readonly errorContains: string | null;
  }
  runRows('patch directives', units<Directive>('patch-directive.json'), (row) => {
    const patch = parseNode(row.patch);
    if (row.errorContains !== null) {
      expect(() => takeDirective(patch)).toThrow(row.errorContains);
      return;
    }
    expect(takeDirective(patch)).toBe(row.directive);
    expect(patch === undefined ? null : nodeToJson(patch)).toEqual(plain(row.elided));
  });

  interface Hash extends UnitCase {
    readonly object: JsonObject;
    readonly hash?: string;
    readonly encoded?: string;
  }
  /** As the texts were written: places count in the hash of other kinds. */
  const block = (object: JsonObject, indent = ''): string =>
    Object.entries(object)
      .map(([key, value]) =>
        isObject(value) ? `${indent}${key}:\n${block(value, `${indent}  `)}` : `${indent}${key}: ${JSON.stringify(value)}`,
      )
      .join('\n')
      .replaceAll(/: "([a-zA-Z][a-zA-Z0-9/-]*)"/g, ': $1');
  runRows('hashes', units<Hash>('hash.json'), (row) => {
    const node = parseNode(`\n${block(row.object)}`) as Node;
    if (row.hash !== undefined) expect(resourceHash(node)).toBe(row.hash);
    if (row.encoded !== undefined) expect(encodedForHash(node)).toBe(row.encoded);
  });

  interface Path extends UnitCase {
    readonly kind: 'slash' | 'dot';
    readonly path: string;
    readonly parts: readonly string[];
  }
  runRows('field paths', units<Path>('field-path.json'), ({ kind, path, parts }) => {
    expect(kind === 'slash' ? splitPath(path, '/') : splitSmartPath(path, '.')).toEqual(parts);
  });

  interface Expansion extends UnitCase {
    readonly input: string;
    readonly expected: string;
    readonly counts?: Readonly<Record<string, number>>;
  }
  const { vars } = readCorpus<{ vars: Readonly<Record<string, string>> }>('kustomize', 'units', 'variable-expansion.json');
  runRows('variables', units<Expansion>('variable-expansion.json'), (row) => {
    const counts: Record<string, number> = {};
    const { text } = expand(row.input, (name) => {
      const value = vars[name];
      if (value === undefined) return undefined;
      counts[name] = (counts[name] ?? 0) + 1;
      return { tag: '!!str', text: value };
    });
    expect(text).toBe(row.expected);
    expect(counts).toEqual(row.counts ?? {});
  });
});

/** A build, then its variables: Flux's own cases. */
describeCorpus('envsubst', 7, () => {
  interface Substituted extends Pick<Case, 'name' | 'files'> {
    readonly postBuild: {
      readonly substitute?: Readonly<Record<string, string>>;
      readonly substituteFrom?: readonly { readonly kind: string; readonly name: string }[];
    };
    readonly objects: readonly KubeObject[];
    readonly strict?: boolean;
    readonly always?: boolean;
    readonly expect?: string;
    readonly contains?: readonly string[];
    readonly containsNot?: readonly string[];
    readonly errorContains?: readonly string[];
    readonly sameAs?: string;
  }
  const { cases } = readCorpus<{ cases: readonly Substituted[] }>('envsubst', 'builds.json');
  const textOf = (value: unknown, kind: string): string =>
    kind === 'Secret' ? Buffer.from(String(value), 'base64').toString() : String(value);
  const variablesOf = ({ postBuild, objects }: Substituted): Map<string, string> => {
    const origins = (postBuild.substituteFrom ?? []).map(({ kind, name }) => {
      const object = objects.find((one) => one.kind === kind && one.metadata.name === name);
      const part = (field: string): JsonObject => (object?.[field] ?? {}) as JsonObject;
      // A cluster puts stringData into data; the rows have objects as they were written.
      return [
        ...Object.entries(part('data')).map(([key, value]): [string, string] => [key, textOf(value, kind)]),
        ...Object.entries(part('stringData')).map(([key, value]): [string, string] => [key, String(value)]),
      ];
    });
    return mergeVariables([...origins, Object.entries(postBuild.substitute ?? {})]);
  };
  const substituted = (row: Substituted): { readonly text: string; readonly problems: readonly string[] } => {
    const built = buildKustomization(memory(row.files), { source: '', path: '' }, { order: 'none', loadSchema: () => schema });
    const outcomes = built.value.resources.map(({ object }) =>
      substituteObject(object, variablesOf(row), { strict: row.strict === true, always: row.always === true }),
    );
    const resources = outcomes.map(({ value }, i) => ({ object: value, cluster: built.value.resources[i]?.cluster === true }));
    return {
      text: formatOutput({ resources }),
      problems: [...built.problems, ...outcomes.flatMap(({ problems }) => problems)].map(({ message }) => message),
    };
  };
  runRows(
    'builds with variables',
    cases.map((value) => ({ name: value.name, value })),
    (row) => {
      const { text, problems } = substituted(row);
      if (row.errorContains !== undefined) {
        for (const part of row.errorContains) expect(problems.join('\n')).toContain(part);
        return;
      }
      expect(problems).toEqual([]);
      if (row.expect !== undefined) expect(text).toBe(row.expect);
      for (const part of row.contains ?? []) expect(text).toContain(part);
      for (const part of row.containsNot ?? []) expect(text).not.toContain(part);
      const like = cases.find(({ name }) => name === row.sameAs);
      if (like !== undefined) expect(text).toBe(substituted(like).text);
    },
  );
});

test('the memory answers folders', () => {
  expect(memory({ 'a/b.yaml': 'x' })({ kind: 'file', source: '', path: 'a' })).toEqual({ found: 'directory', id: 'a' });
});
