/**
 * What marks an object as a hook or a test: Helm's annotations, Argo CD's, our own. The same meaning wherever the object comes from.
 * Sources: Helm 4 pkg/release/v1/util/manifest_sorter.go; Argo CD gitops-engine/pkg/sync/hook, pkg/sync/common/types.go.
 */
import { type KubeObject, getKey } from '../object/index.ts';

export interface HookMark {
  /** In Helm's words, and `sync-fail`, which only Argo CD has. */
  readonly events: readonly string[];
  readonly weight: number;
  /** In Helm's words. */
  readonly deletePolicies: readonly string[];
  readonly outputLogPolicies: readonly string[];
}

/** On a Job or Pod of any App: it is a test, run after a deployment. */
export const testAnnotation = 'lockstep.dev/test';

const helmEvents: ReadonlyMap<string, string> = new Map(
  'pre-install,post-install,pre-delete,post-delete,pre-upgrade,post-upgrade,pre-rollback,post-rollback,test'
    .split(',')
    .map((event): [string, string] => [event, event])
    .concat([['test-success', 'test']]),
);

/** Argo CD knows no difference between installing and upgrading. `Sync` is no moment of its own: such an object is applied with the others, in its wave. */
const argoEvents: ReadonlyMap<string, readonly string[]> = new Map([
  ['PreSync', ['pre-install', 'pre-upgrade']],
  ['PostSync', ['post-install', 'post-upgrade']],
  ['SyncFail', ['sync-fail']],
  ['PreDelete', ['pre-delete']],
  ['PostDelete', ['post-delete']],
]);

const argoPolicies: ReadonlyMap<string, string> = new Map([
  ['HookSucceeded', 'hook-succeeded'],
  ['HookFailed', 'hook-failed'],
  ['BeforeHookCreation', 'before-hook-creation'],
]);

const textOf = (object: KubeObject, key: string): string | undefined => getKey(object.metadata.annotations ?? {}, key);

const words = (text: string | undefined): readonly string[] =>
  (text ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');

const integer = (text: string | undefined): number => (text !== undefined && /^[-+]?\d{1,9}$/.test(text.trim()) ? Number(text) : 0);

/** Undefined: an object like any other. Helm's mark wins over Argo CD's, as it does nowhere else but here. */
export function hookMarkOf(object: KubeObject): HookMark | undefined {
  const helm = words(textOf(object, 'helm.sh/hook')).flatMap((word) => helmEvents.get(word.toLowerCase()) ?? []);
  if (helm.length > 0) {
    return {
      events: [...new Set(helm)],
      weight: integer(textOf(object, 'helm.sh/hook-weight')),
      deletePolicies: words(textOf(object, 'helm.sh/hook-delete-policy')).map((word) => word.toLowerCase()),
      outputLogPolicies: words(textOf(object, 'helm.sh/hook-output-log-policy')).map((word) => word.toLowerCase()),
    };
  }
  const events = words(textOf(object, 'argocd.argoproj.io/hook')).flatMap((word) => argoEvents.get(word) ?? []);
  if (events.length > 0) {
    const policies = words(textOf(object, 'argocd.argoproj.io/hook-delete-policy')).flatMap((word) => argoPolicies.get(word) ?? []);
    return { events, weight: integer(textOf(object, 'argocd.argoproj.io/sync-wave')), deletePolicies: policies, outputLogPolicies: [] };
  }
  return textOf(object, testAnnotation) === 'true' ? ownTest : undefined;
}

const ownTest: HookMark = Object.freeze({ events: ['test'], weight: 0, deletePolicies: [], outputLogPolicies: ['hook-failed'] });

/**
 * A Job or Pod of Argo CD's `Sync`: it runs with each revision, in its wave. With a policy: only one that it deletes; `HookSucceeded`, once its revision is
 * through.
 */
export const isSyncRun = (object: KubeObject, policy?: 'HookSucceeded'): boolean =>
  (object.kind === 'Job' || object.kind === 'Pod') &&
  words(textOf(object, 'argocd.argoproj.io/hook')).includes('Sync') &&
  hookMarkOf(object) === undefined &&
  (policy === undefined || words(textOf(object, 'argocd.argoproj.io/hook-delete-policy')).includes(policy));

/** Argo CD's way to say that an object is not to be applied at all. */
export const isSkipped = (object: KubeObject): boolean => words(textOf(object, 'argocd.argoproj.io/hook')).includes('Skip');
