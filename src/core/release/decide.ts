/**
 * What has to be done about a release. Pure and total: whatever is stored and wished for, the answer is one action, and every waiting has a moment at which
 * it ends. Source of the states: helm-controller internal/reconcile/state.go; of the statuses: Helm 4 pkg/release/common/status.go.
 */
import { isPending, type ReleaseStatus } from './record.ts';

/** What was undertaken with a revision of ours. */
export interface Attempt {
  /** Digest of what it was to be. */
  readonly digest: string;
  /** `reinstall`: it is uninstalled, to be installed anew. */
  readonly action: 'install' | 'upgrade' | 'rollback' | 'uninstall' | 'reinstall';
  /** Counts the tries of one digest from 1; of a `reinstall`: those before it. */
  readonly number: number;
}

/** One stored revision, as far as it matters here. */
export interface Revision {
  readonly version: number;
  readonly status: ReleaseStatus;
  /** Milliseconds since the epoch at which its record changed last. */
  readonly at: number;
  /** Absent: it was not made by this App (S20). */
  readonly attempt?: Attempt;
  /** `untested`: a test that is to run has not ended. */
  readonly tests: 'none' | 'untested' | 'passed' | 'failed';
  /** Its tests passed once: what fails later is not the revision's fault. */
  readonly passedBefore: boolean;
  /** How often its tests ran. */
  readonly testTries: number;
}

export interface Wish {
  /** Digest of what the App's revision renders. */
  readonly digest: string;
  /** Whether a failed test is a failure of the revision. */
  readonly tests: boolean;
  /** The newest revision is of a chart of another name. */
  readonly renamed: boolean;
  /** A person asks for another try now. */
  readonly again: boolean;
}

/** Cases in which a release is uninstalled and installed anew, instead of being upgraded. */
export type Reinstall = 'installFailed' | 'upgradeFailed' | 'chartRenamed';

export interface Policy {
  readonly onFailure: 'retry' | 'pin' | 'revert';
  /** How many retries of one digest; -1: without end. */
  readonly limit: number;
  /** Milliseconds before the n-th retry, from 1. */
  readonly backoff: (retry: number) => number;
  readonly reinstall: ReadonlySet<Reinstall>;
  /** What a failed first install made stays. */
  readonly keepFailed: boolean;
  /** Otherwise what a failed first install made stays, too: before its first record it may have run for years. */
  readonly removesFailedInstall: boolean;
  /** Milliseconds after which a revision that somebody else left pending counts as given up. */
  readonly patience: number;
  readonly now: number;
}

export type Action =
  /** Begin revision `version`. `why` for people. */
  | {
      readonly kind: 'begin';
      readonly action: 'install' | 'upgrade';
      readonly version: number;
      readonly number: number;
      readonly why: string;
    }
  /** Go on with the revision that is pending. */
  | { readonly kind: 'resume'; readonly version: number; readonly action: Attempt['action'] }
  /** A pending revision that nobody carries on: it is recorded as failed. */
  | { readonly kind: 'unlock'; readonly version: number; readonly why: string }
  | { readonly kind: 'test'; readonly version: number }
  /** The release is as wished for; what differs in the cluster is drift from its stored manifest. */
  | { readonly kind: 'correct'; readonly version: number }
  /** Nothing before `until`. */
  | { readonly kind: 'wait'; readonly until: number; readonly reason: 'locked' | 'backoff' | 'testBackoff'; readonly version: number }
  | { readonly kind: 'rollback'; readonly version: number; readonly to: number; readonly why: string }
  /** A first install that failed for good and is not to be kept; or, with `again`, a release that is installed anew after so many tries. */
  | { readonly kind: 'uninstall'; readonly version: number; readonly again?: number }
  /** The failing revision is held back: the release stays at `version`. */
  | { readonly kind: 'pinned'; readonly version: number; readonly revert: boolean }
  /** Failed for good; only another revision or a person changes that. */
  | { readonly kind: 'exhausted'; readonly version: number; readonly tests: boolean };

/** `revisions`: ascending by version. */
export function decideRelease(revisions: readonly Revision[], wish: Wish, policy: Policy): Action {
  const last = revisions.at(-1);
  if (last === undefined || last.status === 'uninstalled') return decideAbsent(revisions, { wish, policy });
  if (isPending(last.status) || last.status === 'uninstalling') return decidePending(last, revisions, { wish, policy });
  if (wish.renamed && last.attempt !== undefined && policy.reinstall.has('chartRenamed'))
    return { kind: 'uninstall', version: last.version, again: 0 };
  const mine = last.attempt?.digest === wish.digest;
  if (last.status === 'failed' && mine) return decideFailed(last, revisions, { wish, policy, tests: false });
  if (last.status === 'deployed' && mine) return decideDeployed(last, revisions, { wish, policy });
  const rejected = wish.again ? undefined : rejectedBefore(last, revisions, wish);
  if (rejected !== undefined) return decideRejected(last, rejected, policy);
  return begin('upgrade', last, upgradeReason(last));
}

interface Scene {
  readonly wish: Wish;
  readonly policy: Policy;
}

const begin = (action: 'install' | 'upgrade', last: Revision | undefined, why: string, number = 1): Action => ({
  kind: 'begin',
  action,
  version: (last?.version ?? 0) + 1,
  number,
  why,
});

const upgradeReason = (last: Revision): string =>
  last.attempt === undefined
    ? `revision ${last.version} was not made by this App`
    : `revision ${last.version} (${last.status}) is not what Git says`;

/** Nothing there, or uninstalled: by somebody, or by us because its install failed for good, or in order to install it anew. */
function decideAbsent(revisions: readonly Revision[], { wish, policy }: Scene): Action {
  const last = revisions.at(-1);
  if (last?.attempt?.action === 'reinstall') return decideAnew(last, last.attempt, { wish, policy });
  const gaveUp = last?.attempt?.digest === wish.digest && last.attempt.action === 'uninstall';
  if (gaveUp && !wish.again) return { kind: 'exhausted', version: last?.version ?? 0, tests: false };
  return begin('install', last, last === undefined ? 'there is no release yet' : 'the release was uninstalled');
}

function decideAnew(last: Revision, { digest, number }: Attempt, { wish, policy }: Scene): Action {
  const tries = digest === wish.digest ? number : 0;
  const until = tries === 0 || wish.again ? 0 : last.at + policy.backoff(tries);
  if (policy.now < until) return { kind: 'wait', until, reason: 'backoff', version: last.version };
  return begin('install', last, 'it is installed anew', tries + 1);
}

function decidePending(last: Revision, revisions: readonly Revision[], { wish, policy }: Scene): Action {
  const { attempt, version } = last;
  if (attempt === undefined) {
    const until = last.at + policy.patience;
    if (policy.now < until) return { kind: 'wait', until, reason: 'locked', version };
    return { kind: 'unlock', version, why: `nobody went on with it for ${Math.round(policy.patience / 1000)} s` };
  }
  if (attempt.digest === wish.digest) return { kind: 'resume', version, action: attempt.action };
  const rejected = revisions.some((each) => each.status === 'failed' && each.attempt?.digest === wish.digest);
  if (attempt.action === 'rollback' && rejected) return { kind: 'resume', version, action: 'rollback' };
  if (attempt.action === 'uninstall' || attempt.action === 'reinstall') return { kind: 'resume', version, action: attempt.action };
  return { kind: 'unlock', version, why: 'a newer revision came in between' };
}

function decideDeployed(last: Revision, revisions: readonly Revision[], { wish, policy }: Scene): Action {
  const { version, tests } = last;
  if (tests === 'untested') return { kind: 'test', version };
  if (!wish.tests || last.passedBefore || tests === 'none' || tests === 'passed') return { kind: 'correct', version };
  return decideFailed(last, revisions, { wish, policy, tests: true });
}

/** A revision, or its tests, failed: another try, its time, or the end. */
function decideFailed(
  last: Revision,
  revisions: readonly Revision[],
  { wish, policy, tests }: Scene & { readonly tests: boolean },
): Action {
  const { version, attempt } = last;
  const tries = tests ? last.testTries : (attempt?.number ?? 1);
  const again: Action = tests ? { kind: 'test', version } : begin('upgrade', last, `try ${tries + 1} after a failure`, tries + 1);
  if (wish.again) return again;
  const limit = limitOf(policy);
  if (limit === -1 || tries <= limit) {
    if (!tests && attempt?.action === 'install' && policy.reinstall.has('installFailed'))
      return { kind: 'uninstall', version, again: tries };
    // Between two tries a release that can go back does: nobody lives with a broken revision for as long as a pause lasts.
    const good = tests || policy.onFailure === 'retry' || policy.keepFailed ? undefined : lastGood(revisions, last);
    if (good !== undefined) return { kind: 'rollback', version: version + 1, to: good.version, why: `revision ${version} failed` };
    const until = last.at + policy.backoff(tries);
    return policy.now < until ? { kind: 'wait', until, reason: tests ? 'testBackoff' : 'backoff', version } : again;
  }
  return giveUp(last, revisions, { policy, tests });
}

/** Whoever wants to fall back does not want to try without end first. */
const limitOf = ({ limit, onFailure }: Policy): number => (limit === -1 && onFailure !== 'retry' ? 0 : limit);

function giveUp(
  last: Revision,
  revisions: readonly Revision[],
  { policy, tests }: { readonly policy: Policy; readonly tests: boolean },
): Action {
  const { version } = last;
  const good = lastGood(revisions, last);
  if (good === undefined) {
    const firstInstall = revisions.every(({ status }) => status === 'failed' || status === 'uninstalled');
    return firstInstall && policy.removesFailedInstall && !policy.keepFailed
      ? { kind: 'uninstall', version }
      : { kind: 'exhausted', version, tests };
  }
  if (!tests && policy.reinstall.has('upgradeFailed')) return { kind: 'uninstall', version, again: 0 };
  if (policy.onFailure === 'retry' || policy.keepFailed) return { kind: 'exhausted', version, tests };
  return { kind: 'rollback', version: version + 1, to: good.version, why: `revision ${version} failed` };
}

/** The newest revision before `last` that was deployed, of another content. */
function lastGood(revisions: readonly Revision[], last: Revision): Revision | undefined {
  return revisions.findLast(
    (each) =>
      each.version < last.version &&
      (each.status === 'deployed' || each.status === 'superseded') &&
      each.tests !== 'failed' &&
      (each.attempt === undefined || each.attempt.digest !== last.attempt?.digest),
  );
}

/** The failed revision of what is wished for that the newest one was rolled back from. */
function rejectedBefore(last: Revision, revisions: readonly Revision[], wish: Wish): Revision | undefined {
  if (last.status !== 'deployed' || last.attempt?.action !== 'rollback') return undefined;
  return revisions.findLast(
    (each) => each.attempt?.digest === wish.digest && (each.status === 'failed' || each.tests === 'failed') && each.version < last.version,
  );
}

/** What was rolled back from is tried again as often as allowed; then the release stays where it is until Git moves or a person asks. */
function decideRejected(last: Revision, rejected: Revision, policy: Policy): Action {
  const tries = rejected.attempt?.number ?? 1;
  if (rejected.status !== 'failed' || tries > limitOf(policy))
    return { kind: 'pinned', version: last.version, revert: policy.onFailure === 'revert' };
  const until = rejected.at + policy.backoff(tries);
  if (policy.now < until) return { kind: 'wait', until, reason: 'backoff', version: rejected.version };
  return begin('upgrade', last, `try ${tries + 1} after a failure`, tries + 1);
}
