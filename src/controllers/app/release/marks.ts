/**
 * What a release record says about the App that made it, in labels beside Helm's own. Helm copies labels from one revision to the next, so a proof binds
 * them to the revision they stand on (S20): a copied label proves nothing.
 */
import { getKey } from '../../../core/object/index.ts';
import { digestOf } from '../../../core/plan/digest/index.ts';
import type { AppId } from '../../../core/plan/owner/index.ts';
import type { Attempt, Release } from '../../../core/release/index.ts';

/** How far the work on a revision is: its hooks before, its objects, its hooks after, all done; or its hooks for failures. */
export type Stage = 'before' | 'objects' | 'after' | 'done' | 'failing';

export interface Marks {
  readonly attempt: Attempt;
  readonly stage: Stage;
  /** Word of the reason table, once it failed. */
  readonly reason?: string;
  /** How often its tests ran before, what came of them last, and whether they ever passed for this revision. */
  readonly tests: {
    readonly tries: number;
    readonly outcome: 'open' | 'passed' | 'failed';
    readonly asked?: string;
    readonly passed?: boolean;
  };
}

const names = {
  digest: 'lockstep.dev/release-digest',
  proof: 'lockstep.dev/release-proof',
  action: 'lockstep.dev/release-action',
  number: 'lockstep.dev/release-try',
  stage: 'lockstep.dev/release-stage',
  reason: 'lockstep.dev/release-reason',
  tests: 'lockstep.dev/release-tests',
  asked: 'lockstep.dev/release-tests-asked',
} as const;

/** A label holds 63 characters. */
const short = (text: string): string => text.replace(/^sha256:/, '').slice(0, 40);

/** The digest of a render as it stands in a label, and in `Wish`. */
export const labelDigest = short;

const proofOf = (app: AppId, release: Pick<Release, 'name' | 'namespace' | 'version'>, { digest, action, number }: Attempt): string =>
  short(digestOf([app.installation, app.namespace, app.name, release.namespace, release.name, release.version, digest, action, number]));

/** The labels of a record with these marks instead of those it has. */
export function withMarks(release: Release, app: AppId, marks: Marks): Release {
  const ours: ReadonlySet<string> = new Set(Object.values(names));
  const kept = Object.entries(release.labels).filter(([key]) => !ours.has(key));
  const { attempt, stage, reason, tests } = marks;
  const own: readonly (readonly [string, string])[] = [
    [names.digest, attempt.digest],
    [names.action, attempt.action],
    [names.number, String(attempt.number)],
    [names.proof, proofOf(app, release, attempt)],
    [names.stage, stage],
    ...(reason === undefined ? [] : [[names.reason, reason] as const]),
    [names.tests, `${tests.outcome}.${tests.tries}${tests.passed === true ? '.passed' : ''}`],
    ...(tests.asked === undefined ? [] : [[names.asked, tests.asked] as const]),
  ];
  return { ...release, labels: Object.fromEntries([...kept, ...own]) };
}

const actions: ReadonlySet<string> = new Set<Attempt['action']>(['install', 'upgrade', 'rollback', 'uninstall', 'reinstall']);
const stages: ReadonlySet<string> = new Set<Stage>(['before', 'objects', 'after', 'done', 'failing']);

/** The marks of this App on a record; undefined when another made it, whatever its labels say. */
export function marksOf(
  labels: Readonly<Record<string, string>>,
  app: AppId,
  release: Pick<Release, 'name' | 'namespace' | 'version'>,
): Marks | undefined {
  const text = (key: keyof typeof names): string => getKey(labels, names[key]) ?? '';
  const attempt = { digest: text('digest'), action: text('action') as Attempt['action'], number: Number(text('number')) };
  if (!actions.has(attempt.action) || !Number.isSafeInteger(attempt.number)) return undefined;
  if (text('proof') !== proofOf(app, release, attempt)) return undefined;
  const [outcome = '', tries = '', passed = ''] = text('tests').split('.');
  const [reason, asked] = [text('reason'), text('asked')];
  return {
    attempt,
    stage: stages.has(text('stage')) ? (text('stage') as Stage) : 'before',
    ...(reason === '' ? {} : { reason }),
    tests: {
      tries: Number(tries) || 0,
      outcome: outcome === 'passed' || outcome === 'failed' ? outcome : 'open',
      ...(passed === 'passed' ? { passed: true } : {}),
      ...(asked === '' ? {} : { asked }),
    },
  };
}
