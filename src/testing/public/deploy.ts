/** Delivering into a world: an App of the folder as it is now, carried out by the controllers that run in production. */
import { basename, resolve } from 'node:path';
import { getCondition } from '../../api/index.ts';
import { SYSTEM_NAMESPACE } from '../../api/install/index.ts';
import { delivered, isReady, troubleOf } from '../../app/rehearsal/index.ts';
import type { JsonObject } from '../../core/object/index.ts';
import type * as api from './api.d.ts';
import { spanOf, TestWorld } from './world.ts';

const PATIENCE = '10m';

export async function deploy(world: api.World, delivery: api.Delivery): Promise<api.Deployed> {
  if (!(world instanceof TestWorld)) throw new TypeError('deploy() takes what world() returned');
  const { wait = true, timeout = PATIENCE } = delivery;
  const name = delivery.name ?? basename(resolve(delivery.path));
  const { stage, recorder } = world;
  const began = stage.clock.monotonic();
  await put(world, name, delivery);
  // Whoever has something new to do is not ready any more after this.
  await stage.quiet();
  const fresh = (): boolean => {
    const app = recorder.apps.get(SYSTEM_NAMESPACE, name);
    return app !== undefined && isReady(app);
  };
  const end = began + spanOf(timeout);
  while (wait && !fresh()) if (!(await stage.step(end))) break;
  const result = await resultOf(world, name, began);
  if (wait && !result.ready) throw new Error(`${name} does not get ready: ${await whyOf(world, name)}`);
  return result;
}

async function put(
  world: TestWorld,
  name: string,
  { path, namespace = 'default', values, valueFiles, spec = {} }: api.Delivery,
): Promise<void> {
  const url = `https://folder.invalid/${name}.git`;
  await world.publish(url, path);
  const metadata = { name, namespace: SYSTEM_NAMESPACE };
  const helm = {
    ...(values === undefined ? {} : { values: values as JsonObject }),
    ...(valueFiles === undefined ? {} : { valueFiles: [...valueFiles] }),
  };
  await world.stage.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  await world.stage.put({ apiVersion: 'lockstep.dev/v1', kind: 'Source', metadata, spec: { git: { url, ref: { branch: 'main' } } } });
  await world.stage.put({
    apiVersion: 'lockstep.dev/v1',
    kind: 'App',
    metadata,
    spec: {
      source: { name },
      target: { namespace },
      ...(Object.keys(helm).length === 0 ? {} : { build: { helm } }),
      ...(spec as JsonObject),
    },
  });
}

async function resultOf({ stage, recorder }: TestWorld, name: string, began: number): Promise<api.Deployed> {
  const key = `${SYSTEM_NAMESPACE}/${name}`;
  const [found] = await delivered(stage.admin, recorder, (one) => one === key);
  const ready = getCondition(found?.app.status?.conditions, 'Ready');
  const live = (found?.objects ?? []).flatMap(({ live: object }) => (object === undefined ? [] : [object]));
  const uids = new Set(live.map(({ metadata }) => metadata.uid));
  return {
    ready: found?.ready === true,
    reason: ready?.reason ?? 'New',
    message: ready?.message ?? 'it has not been looked at yet',
    took: stage.clock.monotonic() - began,
    objects: live,
    restarts: recorder.restarts((uid) => (uids.has(uid) ? key : undefined)).get(key) ?? 0,
    tests: (found?.app.status?.tests ?? []).map(({ name: test, phase, message = '' }) => ({
      name: test,
      passed: phase === 'Succeeded',
      message,
    })),
  };
}

async function whyOf({ stage, recorder }: TestWorld, name: string): Promise<string> {
  const all = await delivered(stage.admin, recorder, (one) => one === `${SYSTEM_NAMESPACE}/${name}`);
  return troubleOf(all)
    .map(({ reason, message, hint }) => `${reason}: ${message}${hint === '' ? '' : ` → ${hint}`}`)
    .join('; ');
}
