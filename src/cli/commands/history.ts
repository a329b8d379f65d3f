/** `lockstep history`: what happened, and what ran at a moment. */
import type { History } from '../../app/index.ts';
import type { LedgerEvent, VersionEntry } from '../../core/ledger/index.ts';
import { shortRevision } from '../apps.ts';
import { defineCommand } from '../command.ts';
import { formatMoment, HISTORY_FLAGS, type HistoryFlags, parseMoment, scopeOf, subjectOf, withHistory } from '../history.ts';
import type { Io } from '../io.ts';
import { formatAge, formatTable, truncate } from '../table.ts';

const flags = {
  ...HISTORY_FLAGS,
  at: { type: 'string', value: 'TIME', doc: 'What ran at this moment instead of what happened' },
  since: { type: 'string', value: 'TIME', doc: 'Only from this moment on' },
  until: { type: 'string', value: 'TIME', doc: 'Only before this moment' },
  type: { type: 'strings', value: 'TYPE', doc: 'Only events of this type, such as Applied or HealthChanged; may be given several times' },
  limit: { type: 'integer', value: 'N', doc: 'At most this many events', default: 50 },
} as const;

type Flags = HistoryFlags & {
  readonly at: string | undefined;
  readonly since: string | undefined;
  readonly until: string | undefined;
  readonly type: readonly string[];
  readonly limit: number;
};

export const history = defineCommand({
  summary: 'Show what happened to Apps and Sources, or what ran at a moment',
  usage: '[APP]',
  details:
    'Times are RFC 3339, "2026-11-24 14:00" (local), 14:00 (today) or 2h (ago).\n' + 'WHO is the author of the commit, as the commit says.',
  examples: ['lockstep history shop', 'lockstep history --at "2026-11-24 14:00" --env prod', 'lockstep history --type Applied --since 1d'],
  flags,
  args: { min: 0, max: 1 },
  run: ({ args, flags: given, io }) =>
    withHistory(given, io, async (ledger) => {
      const subject = args[0] === undefined ? undefined : await subjectOf(ledger, args[0], given);
      const asked = { ledger, subject, flags: given, io, now: Date.now() };
      await (given.at === undefined ? printEvents(asked) : printState(asked, parseMoment('at', given.at, asked.now)));
      return 0;
    }),
});

interface Asked {
  readonly ledger: History;
  readonly subject: string | undefined;
  readonly flags: Flags;
  readonly io: Io;
  readonly now: number;
}

async function printEvents({ ledger, subject, flags: given, io, now }: Asked): Promise<void> {
  const { since, until, type, limit } = given;
  const found: LedgerEvent[] = [];
  let cursor: string | undefined;
  do {
    const page = await ledger.find({
      ...scopeOf(given),
      ...(subject === undefined ? {} : { subject }),
      ...(type.length === 0 ? {} : { types: type }),
      ...(since === undefined ? {} : { since: parseMoment('since', since, now) }),
      ...(until === undefined ? {} : { until: parseMoment('until', until, now) }),
      ...(cursor === undefined ? {} : { cursor }),
      limit: Math.min(1000, limit - found.length),
    });
    found.push(...page.events);
    cursor = page.next;
  } while (cursor !== undefined && found.length < limit);
  if (given.output === 'json') return io.out(`${JSON.stringify(found, null, 2)}\n`);
  if (found.length === 0) return io.out('Nothing happened, as far as the ledger tells.\n');
  io.out(
    formatTable(
      ['TIME', 'TYPE', 'OF', 'REVISION', 'WHO', 'MESSAGE'],
      found.map((event) => eventCells(event, io)),
    ),
  );
  if (cursor !== undefined)
    io.err(`There is more; ask with --limit ${limit * 10} or --until "${formatMoment(found.at(-1)?.at ?? now)}".\n`);
}

function eventCells(event: LedgerEvent, io: Io): string[] {
  const who = (event.actor ?? '').replace(/ <[^>]*>$/, '');
  const { revision, commit } = event;
  const plain = revision === undefined ? event.message : event.message.replaceAll(revision, shortRevision(revision));
  const said = commit === undefined ? plain : `${plain} (${commit.subject})`;
  const message = io.terminal ? truncate(said, Math.max(40, io.columns - 90)) : said;
  return [formatMoment(event.at), event.type, event.subject, shortRevision(event.revision), who, message];
}

async function printState({ ledger, subject, flags: given, io }: Asked, at: number): Promise<void> {
  const all = await ledger.stateAt(at, scopeOf(given));
  const found = subject === undefined ? all : all.filter((event) => event.subject === subject);
  if (given.output === 'json') return io.out(`${JSON.stringify(found, null, 2)}\n`);
  if (found.length === 0) return io.out(`Nothing ran at ${formatMoment(at)}, as far as the ledger tells.\n`);
  const rows = found.map((event) => [
    event.subject,
    event.environment ?? '',
    versionCell(event.versions ?? [], ['app']),
    shortRevision(event.revision),
    `${formatAge(at - event.at)} before`,
    versionCell(event.versions ?? [], ['chart', 'image']),
  ]);
  io.out(`At ${formatMoment(at)}:\n${formatTable(['APP', 'ENVIRONMENT', 'VERSION', 'REVISION', 'APPLIED', 'MADE OF'], rows)}`);
}

const versionCell = (versions: readonly VersionEntry[], kinds: readonly string[]): string =>
  versions
    .filter(({ kind }) => kinds.includes(kind))
    .map(({ kind, name, version }) => (kind === 'app' ? version : `${name}@${version}`))
    .join(', ') || '-';
