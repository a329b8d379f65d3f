/** Runs git the one safe way: no shell, no configuration but ours, no prompts, no hooks, a time limit, a bounded output. */
import { spawn, type ChildProcess } from 'node:child_process';
import type { GitError } from '../../ports/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import { gitError } from './errors.ts';

export interface GitProgram {
  /** The executable, by default `git`. */
  readonly command: string;
  /** The complete environment of every git process. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface RunOptions {
  /** The bare repository. */
  readonly directory?: string;
  /** On top of the program's environment, for example credentials. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Milliseconds. */
  readonly timeout: number;
  readonly signal?: AbortSignal;
  /** Cut out of messages. */
  readonly secrets?: readonly string[];
  /** Checked a few times a second; a message ends the process with `TooLarge`. */
  readonly watch?: () => Promise<string | undefined>;
  /** Standard input. */
  readonly input?: string | Uint8Array;
  /** Exit codes that are answers and not failures. Default: 0. */
  readonly accept?: readonly number[];
}

export interface RunResult {
  readonly stdout: string;
  readonly exitCode: number;
}

const mostOutput = 256 * 1024 * 1024;
const watchEvery = 500;

/** `args` start with the command; values from outside go behind `--` or `--end-of-options`. */
export function runGit(program: GitProgram, args: readonly string[], options: RunOptions): Promise<Result<RunResult, GitError>> {
  return new Promise((resolve) => {
    if (options.signal?.aborted === true) return resolve(err({ code: 'Timeout', message: 'cancelled' }));
    new Run(program, args, options).finished(resolve);
  });
}

/** A git process in a group of its own, so that its helpers (git-remote-https, ssh) end with it. */
export function spawnGit(
  program: GitProgram,
  args: readonly string[],
  options: Pick<RunOptions, 'directory' | 'environment'>,
): ChildProcess {
  const place = options.directory === undefined ? [] : [`--git-dir=${options.directory}`];
  return spawn(program.command, ['--no-pager', '--literal-pathspecs', ...place, ...args], {
    env: { ...program.environment, ...options.environment },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
}

export function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has already ended.
  }
}

class Run {
  readonly #options: RunOptions;
  readonly #child: ChildProcess;
  readonly #stdout: Buffer[] = [];
  #size = 0;
  #stderr = '';
  #ended: GitError | undefined;

  constructor(program: GitProgram, args: readonly string[], options: RunOptions) {
    this.#options = options;
    this.#child = spawnGit(program, args, options);
    this.#child.stdin?.on('error', () => undefined);
    this.#child.stdin?.end(options.input ?? '');
    this.#child.stdout?.on('data', (chunk: Buffer) => this.#keep(chunk));
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      if (this.#stderr.length < 64 * 1024) this.#stderr += chunk.toString('utf8');
    });
  }

  finished(resolve: (result: Result<RunResult, GitError>) => void): void {
    const cancel = (): void => this.#end({ code: 'Timeout', message: 'cancelled' });
    const limit = setTimeout(
      () => this.#end({ code: 'Timeout', message: `git did not finish in ${this.#options.timeout} ms` }),
      this.#options.timeout,
    );
    const watch = this.#options.watch === undefined ? undefined : setInterval(() => void this.#look(), watchEvery);
    this.#options.signal?.addEventListener('abort', cancel, { once: true });
    const settle = (result: Result<RunResult, GitError>): void => {
      clearTimeout(limit);
      clearInterval(watch);
      this.#options.signal?.removeEventListener('abort', cancel);
      resolve(result);
    };
    this.#child.once('error', (error) =>
      settle(err({ code: 'GitFailed', message: `git cannot be started: ${error.message}`, hint: 'install git 2.36 or newer' })),
    );
    this.#child.once('close', (code) => settle(this.#result(code ?? -1)));
  }

  #result(exitCode: number): Result<RunResult, GitError> {
    if (this.#ended !== undefined) return err(this.#ended);
    if ((this.#options.accept ?? [0]).includes(exitCode)) return ok({ stdout: Buffer.concat(this.#stdout).toString('utf8'), exitCode });
    return err(gitError(this.#stderr === '' ? `git ended with ${exitCode}` : this.#stderr, this.#options.secrets));
  }

  #keep(chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#size <= mostOutput) this.#stdout.push(chunk);
    else this.#end({ code: 'TooLarge', message: `git printed more than ${mostOutput} bytes` });
  }

  async #look(): Promise<void> {
    const message = await this.#options.watch?.();
    if (message !== undefined) this.#end({ code: 'TooLarge', message });
  }

  #end(error: GitError): void {
    this.#ended ??= error;
    killGroup(this.#child);
  }
}
