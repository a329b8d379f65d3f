/**
 * What Helm's commands do to a cluster, and the running of hooks, which the controllers share.
 * In: a client, charts, records. Out: releases, installed, upgraded, rolled back, tested, gone; what failed, in Helm's words. Never: reads files, prints.
 */
export { clientPatch, united } from './client-patch.ts';
export { formatLogs, type PodLog } from './hooks/pod-logs.ts';
export { type HookEnd, HookRunner } from './hooks/hook-runner.ts';
export { install, type RenderAs, type Renderer } from './install.ts';
export { preview } from './preview.ts';
export { ActionError } from './problem.ts';
export { history } from './records.ts';
export { type LiveResources, liveResources } from './resources.ts';
export { rollback } from './rollback.ts';
export type { Scene, WaitStrategy } from './scene.ts';
export type { Served } from './served.ts';
export { testRelease } from './testing.ts';
export { uninstall } from './uninstall.ts';
export type { ServerSide } from './sides.ts';
export { type Reuse, upgrade } from './upgrade.ts';
