#!/usr/bin/env node
/** The program's entry: the only file of the CLI that touches `process`. */
import nodeModule from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { run } from './run.ts';
import type { Io } from './io.ts';

/** Newer Nodes keep what they compiled: commands start in two thirds of the time. In a folder of this user's, since whoever writes there runs as us. */
function keepCompiledCode({ LOCKSTEP_CACHE_HOME, XDG_CACHE_HOME, HOME }: NodeJS.ProcessEnv): void {
  const { enableCompileCache } = nodeModule as { readonly enableCompileCache?: (folder: string) => unknown };
  enableCompileCache?.(join(LOCKSTEP_CACHE_HOME ?? join(XDG_CACHE_HOME ?? join(HOME ?? homedir(), '.cache'), 'lockstep'), 'code'));
}

/**
 * Node 20 spends a third of a command's time on making machine code that is thrown away soon; from four times the default on (in bytes of bytecode run by a
 * function) only what stays hot is worth it. What runs for days keeps the default. Newer Nodes have a cheap tier between, and refuse the flag.
 */
function optimizeLate(): void {
  if (process.versions.v8.startsWith('11.')) setFlagsFromString('--interrupt-budget=600000');
}

function processIo(): Io {
  const abort = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (abort.signal.aborted) process.exit(130);
      abort.abort();
    });
  }
  const terminal = process.stdout.isTTY === true;
  return {
    out: (text) => void process.stdout.write(text),
    outBytes: (bytes) => void process.stdout.write(bytes),
    err: (text) => void process.stderr.write(text),
    stdin: readStdin,
    program: fileURLToPath(import.meta.url),
    cwd: process.cwd(),
    env: process.env,
    terminal,
    color: terminal && process.env['NO_COLOR'] === undefined,
    columns: process.stdout.columns ?? 120,
    signal: abort.signal,
    endsSoon: optimizeLate,
    endAtOnce: () => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.removeAllListeners(signal);
    },
  };
}

async function readStdin(): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

keepCompiledCode(process.env);

// A closed pipe (`lockstep get app | head`) is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await run(process.argv.slice(2), processIo());
