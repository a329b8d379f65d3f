/** `lockstep when A@1 with B@2`: when versions ran, and when they ran together. */
import { joinRuns, parseNameVersion, together, type Run, type Together } from '../../core/ledger/index.ts';
import { defineCommand } from '../command.ts';
import { UsageError } from '../errors.ts';
import { formatMoment, HISTORY_FLAGS, scopeOf, withHistory } from '../history.ts';
import { formatAge, formatTable } from '../table.ts';

export const when = defineCommand({
  summary: 'Show when, where and for how long a version ran, alone or together with another',
  usage: 'NAME[@VERSION] [with NAME[@VERSION]]',
  details:
    'NAME is an App, a chart, an image (its last part) or a contract. VERSION may be the beginning of one: 2.3 means 2.3 and 2.3.1, not 2.31;\n' +
    'for an App also a commit. Together means in the same environment. Exits 1 when it never happened.',
  examples: ['lockstep when payments@2.3', 'lockstep when payments@2.3 with shop@1.8', 'lockstep when nginx@1.27 --env prod'],
  flags: HISTORY_FLAGS,
  args: { min: 1, max: 3 },
  run: ({ args, flags, io }) =>
    withHistory(flags, io, async (history) => {
      const [first = '', word, second] = args;
      if (word !== undefined && (word !== 'with' || second === undefined)) throw new UsageError('say: lockstep when A@1 with B@2');
      const scope = scopeOf(flags);
      const a = await history.runs(parseNameVersion(first), scope);
      const now = Date.now();
      if (second === undefined) {
        const runs = joinRuns(a);
        if (flags.output === 'json') io.out(`${JSON.stringify(runs, null, 2)}\n`);
        else io.out(runs.length === 0 ? `${first} never ran.\n` : formatRuns(runs, now));
        return runs.length === 0 ? 1 : 0;
      }
      const b = await history.runs(parseNameVersion(second), scope);
      const found = together(a, b);
      if (flags.output === 'json') io.out(`${JSON.stringify(found, null, 2)}\n`);
      else io.out(found.length === 0 ? neverTogether({ first, second, a, b }) : formatTogether(found, now));
      return found.length === 0 ? 1 : 0;
    }),
});

const span = ({ from, until }: { readonly from: number; readonly until?: number }, now: number): string[] => [
  formatMoment(from),
  until === undefined ? 'still' : formatMoment(until),
  formatAge((until ?? now) - from),
];

const formatRuns = (runs: readonly Run[], now: number): string =>
  formatTable(
    ['ENVIRONMENT', 'APP', 'VERSION', 'FROM', 'UNTIL', 'FOR'],
    runs.map((run) => [run.environment, run.subject, run.version, ...span(run, now)]),
  );

const formatTogether = (found: readonly Together[], now: number): string =>
  formatTable(
    ['ENVIRONMENT', 'FROM', 'UNTIL', 'FOR', 'WHAT'],
    found.map((both) => [both.environment, ...span(both, now), `${place(both.a)} with ${place(both.b)}`]),
  );

const place = ({ name, version, subject }: Run): string => `${name}@${version} (${subject})`;

function neverTogether(asked: {
  readonly first: string;
  readonly second: string;
  readonly a: readonly Run[];
  readonly b: readonly Run[];
}): string {
  const { first, second, a, b } = asked;
  const missing = [...(a.length === 0 ? [first] : []), ...(b.length === 0 ? [second] : [])];
  return missing.length === 0 ? `${first} and ${second} never ran together.\n` : `${missing.join(' and ')} never ran.\n`;
}
