/** The tables of the semver library that Helm and sprig use, run on the core's versions and constraints. */
import { expect } from 'vitest';
import { isWildcard, rewriteRange } from '../../src/core/go/semver/constraint.ts';
import {
  compareVersions,
  incrementVersion,
  newVersion,
  parseConstraints,
  parseStrictVersion,
  parseVersion,
  versionString,
  withMetadata,
  withPrerelease,
  type Constraints,
  type Version,
} from '../../src/core/go/semver/index.ts';
import { metadataProblem, prereleaseProblem } from '../../src/core/go/semver/version.ts';
import { describeCorpus, readCorpus, runRows } from './corpus.ts';

interface SemverRow {
  readonly constraint: string;
  readonly version: string;
  readonly a: string | null;
  readonly b: string | null;
  readonly expect: unknown;
  readonly error: unknown;
  readonly [field: string]: unknown;
}

type Tables = { readonly [table: string]: readonly SemverRow[] };
type Check = (row: SemverRow) => void;

function versionOf(text: string): Version {
  const result = parseVersion(text);
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

function constraintsOf(text: string): Constraints {
  const result = parseConstraints(text);
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

const optionsOf = (row: SemverRow): { includePrerelease: boolean } => ({ includePrerelease: row['includePrerelease'] === true });

const check: Check = (row) => expect(constraintsOf(row.constraint).check(versionOf(row.version), optionsOf(row))).toBe(row.expect);
const validate: Check = (row) =>
  expect(constraintsOf(row.constraint).validate(versionOf(row.version), optionsOf(row)).length === 0).toBe(row.expect);
const messages: Check = (row) => {
  const found = constraintsOf(row.constraint).validate(versionOf(row.version), optionsOf(row));
  if (row['messages'] === undefined) expect(found[0]).toBe(row['firstMessage']);
  else expect(found).toEqual(row['messages']);
};
const text: Check = (row) => expect(constraintsOf(row.constraint).toString()).toBe(row.expect);

/** Other ways to write an operator. */
const operatorNames: { readonly [operator: string]: string } = { '': '=', '=<': '<=', '=>': '>=' };

const constraintChecks: { readonly [table: string]: Check } = {
  parse: (row) => {
    const result = parseConstraints(row.constraint);
    expect(result.ok).toBe(row.error !== true);
    if (!result.ok) return;
    const comparator = result.value.groups[0]?.[0];
    const operator = comparator?.operator ?? '';
    expect([operatorNames[operator] ?? operator, versionString(comparator?.version as Version)]).toEqual([row['operator'], row.version]);
  },
  // The empty comparator exists inside the library only, where it means the same as `*`.
  checkOne: (row) => check(row.constraint === '' ? { ...row, constraint: '*' } : row),
  new: (row) => {
    const result = parseConstraints(row.constraint);
    expect(result.ok).toBe(row.error !== true);
    if (result.ok) expect([result.value.groups.length, result.value.groups[0]?.length]).toEqual([row['ors'], row['andsInFirst']]);
  },
  check,
  checkIncludePrerelease: check,
  rewriteRange: (row) => expect(rewriteRange(row.constraint)).toBe(row.expect),
  isX: (row) => expect(isWildcard(String(row['token']))).toBe(row.expect),
  validate,
  validateIncludePrerelease: validate,
  validateMessages: messages,
  validateMessagesIncludePrerelease: messages,
  validateAllMessages: messages,
  string: text,
  marshalText: text,
  unmarshalText: text,
  noPanic: (row) => void parseConstraints(row.constraint),
};

const ordered = (test: (order: number) => boolean): Check => {
  return (row) => {
    // Go's nil versions equal each other and nothing else.
    const isNil = row.a === null || row.b === null;
    const found = isNil ? row.a === row.b : test(compareVersions(versionOf(row.a as string), versionOf(row.b as string)));
    expect(found).toBe(row.expect);
  };
};

function loose(row: SemverRow): void {
  const result = parseVersion(row.version, { coerce: row['coerce'] !== false, detailed: row['detailed'] !== false });
  if (typeof row.error === 'boolean') expect(result.ok).toBe(!row.error);
  else expect(result.ok ? null : result.error).toBe(row.error);
}

/** Like Go, a failed change gives the version as it was. */
function changed(row: SemverRow, field: 'prerelease' | 'metadata', expected: string): void {
  const version = versionOf(row.version);
  const result = (field === 'prerelease' ? withPrerelease : withMetadata)(version, String(row[field]));
  const after = result.ok ? result.value : version;
  expect(result.ok ? null : result.error).toBe(row.error ?? null);
  expect([versionString(after), after[field], after.original]).toEqual([row.expect, row[expected], row['expectOriginal']]);
}

const versionChecks: { readonly [table: string]: Check } = {
  strict: (row) => expect(parseStrictVersion(row.version).ok).toBe(row.error !== true),
  loose,
  looseNoCoerce: loose,
  errors: loose,
  errorsNotDetailed: loose,
  new: (row) => expect(versionString(newVersion(row as unknown as Version))).toBe(row.expect),
  original: (row) => expect(versionOf(row.version).original).toBe(row.version),
  parts: (row) => {
    const { major, minor, patch, prerelease, metadata } = versionOf(row.version);
    expect({ major, minor, patch, prerelease, metadata }).toEqual({
      major: row['major'],
      minor: row['minor'],
      patch: row['patch'],
      prerelease: row['prerelease'],
      metadata: row['metadata'],
    });
  },
  string: (row) => expect(versionString(versionOf(row.version))).toBe(row.expect),
  compare: (row) => expect(compareVersions(versionOf(row.a as string), versionOf(row.b as string))).toBe(row.expect),
  lessThan: ordered((order) => order < 0),
  lessThanEqual: ordered((order) => order <= 0),
  greaterThan: ordered((order) => order > 0),
  greaterThanEqual: ordered((order) => order >= 0),
  equal: ordered((order) => order === 0),
  increment: (row) => {
    const result = incrementVersion(versionOf(row.version), row['part'] as 'major');
    if (!result.ok) throw new Error(result.error);
    expect([versionString(result.value), result.value.original]).toEqual([row.expect, row['expectOriginal']]);
  },
  setPrerelease: (row) => changed(row, 'prerelease', 'expectPrerelease'),
  setMetadata: (row) => changed(row, 'metadata', 'expectMetadata'),
  vPrefix: (row) => expect(versionOf(row.version).original.startsWith('v') ? 'v' : '').toBe(row.expect),
  validatePrerelease: (row) => expect(prereleaseProblem(String(row['input'])) || null).toBe(row.error),
  validateMetadata: (row) => expect(metadataProblem(String(row['input'])) || null).toBe(row.error),
  sort: (row) => {
    const sorted = (row['versions'] as string[]).map(versionOf).toSorted(compareVersions);
    expect(sorted.map(versionString)).toEqual(row.expect);
  },
  noPanic: (row) => void parseVersion(row.version),
};

function run(file: string, checks: { readonly [table: string]: Check }): void {
  for (const [table, rows] of Object.entries(readCorpus<Tables>('semver', file))) {
    const named = rows.map((value, i) => ({ name: `#${i} ${String(value['src'])}`, value }));
    runRows(`${file} ${table}`, named, (row) => {
      const checkRow = checks[table];
      if (checkRow === undefined) throw new Error(`no check for table ${table}`);
      checkRow(row);
    });
  }
}

describeCorpus('semver', 961, () => {
  run('constraints.json', constraintChecks);
  run('versions.json', versionChecks);
});
