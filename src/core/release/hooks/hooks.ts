/**
 * How hooks run: one after the other, by weight, each exactly once per run. The object itself is the lock: it carries the run it belongs to, so that after a
 * crash it is awaited and never made again (S20). Source of the order and the policies: Helm 4 pkg/action/hooks.go.
 */
import { type KubeObject, getKey } from '../../object/index.ts';
import { finishOf } from './finish.ts';
import type { HookRecord, HookRun } from '../record.ts';

/** On a hook's object: the run it belongs to. */
export const hookRunAnnotation = 'lockstep.dev/hook-run';

type Ordered = Pick<HookRecord, 'weight' | 'name' | 'events'>;

/** The hooks of an event in the order they run: by weight, then by name; the order of kinds they come in decides between equals. */
export const hooksOf = <H extends Ordered>(hooks: readonly H[], event: string): readonly H[] =>
  hooks
    .filter(({ events }) => events.includes(event))
    .toSorted((a, b) => a.weight - b.weight || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));

/** Without a policy of its own a hook is deleted before it is made again. CustomResourceDefinitions never are. */
export function deletesWhen(
  hook: Pick<HookRecord, 'deletePolicies' | 'kind'>,
  when: 'before-hook-creation' | 'hook-succeeded' | 'hook-failed',
): boolean {
  if (hook.kind === 'CustomResourceDefinition') return false;
  return hook.deletePolicies.length === 0 ? when === 'before-hook-creation' : hook.deletePolicies.includes(when);
}

export interface HookScene {
  /** Identifies this run of this hook. */
  readonly run: string;
  readonly live: KubeObject | null;
  /** For a Job: its Pods. */
  readonly pods: readonly KubeObject[];
  /** What is recorded of this run so far. */
  readonly recorded: HookRun;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Milliseconds it may take. */
  readonly timeout: number;
}

export type HookStep =
  /** Done, as recorded. */
  | { readonly do: 'next' }
  | { readonly do: 'create' }
  /** An object of an earlier run is in the way. */
  | { readonly do: 'delete'; readonly uid: string }
  | { readonly do: 'awaitGone' }
  /** It runs; recorded or not. */
  | { readonly do: 'await'; readonly message: string; readonly until: number }
  | { readonly do: 'record'; readonly phase: 'Running' | 'Succeeded' | 'Failed'; readonly message: string }
  | { readonly do: 'fail'; readonly message: string };

/** The next step of one hook. */
export function hookStep(hook: HookRecord, scene: HookScene): HookStep {
  const { recorded, live, run } = scene;
  if (recorded.phase === 'Succeeded') return { do: 'next' };
  if (recorded.phase === 'Failed') return { do: 'fail', message: failureOf(scene) };
  if (live === null) {
    if (recorded.phase === 'Running' && goesByItself(hook)) return { do: 'record', phase: 'Succeeded', message: '' };
    if (recorded.phase === 'Running') return { do: 'record', phase: 'Failed', message: 'it was deleted before its end was seen' };
    return { do: 'create' };
  }
  if (getKey(live.metadata.annotations ?? {}, hookRunAnnotation) !== run) return inTheWay(hook, live);
  return runningStep(live, scene);
}

/**
 * A Job that Kubernetes removes once it has ended (`ttlSecondsAfterFinished`) may be gone before anybody looked: nobody saw it fail (helm-controller: a
 * missing Job with a TTL counts as current).
 */
const goesByItself = ({ kind, manifest }: HookRecord): boolean => kind === 'Job' && /\bttlSecondsAfterFinished"?\s*:/.test(manifest);

/** Why it failed, as far as its object still tells. */
function failureOf({ live, run, pods }: HookScene): string {
  if (live === null || getKey(live.metadata.annotations ?? {}, hookRunAnnotation) !== run) return 'it failed';
  const finish = finishOf(live, pods);
  return finish.state === 'failed' ? finish.message : 'it failed';
}

function inTheWay(hook: HookRecord, live: KubeObject): HookStep {
  if (live.metadata.deletionTimestamp !== undefined) return { do: 'awaitGone' };
  if (deletesWhen(hook, 'before-hook-creation')) return { do: 'delete', uid: live.metadata.uid ?? '' };
  return { do: 'record', phase: 'Failed', message: `${hook.kind} ${hook.name} already exists` };
}

function runningStep(live: KubeObject, { recorded, pods, now, timeout }: HookScene): HookStep {
  const finish = finishOf(live, pods);
  if (finish.state === 'succeeded') return { do: 'record', phase: 'Succeeded', message: '' };
  if (finish.state === 'failed') return { do: 'record', phase: 'Failed', message: finish.message };
  const started = Date.parse(live.metadata.creationTimestamp ?? '') || now;
  const until = started + timeout;
  if (now >= until)
    return { do: 'record', phase: 'Failed', message: `it did not end within ${Math.round(timeout / 1000)} s: ${finish.message}` };
  if (recorded.phase !== 'Running') return { do: 'record', phase: 'Running', message: '' };
  return { do: 'await', message: finish.message, until };
}
