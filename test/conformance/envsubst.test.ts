/** Variable substitution rows: expressions and their results. */
import { expect } from 'vitest';
import { substitute } from '../../src/core/substitute/index.ts';
import { describeCorpus, readCorpus, runRows } from './corpus.ts';

interface Row {
  readonly name: string;
  readonly strict: boolean;
  readonly vars: Readonly<Record<string, string>>;
  readonly input: string;
  readonly output: string;
  readonly error?: string;
}

describeCorpus('envsubst', 70, () => {
  runRows(
    'cases',
    readCorpus<{ cases: Row[] }>('envsubst', 'cases.json').cases.map((value) => ({ name: value.name, value })),
    (row) => {
      const { value, problems } = substitute(row.input, new Map(Object.entries(row.vars)), { strict: row.strict });
      expect(problems.map(({ message }) => message)).toEqual(row.error === undefined ? [] : [expect.stringContaining(row.error)]);
      if (row.error === undefined) expect(value).toBe(row.output);
    },
  );
});
