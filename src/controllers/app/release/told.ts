/** What is told about a release: its status, and what a wait is for. Pure. */
import type { App, AppStatus, ReasonCode } from '../../../api/index.ts';
import { names, reasons } from '../../../api/index.ts';
import { getKey, isObject, type JsonObject } from '../../../core/object/index.ts';
import { digestOf } from '../../../core/plan/digest/index.ts';
import type { Action, Release } from '../../../core/release/index.ts';
import { rfc3339 } from '../../time.ts';
import type { AppMemory } from '../memory.ts';
import { labelDigest } from './marks.ts';
import type { Stored } from './records.ts';
import { type ReleaseResult, stuck } from './stage.ts';

type Test = NonNullable<AppStatus['tests']>[number];
type Told = Pick<ReleaseResult, 'status' | 'delivery' | 'tests' | 'testsAsked'>;

type Status = NonNullable<AppStatus['release']>;

/** What the newest revision is, as far as it was read. */
export function statusOf(app: App, stored: readonly Stored[], memory: AppMemory): Told {
  const told = releaseStatus(app, stored, memory);
  const { tests, ...rest } = told;
  const asked = askedOf(app, stored.at(-1));
  return {
    ...rest,
    ...(asked === undefined ? {} : { testsAsked: asked }),
    ...(tests === undefined ? {} : { tests: tests.map((test) => withMessage(test, app.status?.tests, memory)) }),
  };
}

/** Why a test failed is in no record: it is kept by whoever saw it. */
function withMessage(test: Test, before: readonly Test[] = [], { release }: AppMemory): Test {
  if (test.phase !== 'Failed' || test.message !== undefined) return test;
  const same = before.find(({ name, startedAt }) => name === test.name && startedAt === test.startedAt);
  const message = release.failures.get(test.name) ?? same?.message;
  return message === undefined ? test : { ...test, message };
}

/** The first word of what a person asked for, once it was begun. */
function askedOf({ metadata }: App, last: Stored | undefined): string | undefined {
  const word = getKey(metadata.annotations ?? {}, names.testAt);
  return word !== undefined && last?.marks?.tests.asked === labelDigest(digestOf(word)) ? word.split(' ')[0]?.slice(0, 256) : undefined;
}

function releaseStatus(app: App, stored: readonly Stored[], memory: AppMemory): Pick<ReleaseResult, 'status' | 'delivery' | 'tests'> {
  const last = stored.at(-1);
  if (last === undefined) return {};
  const { version, status } = last.revision;
  const { key } = memory.release;
  const known = memory.release.told?.version === version ? memory.release.told : undefined;
  if (key.startsWith('delivery ')) {
    const tests = known?.tests ?? last.tests ?? (app.status?.delivery?.revision === version ? app.status.tests : undefined);
    return { delivery: { revision: version, status }, ...(tests === undefined ? {} : { tests }) };
  }
  const old = app.status?.release?.revision === version ? app.status.release : undefined;
  const { chart, appVersion } = known ?? old ?? {};
  const name = key.split('/')[1] ?? '';
  const { namespace } = memory.release;
  const told: Status = {
    name,
    ...(namespace === '' ? {} : { namespace }),
    revision: version,
    status,
    ...(chart === undefined ? {} : { chart }),
    ...(appVersion === undefined ? {} : { appVersion }),
  };
  const tests = known?.tests ?? last.tests ?? (old === undefined ? undefined : app.status?.tests);
  return { status: told, ...(tests === undefined ? {} : { tests }) };
}

const textOf = (object: JsonObject, key: string): string => {
  const value = getKey(object, key);
  return typeof value === 'string' ? value : '';
};

/** `web-1.2.3` */
export function chartOf({ chart }: Pick<Release, 'chart'>): { readonly chart?: string; readonly appVersion?: string } {
  const metadata = chart === null ? undefined : getKey(chart, 'metadata');
  if (!isObject(metadata)) return {};
  const appVersion = textOf(metadata, 'appVersion');
  return { chart: `${textOf(metadata, 'name')}-${textOf(metadata, 'version')}`, ...(appVersion === '' ? {} : { appVersion }) };
}

/** What became of a revision, from its record and its tests: `revision 2 failed: pre-upgrade: Job migrate: exit code 1`. */
export function failureText(
  { version, tests }: { readonly version: number; readonly tests: boolean },
  { release, ran = [] }: { readonly release: Release | undefined; readonly ran: ReleaseResult['tests'] },
): string {
  const failed = ran.filter(({ phase }) => phase === 'Failed').map(({ name }) => name);
  if (tests)
    return failed.length === 0 ? `a test of revision ${version} failed` : `revision ${version} failed its tests: ${failed.join(', ')}`;
  const cause = (release?.description ?? '').replace(/^\w+ "[^"]*" failed: (?:failed )?/, '');
  return `revision ${version} failed${cause === '' ? '' : `: ${cause}`}`;
}

interface Moment {
  readonly stored: readonly Stored[];
  /** As `failureText` says it. */
  readonly what: string;
  readonly now: number;
}

/** Why a failed or locked release is not worked on now. */
export function waitingFor(
  action: Extract<Action, { kind: 'wait' | 'exhausted' }>,
  { stored, what, now }: Moment,
): ReleaseResult['judged'] {
  const found = stored.find(({ revision }) => revision.version === action.version);
  const tests = action.kind === 'exhausted' ? action.tests : action.reason === 'testBackoff';
  const reason = tests ? 'TestFailed' : codeOf(found?.marks?.reason);
  if (action.kind === 'exhausted') {
    return stuck({ phase: 'Failed', reason: 'RetriesExhausted', message: `${reason}: ${what}; the allowed retries are used up` });
  }
  const { until } = action;
  const ms = Math.max(0, until - now);
  const at = rfc3339(until);
  if (action.reason === 'locked') {
    const message = `another tool left revision ${action.version} pending; Lockstep takes over at ${at}`;
    return {
      verdict: { phase: 'Waiting', ready: 'False', reason: 'ReleaseLocked', message, moving: true, deadline: at },
      next: { kind: 'after', ms },
    };
  }
  const message = `${what}; it is tried again at ${at}`;
  return { verdict: { phase: 'Failed', ready: 'False', reason, message, moving: true, deadline: at }, next: { kind: 'after', ms } };
}

const codeOf = (reason: string | undefined): ReasonCode =>
  reason !== undefined && reason in reasons ? (reason as ReasonCode) : 'ReleaseFailed';
