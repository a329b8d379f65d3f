/** What a running Lockstep leaves in its data folder, so that other commands find it. */
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Below the folder it was started in. */
export const STATE_FOLDER = '.lockstep';

/** How to reach a running system. Holds a credential of the built-in Git host, so the file is readable by its owner only. */
export interface RunningState {
  readonly pid: number;
  /** Path of the kubeconfig. */
  readonly kubeconfig: string;
  /** Clone URL of the built-in Git host, without credentials; absent when it is not running. */
  readonly cloneUrl?: string;
  readonly gitUser?: string;
  readonly gitPassword?: string;
  /** Metrics and health. */
  readonly statusUrl?: string;
  readonly dashboardUrl?: string;
  /** Below it are the addresses of webhooks. */
  readonly webhookUrl?: string;
}

const stateFile = (folder: string): string => join(folder, 'state.json');

/** Written whole or not at all. */
export async function writeState(folder: string, state: RunningState): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writePrivate(stateFile(folder), `${JSON.stringify(state, null, 2)}\n`);
}

/** A file only its owner can read, replaced in one step. */
export async function writePrivate(path: string, text: string): Promise<void> {
  const draft = `${path}.${process.pid}.tmp`;
  await writeFile(draft, text, { mode: 0o600 });
  await chmod(draft, 0o600);
  await rename(draft, path);
}

/** What the last process in this folder wrote, whether it still runs or not. */
export async function lastState(folder: string): Promise<RunningState | undefined> {
  const text = await readFile(stateFile(folder), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as RunningState);
}

/** Undefined when nothing runs there, or only the leftover of a process that is gone. */
export async function runningState(folder: string): Promise<RunningState | undefined> {
  const state = await lastState(folder);
  return state !== undefined && isRunning(state.pid) ? state : undefined;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
