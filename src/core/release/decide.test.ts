/** Every state of a release and what is done about it. One row is one story. */
import { describe, expect, test } from 'vitest';
import { type Action, type Policy, type Revision, type Wish, decideRelease } from './index.ts';

const wish: Wish = { digest: 'new', tests: true, renamed: false, again: false };
const policy: Policy = {
  onFailure: 'retry',
  limit: -1,
  backoff: (retry) => retry * 1000,
  reinstall: new Set(),
  keepFailed: false,
  removesFailedInstall: true,
  patience: 300_000,
  now: 1_000_000,
};

/** `3 deployed new upgrade #2 untested @999000` */
function revision(text: string): Revision {
  const [version = '', status = '', digest = '', ...rest] = text.split(' ');
  const action = rest.find((word) => ['install', 'upgrade', 'rollback', 'uninstall', 'reinstall'].includes(word)) ?? 'upgrade';
  const number = Number(rest.find((word) => word.startsWith('#'))?.slice(1) ?? 1);
  const at = Number(rest.find((word) => word.startsWith('@'))?.slice(1) ?? 0);
  const tests = (rest.find((word) => ['untested', 'passed', 'failed'].includes(word)) ?? 'none') as Revision['tests'];
  const attempt = digest === '-' ? {} : { attempt: { digest, action: action as 'upgrade', number } };
  return {
    version: Number(version),
    status: status as Revision['status'],
    at,
    tests,
    testTries: tests === 'failed' ? number : 0,
    passedBefore: rest.includes('proven'),
    ...attempt,
  };
}

const act = (stored: readonly string[], more: { readonly wish?: Partial<Wish>; readonly policy?: Partial<Policy> } = {}): Action =>
  decideRelease(stored.map(revision), { ...wish, ...more.wish }, { ...policy, ...more.policy });

const anew = (limit: number): { readonly policy: Partial<Policy> } => ({
  policy: { limit, reinstall: new Set(['installFailed', 'upgradeFailed', 'chartRenamed']) },
});

const short = (action: Action): string => {
  const parts: Record<string, unknown> = { ...action };
  delete parts['why'];
  return Object.entries(parts)
    .map(([key, value]) => (key === 'kind' ? String(value) : `${key}=${String(value)}`))
    .join(' ');
};

describe('states', () => {
  test.each<[string, readonly string[], Parameters<typeof act>[1], string]>([
    ['absent', [], {}, 'begin action=install version=1 number=1'],
    ['uninstalled by somebody', ['3 uninstalled -'], {}, 'begin action=install version=4 number=1'],
    ['in sync', ['1 deployed new'], {}, 'correct version=1'],
    ['out of sync', ['1 deployed old'], {}, 'begin action=upgrade version=2 number=1'],
    ['not made by us', ['1 deployed new', '2 deployed -'], {}, 'begin action=upgrade version=3 number=1'],
    ['untested', ['1 deployed new untested'], {}, 'test version=1'],
    ['tested by a person, failures do not count', ['1 deployed new failed #1'], { wish: { tests: false } }, 'correct version=1'],
    ['tested', ['1 deployed new passed'], {}, 'correct version=1'],
    ['tested well once, failing on schedule', ['1 deployed new failed #1 proven'], {}, 'correct version=1'],
    ['ours, interrupted', ['1 deployed old', '2 pending-upgrade new upgrade'], {}, 'resume version=2 action=upgrade'],
    ['ours, interrupted, and Git moved on', ['1 deployed old', '2 pending-upgrade older upgrade'], {}, 'unlock version=2'],
    ['ours, being uninstalled', ['1 uninstalling new uninstall'], {}, 'resume version=1 action=uninstall'],
    ['locked by somebody', ['1 pending-upgrade - @900000'], {}, 'wait until=1200000 reason=locked version=1'],
    ['left locked by somebody', ['1 pending-install - @600000'], {}, 'unlock version=1'],
    ['superseded without a successor', ['1 superseded new'], {}, 'begin action=upgrade version=2 number=1'],
    ['an unknown status', ['1 unknown -'], {}, 'begin action=upgrade version=2 number=1'],
  ])('%s', (_name, stored, more, expected) => expect(short(act(stored, more))).toBe(expected));
});

describe('failures', () => {
  const failed = ['1 deployed old', '2 failed new #1 @999500'];
  test.each<[string, readonly string[], Parameters<typeof act>[1], string]>([
    ['wait before the next try', failed, {}, 'wait until=1000500 reason=backoff version=2'],
    ['try again in time', ['1 deployed old', '2 failed new #1 @999000'], {}, 'begin action=upgrade version=3 number=2'],
    ['a person asks', failed, { wish: { again: true } }, 'begin action=upgrade version=3 number=2'],
    ['another revision', failed, { wish: { digest: 'newer' } }, 'begin action=upgrade version=3 number=1'],
    ['the budget is used up', ['1 deployed old', '2 failed new #3'], { policy: { limit: 2 } }, 'exhausted version=2 tests=false'],
    ['pin', failed, { policy: { onFailure: 'pin' } }, 'rollback version=3 to=1'],
    ['pin with tries left goes back at once', failed, { policy: { onFailure: 'pin', limit: 1 } }, 'rollback version=3 to=1'],
    [
      'and waits there for its time',
      ['1 superseded old', '2 failed new #1 @999500', '3 deployed old rollback'],
      { policy: { onFailure: 'pin', limit: 1 } },
      'wait until=1000500 reason=backoff version=2',
    ],
    [
      'and tries again',
      ['1 superseded old', '2 failed new #1 @0', '3 deployed old rollback'],
      { policy: { onFailure: 'pin', limit: 1 } },
      'begin action=upgrade version=4 number=2',
    ],
    [
      'until its tries are used up',
      ['2 failed new #1 @0', '3 superseded old rollback', '4 failed new #2 @0', '5 deployed old rollback'],
      { policy: { onFailure: 'pin', limit: 1 } },
      'pinned version=5 revert=false',
    ],
    ['revert', failed, { policy: { onFailure: 'revert' } }, 'rollback version=3 to=1'],
    ['keepFailed', failed, { policy: { onFailure: 'pin', keepFailed: true } }, 'exhausted version=2 tests=false'],
    [
      'pinned',
      ['1 superseded old', '2 failed new', '3 deployed old rollback'],
      { policy: { onFailure: 'pin' } },
      'pinned version=3 revert=false',
    ],
    [
      'pinned, to be reverted',
      ['1 superseded old', '2 failed new', '3 deployed old rollback'],
      { policy: { onFailure: 'revert' } },
      'pinned version=3 revert=true',
    ],
    [
      'pinned until Git moves',
      ['1 superseded old', '2 failed new', '3 deployed old rollback'],
      { wish: { digest: 'newer' } },
      'begin action=upgrade version=4 number=1',
    ],
    [
      'a rollback that was interrupted',
      ['1 deployed old', '2 failed new', '3 pending-rollback old rollback'],
      {},
      'resume version=3 action=rollback',
    ],
    ['a first install, given up', ['1 failed new install #1'], { policy: { limit: 0 } }, 'uninstall version=1'],
    ['a first install, kept', ['1 failed new install #1'], { policy: { limit: 0, keepFailed: true } }, 'exhausted version=1 tests=false'],
    ['a first install, uninstalled', ['1 uninstalled new uninstall'], {}, 'exhausted version=1 tests=false'],
    ['an install, to be made anew', ['1 failed new install #1'], anew(1), 'uninstall version=1 again=1'],
    ['and waited for', ['1 uninstalled new reinstall #1 @999500'], anew(1), 'wait until=1000500 reason=backoff version=1'],
    ['and made anew', ['1 uninstalled new reinstall #1 @900000'], anew(1), 'begin action=install version=2 number=2'],
    ['until its tries are used up', ['1 uninstalled new reinstall #1', '2 failed new install #2'], anew(1), 'uninstall version=2'],
    ['Git moves meanwhile', ['1 uninstalled old reinstall #3 @999999'], anew(1), 'begin action=install version=2 number=1'],
    ['ours, being uninstalled to be made anew', ['1 uninstalling old reinstall #1'], {}, 'resume version=1 action=reinstall'],
    ['an upgrade that failed for good is made anew', failed, anew(0), 'uninstall version=2 again=0'],
    ['once', ['3 failed new install #1'], { policy: { ...anew(0).policy, keepFailed: true } }, 'exhausted version=3 tests=false'],
    ['a chart of another name', ['1 deployed old'], { ...anew(0), wish: { renamed: true } }, 'uninstall version=1 again=0'],
    ['a chart of another name, in place', ['1 deployed old'], { wish: { renamed: true } }, 'begin action=upgrade version=2 number=1'],
    [
      'a chart of another name, of somebody',
      ['1 deployed -'],
      { ...anew(0), wish: { renamed: true } },
      'begin action=upgrade version=2 number=1',
    ],
    ['tests failed, to be repeated', ['1 deployed new failed #1 @999500'], {}, 'wait until=1000500 reason=testBackoff version=1'],
    ['tests failed, repeated', ['1 deployed new failed #1 @900000'], {}, 'test version=1'],
    ['tests failed for good', ['1 deployed new failed #1'], { policy: { limit: 0 } }, 'exhausted version=1 tests=true'],
    [
      'tests failed and there is something to go back to',
      ['1 superseded old passed', '2 deployed new failed #1'],
      { policy: { onFailure: 'pin' } },
      'rollback version=3 to=1',
    ],
  ])('%s', (_name, stored, more, expected) => expect(short(act(stored, more))).toBe(expected));
});

test('whatever is stored, there is an answer, and no revision number is used twice', () => {
  const statuses = ['unknown', 'deployed', 'uninstalled', 'superseded', 'failed', 'uninstalling', 'pending-install', 'pending-rollback'];
  const digests = ['new', 'old', '-'];
  for (const first of statuses)
    for (const second of statuses)
      for (const a of digests)
        for (const b of digests)
          for (const onFailure of ['retry', 'pin', 'revert'] as const) {
            const found = act([`4 ${first} ${a} failed`, `7 ${second} ${b} untested`], { policy: { onFailure, limit: 1 } });
            if (found.kind === 'begin' || found.kind === 'rollback') expect(found.version).toBe(8);
            else expect(found.version).toBe(7);
          }
});
