/** Runs a command of the CLI inside this process: what it prints, and how it ends. */
import { run } from '../../src/cli/run.ts';
import { encodeUtf8 } from '../../src/std/index.ts';

export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs `lockstep …` in `cwd` with nothing of this machine's environment. */
export async function cli(
  args: readonly string[],
  { cwd, stdin = '', env = {} }: { readonly cwd: string; readonly stdin?: string; readonly env?: Readonly<Record<string, string>> },
): Promise<Said> {
  let [out, err] = ['', ''];
  const code = await run(args, {
    out: (text) => (out += text),
    outBytes: (bytes) => (out += Buffer.from(bytes).toString('latin1')),
    err: (text) => (err += text),
    stdin: () => Promise.resolve(encodeUtf8(stdin)),
    program: '',
    cwd,
    env: { HOME: cwd, PATH: process.env['PATH'], ...env },
    terminal: false,
    color: false,
    columns: 120,
    signal: new AbortController().signal,
  });
  return { code, out, err };
}
