/** `lockstep wait`: until a commit is live and ready wherever it concerns, or known not to get there. */
import type { WherePlace } from '../../api/http/index.ts';
import type { KubeClient } from '../../ports/index.ts';
import { defineCommand } from '../command.ts';
import { CommandError } from '../errors.ts';
import type { Io } from '../io.ts';
import { withCluster } from '../session.ts';
import { commitOf, formatPlaces, isThere, placesOf, stateOf, WHERE_FLAGS, type WhereScope, whyOf } from '../where.ts';

/** Milliseconds between two questions. */
const POLL = 500;
/** A commit may bring more Apps: all is well only when it stays so. */
const SETTLED = 1000;

export const wait = defineCommand({
  summary: 'Wait until a commit is live and ready wherever it concerns',
  usage: 'COMMIT',
  details:
    'COMMIT as for lockstep where; the name of a branch or HEAD of this folder, too. Exits 0 when every App that follows a branch with the commit runs it and is\n' +
    'ready, or is not touched by it; 1 as soon as it is known not to arrive by itself (it failed, was refused, held back or reverted); 3 when the time is over.',
  examples: ['lockstep wait HEAD --env staging', 'git push && lockstep wait HEAD --timeout 10m'],
  flags: {
    ...WHERE_FLAGS,
    timeout: { type: 'duration', value: 'DURATION', doc: 'How long to wait', default: '5m' },
  },
  args: { min: 1, max: 1 },
  run: ({ args: [text = ''], flags, io }) =>
    withCluster(flags, io, async (kube) => {
      const commit = await commitOf(text, io);
      if (commit === undefined)
        throw new CommandError(`"${text}" is no commit, and Git knows none of that name here`, 'Give at least 7 digits of its id.');
      const { places, code } = await arrival(kube, commit, { scope: flags, timeout: flags.timeout, io });
      if (flags.output === 'json') io.out(`${JSON.stringify({ asked: commit, arrived: code === 0, places }, null, 2)}\n`);
      else
        io.out(
          `${places.length === 0 ? '' : `${formatPlaces(places, Date.now())}\n`}${verdict(code, { commit, places, timeout: flags.timeout })}\n`,
        );
      return code;
    }),
});

interface Waiting {
  readonly scope: WhereScope;
  readonly timeout: number;
  readonly io: Io;
}

interface Arrival {
  /** Apps whose branch has it. */
  readonly places: readonly WherePlace[];
  readonly code: 0 | 1 | 3;
}

async function arrival(kube: KubeClient, commit: string, { scope, timeout, io }: Waiting): Promise<Arrival> {
  const deadline = performance.now() + timeout;
  const told = new Map<string, string>();
  let since: number | undefined;
  for (;;) {
    const places = (await placesOf(kube, { commit }, scope)).filter(({ state }) => state !== 'unknown');
    tell(places, told, io);
    if (places.some(({ stuck }) => stuck)) return { places, code: 1 };
    const there = places.length > 0 && places.every(isThere);
    since = there ? (since ?? performance.now()) : undefined;
    if (since !== undefined && performance.now() - since >= SETTLED) return { places, code: 0 };
    if (performance.now() > deadline || io.signal.aborted) return { places, code: 3 };
    await new Promise((resolve) => setTimeout(resolve, POLL));
  }
}

/** One line for each App whose state changed, so that nobody looks at a still screen. */
function tell(places: readonly WherePlace[], told: Map<string, string>, io: Io): void {
  for (const place of places) {
    const line = [stateOf(place), isThere(place) ? '' : whyOf(place)].filter((part) => part !== '').join(': ');
    if (place.state === 'unaffected' || told.get(place.app) === line) continue;
    told.set(place.app, line);
    io.err(`${place.app}: ${line}\n`);
  }
}

interface Told {
  readonly commit: string;
  readonly places: readonly WherePlace[];
  readonly timeout: number;
}

function verdict(code: Arrival['code'], { commit, places, timeout }: Told): string {
  const what = commit.slice(0, 12);
  const live = places.filter(({ state }) => state === 'live').length;
  const untouched = places.filter(({ state }) => state === 'unaffected').length;
  if (code === 0)
    return live === 0
      ? `${what} has arrived; it changes nothing that ${untouched} Apps read.`
      : `${what} is live and ready in ${live} ${live === 1 ? 'App' : 'Apps'}.`;
  if (code === 1)
    return `${what} will not arrive by itself: ${places
      .filter(({ stuck }) => stuck)
      .map(({ app }) => app)
      .join(', ')}.`;
  if (places.length === 0) return `After ${timeout / 1000} s no branch that an App follows has ${what}. Is it pushed?`;
  return `After ${timeout / 1000} s ${what} is not everywhere yet: ${places
    .filter((place) => !isThere(place))
    .map(({ app }) => app)
    .join(', ')}.`;
}
