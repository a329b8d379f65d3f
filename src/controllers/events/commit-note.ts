/** The commit behind an event, as far as the mirror still has it. */
import type { CommitNote } from '../../core/ledger/index.ts';
import type { GitMirror } from '../../ports/index.ts';

const longestSubject = 200;

/** Undefined when it cannot be read: charts have no commits, and a mirror may be gone. */
export async function commitNote(mirror: Pick<GitMirror, 'commit'>, id: string): Promise<CommitNote | undefined> {
  const found = await mirror.commit(id);
  if (!found.ok) return undefined;
  const { author, message } = found.value;
  const subject = (message.split('\n')[0] ?? '').slice(0, longestSubject);
  return { id: found.value.id, author: `${author.name} <${author.email}>`, at: author.at, subject };
}
