/**
 * How long the event loop was held up while something ran, and by what: the longest delay as `monitorEventLoopDelay` has it (on a busy machine that is
 * mostly others' work), every stretch in which this process worked for more than 50 ms, and the functions in which the longest of them was spent, from a profile taken meanwhile.
 */
import { Session } from 'node:inspector/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { watchLoop } from '../src/adapters/system/index.ts';
import type { Figure } from './figure.ts';

const LIMIT = 50;
/** Microseconds between samples. */
const EVERY = 1000;

type Profile = Awaited<ReturnType<typeof stopProfile>>;
const stopProfile = async (session: Session) => (await session.post('Profiler.stop')).profile;

interface Stretch {
  readonly start: number;
  end: number;
  /** Microseconds by function, those that called it included. */
  readonly inside: Map<string, number>;
}

export interface LoopReport {
  /** Milliseconds. */
  readonly longest: number;
  readonly stretches: readonly number[];
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
  const stretches: number[] = [];
  const watch = watchLoop(LIMIT, (_seconds, ofProcessor) => stretches.push(ofProcessor * 1000));
  return async () => {
    watch.stop();
    delay.disable();
    const profile = await stopProfile(session);
    session.disconnect();
    // The histogram counts its own resolution.
    const longest = Math.max(0, delay.max / 1e6 - 10);
    const held = stretches.filter((spent) => spent >= LIMIT);
    return {
      longest,
      stretches: held,
      figures: figuresOf(what, { longest, stretches: held, p99: delay.percentile(99) / 1e6 - 10, profile }),
    };
  };
}

function figuresOf(
  what: string,
  { longest, stretches, p99, profile }: { longest: number; stretches: readonly number[]; p99: number; profile: Profile },
): readonly Figure[] {
  const blame = longest < LIMIT ? [] : blockers(profile).slice(0, 3).map(formatStretch);
  return [
    { name: `${what}: longest delay of the event loop`, value: longest, unit: 'ms', note: `p99 ${Math.max(0, p99).toFixed(0)} ms` },
    {
      name: `${what}: the loop was held up by more than ${LIMIT} ms of work`,
      value: stretches.length,
      unit: 'times',
      ...(blame.length === 0 ? {} : { note: blame.join(' | ') }),
    },
  ];
}

const formatStretch = ({ start, end, inside }: Stretch): string => {
  const names = [...inside].filter(([name]) => !name.startsWith('(') && name.includes('src/')).sort(([, a], [, b]) => b - a);
  return `${((end - start) / 1000).toFixed(0)} ms: ${names
    .slice(0, 6)
    .map(([name, spent]) => `${name} ${(spent / 1000).toFixed(0)}`)
    .join(', ')}`;
};

/** Stretches of samples under one entry of the loop without rest, the longest first. */
function blockers({ nodes, samples = [], timeDeltas = [], startTime }: Profile): readonly Stretch[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child): [number, number] => [child, id])));
  const chain = (leaf: number): number[] => {
    const found: number[] = [];
    for (let at: number | undefined = leaf; at !== undefined; at = parents.get(at)) found.push(at);
    return found.toReversed();
  };
  const found: Stretch[] = [];
  let at = startTime;
  let entry: number | undefined;
  let current: Stretch | undefined;
  for (const [index, sample] of samples.entries()) {
    const spent = timeDeltas[index] ?? 0;
    const path = chain(sample);
    const top = byId.get(path[1] ?? -1)?.callFrame.functionName ?? '';
    const rests = top === '(idle)' || top === '(program)' || top === '';
    if (rests || (top !== '(garbage collector)' && path[1] !== entry)) {
      if (current !== undefined) found.push(current);
      current = rests ? undefined : { start: at, end: at, inside: new Map() };
      entry = rests ? undefined : path[1];
    }
    at += spent;
    if (current === undefined) continue;
    current.end = at;
    for (const name of new Set(path.slice(1).map((id) => nameOf(byId.get(id)?.callFrame))))
      current.inside.set(name, (current.inside.get(name) ?? 0) + spent);
  }
  return found.filter(({ start, end }) => end - start >= LIMIT * 1000).sort((a, b) => b.end - b.start - (a.end - a.start));
}

const nameOf = (frame: { readonly functionName: string; readonly url: string } | undefined): string =>
  `${frame?.functionName === '' ? 'λ' : (frame?.functionName ?? '')} ${frame?.url.replace(/^.*?(src|bench)\//, '$1/').split('?')[0] ?? ''}`.trim();
