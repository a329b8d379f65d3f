/** Runs the hooks of one moment to their end, for an action that has nothing else to do meanwhile. Source: Helm 4 pkg/action/hooks.go. */
import type { ObjectRef } from '../../core/object/index.ts';
import { digestOf } from '../../core/plan/digest/index.ts';
import type { HookRecord, HookRun, Release } from '../../core/release/index.ts';
import type { KubeClient } from '../../ports/index.ts';
import { err, ok } from '../../std/index.ts';
import { ActionError } from '../problem.ts';
import { helmManager, type Scene } from '../scene.ts';
import type { Served } from '../served.ts';
import { runStatus } from '../wait.ts';
import { type HookEnd, type HookObjects, HookRunner } from './hook-runner.ts';

const pause = 500;

export interface HooksRequest {
  readonly served: Served;
  readonly event: string;
  /** Milliseconds each may take. */
  readonly timeout: number;
  /** Of these only; all of the event without it. */
  readonly only?: (hook: HookRecord) => boolean;
  /** Tells the runs of one revision apart, for what may run more than once. */
  readonly round?: string;
  /** The release as it is now, and how a change of it is kept. */
  readonly release: () => Release;
  readonly note: (change: (release: Release) => Release) => Promise<void>;
  readonly ended?: () => Promise<void>;
}

/** @throws ActionError as Helm says it when one fails */
export async function runHooks(scene: Scene, request: HooksRequest): Promise<void> {
  const { clock, signal } = scene;
  for (;;) {
    const ended = await runnerOf(scene, request).run();
    switch (ended.state) {
      case 'done':
        return;
      case 'error':
        if (ended.error.code === 409) break;
        throw new ActionError(ended.error.message);
      case 'failed':
        throw new ActionError(failureText(ended, request.event, scene.namespace));
      case 'waiting':
        if (signal.aborted) throw new ActionError('context canceled');
        scene.progress(`${request.event} hook ${ended.about}: ${ended.message}`);
    }
    await clock.sleep(pause, signal);
  }
}

function runnerOf(scene: Scene, request: HooksRequest): HookRunner {
  const { kube, clock, namespace } = scene;
  const release = request.release();
  const { only, event, timeout, round = '' } = request;
  return new HookRunner(
    { client: kube, served: request.served, live: direct, clock },
    {
      stamp: (object) => object,
      fieldManager: helmManager,
      namespace,
      hooks: only === undefined ? release.hooks : release.hooks.filter(only),
      event,
      run: digestOf([namespace, release.name, release.version, event, round]).slice(7, 39),
      timeout: () => timeout,
      stopsAtFailure: true,
      note: async (hook, run) => {
        await request.note((now) => ({ ...now, hooks: now.hooks.map((each) => (isSame(each, hook) ? { ...each, lastRun: run } : each)) }));
        return undefined;
      },
      told: (hook, { state, logs }) => {
        const asked = hook.outputLogPolicies.includes(state === 'failed' ? 'hook-failed' : 'hook-succeeded');
        if (asked && logs !== undefined) scene.logs(logs);
      },
      ...(request.ended === undefined ? {} : { ended: request.ended }),
    },
  );
}

const isSame = (a: HookRecord, b: HookRecord): boolean => a.name === b.name && a.kind === b.kind && a.path === b.path;

/** Nothing is remembered: each look asks the server. */
const direct: HookObjects = {
  read: async (client: KubeClient, resource, ref: ObjectRef) => {
    const found = await client.get(resource, ref.namespace, ref.name);
    if (found.ok) return ok(found.value);
    return found.error.code === 404 ? ok(null) : err(found.error);
  },
  wrote: () => undefined,
  deleted: () => undefined,
};

function failureText({ hook, message, seen }: Extract<HookEnd, { state: 'failed' }>, event: string, namespace: string): string {
  if (seen === undefined) return `warning: Hook ${event} ${hook.path} failed: ${message}`;
  const status = runStatus(seen);
  const what = `resource ${hook.kind}/${seen.metadata.namespace ?? namespace}/${hook.name}`;
  if (status.status === 'Failed') return `${what} not ready. status: Failed, message: ${status.message}`;
  return `${what} not ready. status: ${status.status}, message: ${message}\ncontext deadline exceeded`;
}

/** Hooks of an event that ran at an earlier one are open again. */
export const reopened = (hooks: readonly HookRecord[], event: string): readonly HookRecord[] =>
  hooks.map((hook) => (hook.events.includes(event) && hook.lastRun.phase !== '' ? { ...hook, lastRun: open } : hook));

const open: HookRun = { phase: '' };
