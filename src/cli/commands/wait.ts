/** `lockstep wait`: until a commit, an image or a version of a chart is live and ready wherever it concerns, or known not to get there. */
import type { WherePlace } from '../../api/http/index.ts';
import type { KubeClient } from '../../ports/index.ts';
import { defineCommand } from '../command.ts';
import { UsageError } from '../errors.ts';
import type { Io } from '../io.ts';
import { withCluster } from '../session.ts';
import {
  type Asked,
  askedFor,
  formatPlaces,
  type Found,
  isThere,
  placesOf,
  stateOf,
  WHERE_FLAGS,
  type WhereScope,
  whyOf,
} from '../where.ts';

/** Milliseconds between two questions. */
const POLL = 500;
/** A commit may bring more Apps: all is well only when it stays so. */
const SETTLED = 1000;

/** Without one there is nothing to wait for: any version would do. */
const VERSION = /[:@][^/]+$/;

export const wait = defineCommand({
  summary: 'Wait until a commit, an image or a version of a chart is live and ready wherever it concerns',
  usage: 'COMMIT|IMAGE|CHART',
  details:
    'COMMIT, IMAGE and CHART as for lockstep where. Exits 0 when every App that follows a branch with the commit runs it and is ready, or is not touched by it;\n' +
    'of an image or a chart, when every App that runs any version of it runs this one and is ready. 1 as soon as it is known not to arrive by itself (it failed,\n' +
    'was refused, held back or reverted); 3 when the time is over.',
  examples: [
    'lockstep wait HEAD --env staging',
    'git push && lockstep wait HEAD --timeout 10m',
    'lockstep wait ghcr.io/acme/web:1.4.2 --env production',
  ],
  flags: {
    ...WHERE_FLAGS,
    timeout: { type: 'duration', value: 'DURATION', doc: 'How long to wait', default: '5m' },
  },
  args: { min: 1, max: 1 },
  run: ({ args: [text = ''], flags, io }) =>
    withCluster(flags, io, async (kube) => {
      const asked = await askedFor(text, io);
      if (asked.tries.every((wanted) => !('commit' in wanted)) && !VERSION.test(text))
        throw new UsageError(
          `"${text}" is no commit that Git knows here, and says no version: NAME:TAG or NAME@sha256:… of an image, NAME@1.2 of a chart`,
        );
      const { places, as, code } = await arrival(kube, asked, { scope: flags, timeout: flags.timeout, io });
      if (flags.output === 'json') io.out(`${JSON.stringify({ asked: asked.text, arrived: code === 0, places }, null, 2)}\n`);
      else
        io.out(
          `${places.length === 0 ? '' : `${formatPlaces(places, Date.now())}\n`}${verdict(code, { what: asked.what, as, places, timeout: flags.timeout })}\n`,
        );
      return code;
    }),
});

interface Waiting {
  readonly scope: WhereScope;
  readonly timeout: number;
  readonly io: Io;
}

interface Arrival extends Found {
  readonly code: 0 | 1 | 3;
}

async function arrival(kube: KubeClient, asked: Asked, { scope, timeout, io }: Waiting): Promise<Arrival> {
  const deadline = performance.now() + timeout;
  const told = new Map<string, string>();
  let since: number | undefined;
  for (;;) {
    const { places: all, as } = await placesOf(kube, asked, scope);
    const places = all.filter(({ state }) => state !== 'unknown');
    tell(places, told, io);
    if (places.some(({ stuck }) => stuck)) return { places, as, code: 1 };
    const there = places.length > 0 && places.every(hasArrived);
    since = there ? (since ?? performance.now()) : undefined;
    if (since !== undefined && performance.now() - since >= SETTLED) return { places, as, code: 0 };
    if (performance.now() > deadline || io.signal.aborted) return { places, as, code: 3 };
    await new Promise((resolve) => setTimeout(resolve, POLL));
  }
}

/** Where another version of an image or a chart runs, the one that is waited for has not come. */
const hasArrived = (place: WherePlace): boolean => place.state !== 'other' && isThere(place);

/** One line for each App whose state changed, so that nobody looks at a still screen. */
function tell(places: readonly WherePlace[], told: Map<string, string>, io: Io): void {
  for (const place of places) {
    const line = [place.state === 'other' ? 'another version runs' : stateOf(place), hasArrived(place) ? '' : whyOf(place)]
      .filter((part) => part !== '')
      .join(': ');
    if (place.state === 'unaffected' || told.get(place.app) === line) continue;
    told.set(place.app, line);
    io.err(`${place.app}: ${line}\n`);
  }
}

interface Told extends Found {
  readonly what: string;
  readonly timeout: number;
}

function verdict(code: Arrival['code'], { what, as, places, timeout }: Told): string {
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
  if (places.length === 0)
    return as === 'commit'
      ? `After ${timeout / 1000} s no branch that an App follows has ${what}. Is it pushed?`
      : `After ${timeout / 1000} s no App runs ${what}, in this version or another. Is it called so?`;
  return `After ${timeout / 1000} s ${what} is not everywhere yet: ${places
    .filter((place) => !hasArrived(place))
    .map(({ app }) => app)
    .join(', ')}.`;
}
