/** Running the test hooks of a release. Source: Helm 4 pkg/action/release_testing.go. */
import type { HookRecord, Release } from '../core/release/index.ts';
import { hooksOf as ordered } from '../core/release/hooks/index.ts';
import { splitManifest } from '../core/release/index.ts';
import { type PodLog, podLogs } from './hooks/pod-logs.ts';
import { runHooks } from './hooks/run-hooks.ts';
import { kubeVersionOf } from './install.ts';
import { ActionError } from './problem.ts';
import { history, type Stored, updateRecord } from './records.ts';
import type { Scene } from './scene.ts';
import { discover } from './served.ts';

export interface TestRequest {
  readonly name: string;
  /** Milliseconds each test may take. */
  readonly timeout: number;
  readonly wanted: (hook: HookRecord) => boolean;
  /** Logs of the test Pods are read before they are cleaned up. */
  readonly logs: boolean;
}

export interface Tested {
  readonly release: Release;
  readonly logs: readonly PodLog[];
  /** Why not all succeeded. */
  readonly failure?: string;
}

/** @throws ActionError when there is no release */
export async function testRelease(scene: Scene, request: TestRequest): Promise<Tested> {
  await kubeVersionOf(scene);
  const last = (await history(scene, request.name)).at(-1);
  if (last === undefined) throw new ActionError('release: not found');
  const isMeant = (hook: HookRecord): boolean => hook.events.includes('test') && request.wanted(hook);
  let current: Stored = last;
  const save = async (release: Release): Promise<void> => {
    current = await updateRecord(scene, current, release);
  };
  const round = new Date(scene.clock.now()).toISOString();
  const hooks = last.release.hooks.map((hook) => (isMeant(hook) ? { ...hook, lastRun: { phase: '' as const } } : hook));
  if (hooks.some(isMeant)) await save({ ...last.release, hooks });
  const logs: PodLog[] = [];
  const failure = await runHooks(scene, {
    served: await discover(scene.kube),
    event: 'test',
    timeout: request.timeout,
    only: isMeant,
    round,
    release: () => current.release,
    note: (change) => save(change(current.release)),
    ended: async () => void (request.logs && logs.push(...(await logsOf(scene, current.release.hooks.filter(isMeant))))),
  }).then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof ActionError) return error.message;
      throw error;
    },
  );
  return { release: current.release, logs, ...(failure === undefined ? {} : { failure }) };
}

async function logsOf({ kube, namespace }: Scene, hooks: readonly HookRecord[]): Promise<readonly PodLog[]> {
  const found: PodLog[] = [];
  for (const hook of ordered(hooks, 'test')) {
    const object = splitManifest(hook.manifest)[0]?.object;
    if (object === undefined) continue;
    const placed = { ...object, metadata: { ...object.metadata, namespace: object.metadata.namespace ?? namespace } };
    found.push(...(await podLogs({ client: kube }, placed, { whole: true })));
  }
  return found;
}
