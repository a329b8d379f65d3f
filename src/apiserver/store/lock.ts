/** One process at a time owns a data folder. The lock of a process that is gone is taken over; a process is known by its id and start time. */
import { readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Its state and when it started, in clock ticks since boot; undefined where the system does not tell. */
function describe(pid: number): { readonly state: string; readonly start: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', start: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}

function runs(pid: number, start: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  const now = describe(pid);
  // A zombie has ended; only its parent has not noticed.
  return now === undefined || (now.state !== 'Z' && (start === '' || now.start === start));
}

/** Takes the folder; the returned function gives it back. Throws when a running process has it. */
export function lockFolder(folder: string): () => void {
  const path = join(folder, 'lock');
  const own = `${process.pid} ${describe(process.pid)?.start ?? ''}`;
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      writeFileSync(path, own, { flag: 'wx', mode: 0o600 });
      return () => unlinkSync(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const [pid = '', start = ''] = readFileSync(path, 'utf8').split(' ');
    if (/^\d+$/.test(pid) && runs(Number(pid), start))
      throw new Error(`${folder} is in use by process ${pid}; stop it or choose another data folder`);
    unlinkSync(path);
  }
  throw new Error(`${folder} could not be locked`);
}
