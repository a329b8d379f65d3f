/**
 * How long the event loop was held up while something ran, and by what. A busy machine holds everybody up, so what counts is what the thread of the loop has
 * had of a processor in one stretch without a turn (Linux tells it: schedstat): its own work, and apart from that the garbage collector's.
 */
import { readFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';
import { type Stretch, watchLoop } from '../src/adapters/system/index.ts';
import type { Figure } from './figure.ts';

const LIMIT = 50;
/** Microseconds between samples. */
const EVERY = 1000;

type Profile = Awaited<ReturnType<typeof stopProfile>>;
const stopProfile = async (session: Session) => (await session.post('Profiler.stop')).profile;

/** Milliseconds of processor that the main thread has had; of the whole process where the system does not tell threads apart. */
function spentByLoop(): number {
  try {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
  } catch {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  }
}

interface Pause {
  readonly began: number;
  readonly ended: number;
}

/** What two have in common, in milliseconds. */
const overlap = (a: Pause, b: Pause): number => Math.max(0, Math.min(a.ended, b.ended) - Math.max(a.began, b.began));

interface Held extends Stretch {
  /** Milliseconds of it in which garbage was collected. */
  readonly collecting: number;
  /** Milliseconds of processor for everything else. */
  readonly work: number;
}

export interface LoopReport {
  /** Milliseconds of work in one go, the longest. */
  readonly longest: number;
  readonly figures: readonly Figure[];
}

/** Begins to watch; the function it returns ends that and says what was found. `what` opens the names of the figures. */
export async function followLoop(what: string): Promise<() => Promise<LoopReport>> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: EVERY });
  await session.post('Profiler.start');
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  const pauses: Pause[] = [];
  const collector = new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) pauses.push({ began: startTime, ended: startTime + duration });
  });
  collector.observe({ entryTypes: ['gc'] });
  const stretches: Stretch[] = [];
  const watch = watchLoop(LIMIT / 2, (stretch) => stretches.push(stretch), spentByLoop);
  return async () => {
    watch.stop();
    delay.disable();
    const profile = await stopProfile(session);
    session.disconnect();
    // What is observed is told a turn later.
    await new Promise((resolve) => setImmediate(resolve));
    collector.disconnect();
    const held = stretches.map((stretch): Held => {
      const collecting = pauses.reduce((sum, pause) => sum + overlap(pause, stretch), 0);
      return { ...stretch, collecting, work: Math.max(0, stretch.ofProcessor - collecting) };
    });
    return reportOf(what, { held, pauses, profile, late: Math.max(0, delay.max / 1e6 - 10) });
  };
}

function reportOf(
  what: string,
  {
    held,
    pauses,
    profile,
    late,
  }: { readonly held: readonly Held[]; readonly pauses: readonly Pause[]; readonly profile: Profile; readonly late: number },
): LoopReport {
  const worst = held.toSorted((a, b) => b.work - a.work);
  const over = worst.filter(({ work }) => work >= LIMIT);
  const longest = worst[0]?.work ?? 0;
  const collected = Math.max(0, ...pauses.map(({ began, ended }) => ended - began));
  const blame = worst.slice(0, 3).map((stretch) => `${stretch.work.toFixed(0)} ms: ${blamed(profile, stretch)}`);
  return {
    longest,
    figures: [
      { name: `${what}: longest work in one go`, value: longest, unit: 'ms', ...(longest < LIMIT / 2 ? {} : { note: blame.join(' | ') }) },
      { name: `${what}: more than ${LIMIT} ms of work in one go`, value: over.length, unit: 'times' },
      {
        name: `${what}: longest pause of the garbage collector`,
        value: collected,
        unit: 'ms',
        note: `longest delay of the loop, others on this machine included: ${late.toFixed(0)} ms`,
      },
    ],
  };
}

/** The functions of ours in which most of a stretch was spent, with those that called them. Samples are on the clock of `hrtime`. */
function blamed({ nodes, samples = [], timeDeltas = [], startTime }: Profile, stretch: Stretch): string {
  const zero = Number(process.hrtime.bigint()) / 1000 - performance.now() * 1000;
  const [from, to] = [zero + stretch.began * 1000, zero + stretch.ended * 1000];
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child): [number, number] => [child, id])));
  const inside = new Map<string, number>();
  let at = startTime;
  for (const [index, sample] of samples.entries()) {
    const spent = timeDeltas[index] ?? 0;
    at += spent;
    if (at < from || at > to) continue;
    const names = new Set<string>();
    for (let id: number | undefined = sample; id !== undefined; id = parents.get(id)) names.add(nameOf(byId.get(id)?.callFrame));
    for (const name of names) inside.set(name, (inside.get(name) ?? 0) + spent);
  }
  const named = [...inside].filter(([name]) => /(src|bench|node_modules)\//.test(name)).sort(([, a], [, b]) => b - a);
  return named
    .slice(0, 8)
    .map(([name, spent]) => `${name} ${(spent / 1000).toFixed(0)}`)
    .join(', ');
}

const nameOf = (frame: { readonly functionName: string; readonly url: string } | undefined): string =>
  `${frame?.functionName === '' ? 'λ' : (frame?.functionName ?? '')} ${frame?.url.replace(/^.*?(src|bench|node_modules)\//, '$1/').split('?')[0] ?? ''}`.trim();
