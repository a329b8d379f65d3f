/**
 * Maintenance windows of an App (`sync.windows`): new revisions and prunes wait for them; healing, rollbacks, and what has begun, do not. A person's word
 * with a reason goes ahead.
 */
import { type App, type AppStatus, getCondition, names, parseDuration } from '../../api/index.ts';
import { parseSchedule } from '../../core/go/cron/index.ts';
import { type KubeObject, getKey } from '../../core/object/index.ts';
import { type Opening, type Window, judgeWindows } from '../../core/plan/windows/index.ts';
import type { Problem } from '../../core/problem/index.ts';
import { revertIn } from '../commits/index.ts';
import { offsetIn, rfc3339 } from '../time.ts';
import type { Parts } from './parts.ts';
import type { Hold, Target, TargetRequest } from './targets.ts';

type Spec = NonNullable<App['spec']['sync']['windows']>[number];

/** What is wrong with the windows of an App. */
export function windowProblems({ spec: { sync } }: App): readonly Problem[] {
  return (sync.windows ?? []).flatMap((window, index) => {
    const at = `spec.sync.windows[${index}]`;
    const field = window.allow === undefined ? 'deny' : 'allow';
    const wrong = (name: string, message: string): Problem => ({ code: 'RuleInvalid', field: `${at}.${name}`, message });
    const schedule = parseSchedule(window[field] ?? '');
    return [
      ...(schedule?.kind === 'fields'
        ? []
        : [wrong(field, `${JSON.stringify(window[field])} is no cron expression of five fields, such as 0 22 * * fri`)]),
      ...(offsetIn(window.timeZone) === undefined
        ? [wrong('timeZone', `there is no time zone ${JSON.stringify(window.timeZone)}; names are such as Europe/Berlin`)]
        : []),
    ];
  });
}

/** Those with problems are left out: an App that has some is not worked on. */
const windowsOf = ({ spec: { sync } }: App): readonly Window[] => (sync.windows ?? []).flatMap((spec) => windowOf(spec) ?? []);

function windowOf(spec: Spec): Window | undefined {
  const kind = spec.allow === undefined ? 'deny' : 'allow';
  const cron = spec[kind] ?? '';
  const schedule = parseSchedule(cron);
  const offsetAt = offsetIn(spec.timeZone);
  const length = parseDuration(spec.for);
  if (schedule === undefined || offsetAt === undefined || length === undefined) return undefined;
  return { kind, schedule, offsetAt, length, text: `${kind} ${JSON.stringify(cron)} for ${spec.for} (${spec.timeZone})` };
}

type Closed = Extract<Opening, { readonly open: false }>;

/** Undefined: open. */
function closedNow(app: App, now: number): Closed | undefined {
  const windows = windowsOf(app);
  const opening = windows.length === 0 ? undefined : judgeWindows(windows, now);
  return opening === undefined || opening.open ? undefined : opening;
}

/** Which window closes it, and when it opens. */
function closedText(app: App, { by, opens }: Closed): string {
  const allows = windowsOf(app).filter(({ kind }) => kind === 'allow');
  const which = by === undefined ? `outside of ${allows.map(({ text }) => text).join(', ')}` : `within ${by.text}`;
  return `${which}; ${opens === undefined ? 'nothing is let through in the time ahead' : `it opens at ${rfc3339(opens)}`}`;
}

const longestTimer = 2 ** 31 - 1;

/** When to look again: at the opening. */
const nextAt = ({ opens }: Closed, now: number): NonNullable<Hold['next']> =>
  opens === undefined ? { kind: 'done' } : { kind: 'after', ms: Math.min(longestTimer, Math.max(1, opens - now)) };

/** Prunes that wait for a window, for the plan; undefined: none do. */
export function prunesClosed(app: App, now: number): string | undefined {
  const closed = closedNow(app, now);
  const revision = app.status?.attempted?.inputs[0]?.revision;
  return closed === undefined || isOverridden(app, revision) ? undefined : closedText(app, closed);
}

/** When prunes that wait for a window are looked at again. */
export function windowNext(app: App, now: number): NonNullable<Hold['next']> {
  const closed = closedNow(app, now);
  return closed === undefined ? { kind: 'after', ms: 1 } : nextAt(closed, now);
}

/** A person's word that this revision need not wait. */
function isOverridden({ metadata: { annotations = {} } }: App, revision: string | undefined): boolean {
  return revision !== undefined && getKey(annotations, names.ignoreWindows)?.startsWith(`${revision} `) === true;
}

const underWay: ReadonlySet<string> = new Set<NonNullable<AppStatus['attempted']>['phase']>(['Applying', 'Verifying', 'Testing', 'Failed']);
const waitsUnderWay: ReadonlySet<string> = new Set(['Applying', 'Pruning']);

/** A revision that has begun is carried through, and tried again: half of two revisions is worse than a late one. */
function hasBegun({ status }: App, digest: string): boolean {
  const { attempted } = status ?? {};
  if (attempted?.digest !== digest) return false;
  const reason = getCondition(status?.conditions, 'Ready')?.reason ?? '';
  return underWay.has(attempted.phase) || (attempted.phase === 'Waiting' && waitsUnderWay.has(reason));
}

/** Asks the windows of an App about a new revision. */
export class WindowGate {
  readonly #parts: Pick<Parts, 'ports' | 'journal'>;

  constructor(parts: Pick<Parts, 'ports' | 'journal'>) {
    this.#parts = parts;
  }

  async hold(request: TargetRequest, target: Target): Promise<Hold | undefined> {
    const { app } = request;
    const now = this.#parts.ports.clock.now();
    const closed = closedNow(app, now);
    if (closed === undefined || hasBegun(app, target.render.digest)) return undefined;
    const why = closedText(app, closed);
    if (this.#goesAhead(app, target, why) || (await isRollback(request, target))) return undefined;
    const message = `${target.render.revision} waits: ${why}`;
    return {
      code: 'WindowClosed',
      message,
      problems: [],
      transient: true,
      next: nextAt(closed, now),
      newest: target.render,
      wanted: target,
    };
  }

  #goesAhead(app: App, { render: { revision } }: Target, why: string): boolean {
    if (!isOverridden(app, revision)) return false;
    const word = getKey(app.metadata.annotations ?? {}, names.ignoreWindows) ?? '';
    const message = `goes ahead ${why}: ${word.slice(revision.length + 1)}`;
    this.#parts.journal.record(app as unknown as KubeObject, { type: 'WindowsIgnored', message, warning: true, step: word, revision });
    return true;
  }
}

/** A commit of ours that goes back to manifests which ran before: rollbacks wait for nothing. */
async function isRollback({ app, head }: TargetRequest, { render }: Target): Promise<boolean> {
  const ran = app.status?.history?.some(({ digest, phase }) => digest === render.digest && phase === 'Succeeded');
  if (ran !== true) return false;
  const commit = await head.mirror.commit(render.commit);
  return commit.ok && revertIn(commit.value.message, app) !== undefined;
}
