/** Helm's command lines with their exact output. Rows: corpus helm/cmd (see its README). */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { run } from '../../src/cli/run.ts';
import type { Io } from '../../src/cli/io.ts';
import { corpusPath, describeCorpus, readCorpus, type Skips } from './corpus.ts';

interface CommandRow {
  readonly name: string;
  readonly args: readonly string[];
  readonly golden?: string;
  readonly expectError: boolean;
}

/** Runs a command line in the folder of the corpus; output and errors as they would appear together. */
async function runCommand(args: readonly string[]): Promise<{ readonly text: string; readonly code: number }> {
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
  return { text, code };
}

/** The goldens were made by Helm's own tests, which pretend to be on Kubernetes 1.20. */
const withVersion = (args: readonly string[]): readonly string[] =>
  args.includes('--kube-version') || args.length === 1 ? args : [...args, '--kube-version', 'v1.20.0'];

function runCases(title: string, rows: readonly CommandRow[], skips: Skips = {}): void {
  test(`${title} (${rows.length} rows)`, async () => {
    const failures: string[] = [];
    const passedSkips: string[] = [];
    for (const [i, row] of rows.entries()) {
      const name = `${i} ${row.name}`;
      const problem = await problemOf(row);
      if (Object.hasOwn(skips, name)) {
        if (problem === undefined) passedSkips.push(name);
      } else if (problem !== undefined) failures.push(`${name}: ${problem}`);
    }
    expect(passedSkips, 'skips that pass').toEqual([]);
    if (failures.length > 0) throw new Error(`${failures.length} of ${rows.length} rows fail:\n${failures.join('\n')}`);
  });
}

async function problemOf(row: CommandRow): Promise<string | undefined> {
  const { text, code } = await runCommand(withVersion(row.args));
  if ((code !== 0) !== row.expectError) return `exit code ${code}: ${text.slice(0, 300)}`;
  if (row.golden === undefined) return undefined;
  // The goldens were made one folder further up.
  const want = readFileSync(corpusPath('helm', 'cmd', row.golden), 'utf8').replaceAll('==> Linting testdata/', '==> Linting ');
  if (text === want) return undefined;
  const ours = text.split('\n');
  const theirs = want.split('\n');
  const at = ours.findIndex((line, index) => line !== theirs[index]);
  return `line ${at + 1}: got ${JSON.stringify(ours[at])}, want ${JSON.stringify(theirs[at])}`;
}

describeCorpus('helm/cmd', 60, () => {
  runCases('helm template', readCorpus<CommandRow[]>('helm', 'cmd', 'cases.json'));
  runCases('helm lint', readCorpus<CommandRow[]>('helm', 'cmd', 'lint-cases.json'));
});
