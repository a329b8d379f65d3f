/** `helm dependency list` with its exact output. Rows: corpus helm/cmd/dependency-cases.json; its goldens name folders below `testdata/`. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Io } from '../../src/cli/io.ts';
import { run } from '../../src/cli/run.ts';
import { corpusPath, describeCorpus, readCorpus } from './corpus.ts';

interface Row {
  readonly name: string;
  readonly args: readonly string[];
  readonly golden: string;
  readonly expectError: boolean;
}

describeCorpus('helm/cmd', 4, () => {
  test.each(readCorpus<Row[]>('helm', 'cmd', 'dependency-cases.json'))('$name', async ({ args, golden, expectError }) => {
    let text = '';
    const write = (part: string): void => void (text += part);
    const io: Io = {
      out: write,
      err: write,
      stdin: () => Promise.resolve(new Uint8Array()),
      program: '',
      cwd: corpusPath('helm', 'cmd'),
      env: {},
      terminal: false,
      color: false,
      columns: 120,
      signal: new AbortController().signal,
    };
    const code = await run(['helm', ...args], io);
    expect(code !== 0).toBe(expectError);
    expect(text).toBe(readFileSync(corpusPath('helm', 'cmd', golden), 'utf8').replaceAll('testdata/', ''));
  });
});
