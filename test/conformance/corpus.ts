/**
 * Access to the conformance corpora: test data from the real world that CI keeps beside the project and that is never copied into it.
 * A suite runs every row in process, lists failures per row, and holds named skips; a named skip that passes fails the suite.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const corpusRoot = join(import.meta.dirname, '../../../shared/corpus');

/** The absolute path of something in the corpus. */
export const corpusPath = (...parts: string[]): string => join(corpusRoot, ...parts);

/** Parses a JSON file of the corpus. */
export const readCorpus = <T>(...parts: string[]): T => JSON.parse(readFileSync(corpusPath(...parts), 'utf8')) as T;

/** Like `describe`, but says loudly that it did not run when the folder is not there. `rows` is the number of rows it would have run. */
export function describeCorpus(folder: string, rows: number, body: () => void): void {
  if (existsSync(corpusPath(folder))) {
    describe(folder, body);
    return;
  }
  test(`${folder}: NOT RUN (${rows} rows; the corpus is not beside this project)`, () => {
    console.warn(`NOT RUN: corpus ${folder} (${rows} rows) is not beside this project`);
  });
}

export interface Row<T> {
  readonly name: string;
  readonly value: T;
}

/** Reasons by row name, for rows that are left out on purpose. */
export type Skips = Readonly<Record<string, string>>;

/**
 * Runs `check` on every row as one test and reports all failing rows together. `check` throws (or a vitest `expect` in it fails) for a wrong row.
 */
export function runRows<T>(title: string, rows: readonly Row<T>[], check: (value: T, name: string) => void, skips: Skips = {}): void {
  test(`${title} (${rows.length} rows)`, () => {
    const failures: string[] = [];
    const passedSkips: string[] = [];
    for (const { name, value } of rows) {
      const failure = failureOf(() => check(value, name));
      if (Object.hasOwn(skips, name)) {
        if (failure === undefined) passedSkips.push(name);
      } else if (failure !== undefined) failures.push(`${name}: ${failure}`);
    }
    reportRows({ title, rows: rows.length, failed: failures.length, skipped: Object.keys(skips).length });
    const unknown = Object.keys(skips).filter((name) => !rows.some((row) => row.name === name));
    expect({ unknownSkips: unknown, skipsThatPass: passedSkips }).toEqual({ unknownSkips: [], skipsThatPass: [] });
    if (failures.length > 0) throw new Error(`${failures.length} of ${rows.length} rows fail:\n${failures.join('\n')}`);
  });
}

function failureOf(run: () => void): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** What one `runRows` came to, as a line of the file that `npm run conformance` reads. */
export interface RowReport {
  readonly title: string;
  readonly rows: number;
  readonly failed: number;
  readonly skipped: number;
}

function reportRows(report: RowReport): void {
  const file = process.env['LOCKSTEP_CONFORMANCE_REPORT'];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify({ suite: expect.getState().currentTestName, ...report })}\n`);
}
