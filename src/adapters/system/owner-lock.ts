/**
 * One process owns a data folder. The lock names the process and when it started, so that a lock left by a killed process is recognised even when
 * its process id was given to somebody else.
 */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { err, ok, type Result } from '../../std/index.ts';

export interface Ownership {
  release(): Promise<void>;
}

interface Owner {
  readonly pid: number;
  /** Unique for this process among all with its id; empty where the system does not tell. */
  readonly started: string;
}

/** Takes the folder (made if needed). The error says which process holds it. @throws when the folder cannot be written. */
export async function takeOwnership(folder: string): Promise<Result<Ownership, { readonly pid: number; readonly message: string }>> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'owner.lock');
  const me: Owner = { pid: process.pid, started: await startOf(process.pid) };
  for (;;) {
    if (await writeNew(file, me)) return ok({ release: () => rm(file, { force: true }) });
    const holder = await readOwner(file);
    if (holder !== null && (await isAlive(holder))) {
      return err({ pid: holder.pid, message: `${folder} is in use by process ${holder.pid}` });
    }
    // Of several that find it stale, the rename succeeds for one; the others look again.
    const stale = `${file}.${process.pid}.stale`;
    await rename(file, stale).catch(() => undefined);
    await rm(stale, { force: true });
  }
}

async function writeNew(file: string, owner: Owner): Promise<boolean> {
  try {
    await writeFile(file, JSON.stringify(owner), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Null when it is gone or was never written completely. */
async function readOwner(file: string): Promise<Owner | null> {
  try {
    const owner = JSON.parse(await readFile(file, 'utf8')) as Partial<Owner> | null;
    return typeof owner?.pid === 'number' ? { pid: owner.pid, started: String(owner.started ?? '') } : null;
  } catch {
    return null;
  }
}

async function isAlive(owner: Owner): Promise<boolean> {
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    // EPERM: it lives, under another user.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const started = await startOf(owner.pid);
  return started === '' || owner.started === '' || started === owner.started;
}

/** The kernel's start time of a process in clock ticks since boot, together with the boot. */
async function startOf(pid: number): Promise<string> {
  try {
    const [stat, boot] = await Promise.all([readFile(`/proc/${pid}/stat`, 'utf8'), readFile('/proc/sys/kernel/random/boot_id', 'utf8')]);
    // The second field is the program's name in parentheses and may contain anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return `${boot.trim()}/${fields[19] ?? ''}`;
  } catch {
    return '';
  }
}
