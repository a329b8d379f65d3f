/** When something ran: intervals of one version, joined where a redeployment kept it, and where two of them overlap. */

/** One version of one thing at one place, from a moment to another. */
export interface Run {
  readonly name: string;
  readonly version: string;
  /** The App it ran as part of. */
  readonly subject: string;
  readonly environment: string;
  /** Milliseconds since the epoch. */
  readonly from: number;
  /** Absent: it still runs. */
  readonly until?: number;
}

export interface NameVersion {
  readonly name: string;
  /** A version or the beginning of one, up to a dot: `2.3` means 2.3 and 2.3.1, not 2.31. Absent: any. */
  readonly version?: string;
}

/** `payments@2.3` → name and version. The last `@` counts, so that scoped names work; a leading `v` of the version says nothing. */
export function parseNameVersion(text: string): NameVersion {
  const at = text.lastIndexOf('@');
  if (at <= 0) return { name: text };
  const version = plainVersion(text.slice(at + 1));
  return version === '' ? { name: text.slice(0, at) } : { name: text.slice(0, at), version };
}

/** `v1.2` and `1.2` are the same version. */
export const plainVersion = (version: string): string => version.replace(/^v(?=\d)/, '');

const shortestCommit = 7;

/** Whether `version` is what `wanted` asks for. */
export function matchesVersion(version: string, wanted: string): boolean {
  if (version === wanted) return true;
  if (!version.startsWith(wanted)) return false;
  const isCommit = wanted.length >= shortestCommit && /^[0-9a-f]+$/.test(wanted) && /^[0-9a-f]{40,64}$/.test(version);
  return isCommit || '.-+'.includes(version.charAt(wanted.length));
}

/** Runs that follow each other without a gap as one; sorted by beginning. The same App may run a thing under several names: it counts once. */
export function joinRuns(runs: readonly Run[]): readonly Run[] {
  const joined: Run[] = [];
  const open = new Map<string, number>();
  for (const run of runs.toSorted((a, b) => a.from - b.from)) {
    if (run.until !== undefined && run.until <= run.from) continue;
    const key = [run.subject, run.environment, run.name, run.version].join('\0');
    const index = open.get(key);
    const last = index === undefined ? undefined : joined[index];
    if (index === undefined || last === undefined || (last.until !== undefined && last.until < run.from)) {
      open.set(key, joined.length);
      joined.push(run);
    } else joined[index] = longer(last, run);
  }
  return joined;
}

function longer(a: Run, b: Run): Run {
  if (a.until === undefined) return a;
  if (b.until !== undefined) return b.until <= a.until ? a : { ...a, until: b.until };
  const { until: _ended, ...rest } = a;
  return rest;
}

/** Two runs at the same time in the same environment. */
export interface Together {
  readonly environment: string;
  readonly from: number;
  readonly until?: number;
  readonly a: Run;
  readonly b: Run;
}

/** Where and when runs of `a` and `b` overlapped; sorted by beginning. Costs no more than what there is of both, and of what ran at the same time. */
export function together(a: readonly Run[], b: readonly Run[]): readonly Together[] {
  const [mine, theirs] = [joinRuns(a), joinRuns(b)];
  const found: Together[] = [];
  let [openA, openB]: [readonly Run[], readonly Run[]] = [[], []];
  for (let [i, j] = [0, 0]; i < mine.length || j < theirs.length;) {
    const [one, other] = [mine[i], theirs[j]];
    const isMine = one !== undefined && (other === undefined || one.from <= other.from);
    const begun = (isMine ? one : other) as Run;
    [openA, openB] = [openA, openB].map((open) => open.filter(({ until }) => until === undefined || until > begun.from)) as [Run[], Run[]];
    for (const running of isMine ? openB : openA)
      if (running.environment === begun.environment) found.push(isMine ? both(begun, running) : both(running, begun));
    if (isMine) [openA, i] = [[...openA, begun], i + 1];
    else [openB, j] = [[...openB, begun], j + 1];
  }
  return found.toSorted((x, y) => x.from - y.from);
}

function both(a: Run, b: Run): Together {
  const until = earlier(a.until, b.until);
  return { environment: a.environment, from: Math.max(a.from, b.from), ...(until === undefined ? {} : { until }), a, b };
}

const earlier = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : b === undefined ? a : Math.min(a, b);
