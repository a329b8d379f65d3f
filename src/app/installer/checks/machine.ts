/** This machine: the programs that are called, and room for what is kept. */
import { execFile } from 'node:child_process';
import { statfs } from 'node:fs/promises';
import { promisify } from 'node:util';
import { type CheckPorts, fail, type Finding, ok, warn } from './finding.ts';

const execute = promisify(execFile);
const OLDEST_GIT = [2, 36] as const;
const OLDEST_NODE = [20, 19] as const;
const LEAST_FREE = 1024 ** 3;

export async function checkMachine({ dataFolder }: Pick<CheckPorts, 'dataFolder'>): Promise<readonly Finding[]> {
  return [checkNode(), await checkGit(), ...(dataFolder === undefined ? [] : [await checkRoom(dataFolder)])];
}

const atLeast = (text: string, [major, minor]: readonly [number, number]): boolean => {
  const [foundMajor = 0, foundMinor = 0] = (/(\d+)\.(\d+)/.exec(text)?.slice(1) ?? []).map(Number);
  return foundMajor > major || (foundMajor === major && foundMinor >= minor);
};

function checkNode(): Finding {
  const found = process.versions.node;
  return atLeast(found, OLDEST_NODE)
    ? ok('node', found)
    : fail('node', `${found} is too old`, `Use Node ${OLDEST_NODE.join('.')} or newer.`);
}

async function checkGit(): Promise<Finding> {
  try {
    const { stdout } = await execute('git', ['version']);
    const found = stdout.trim().replace('git version ', '');
    return atLeast(found, OLDEST_GIT)
      ? ok('git', found)
      : fail('git', `${found} is too old`, `Install git ${OLDEST_GIT.join('.')} or newer.`);
  } catch {
    return fail('git', 'git cannot be started', `Install git ${OLDEST_GIT.join('.')} or newer; repositories are read with it.`);
  }
}

async function checkRoom(folder: string): Promise<Finding> {
  try {
    const { bavail, bsize } = await statfs(folder);
    const free = bavail * bsize;
    const message = `${(free / 1024 ** 3).toFixed(1)} GiB are free in ${folder}`;
    return free >= LEAST_FREE
      ? ok('storage', message)
      : warn('storage', message, 'Make room: mirrors and the ledger grow with the repositories.');
  } catch (error) {
    return fail('storage', `${folder} cannot be read: ${(error as Error).message}`, 'Check its owner and its rights.');
  }
}
