/** Waiting until objects are ready or gone. Source: Helm 4 pkg/kube/statuswait.go (kstatus; a failed object ends the waiting). */
import { computeStatus, type KStatus } from '../core/health/kstatus/index.ts';
import { type KubeObject, isObject } from '../core/object/index.ts';
import { type Placed, readLive } from './objects.ts';
import { ActionError } from './problem.ts';
import type { Scene, WaitChoice } from './scene.ts';

const pause = 500;
/** Helm's own limit when none is given. */
const defaultTimeout = 30_000;

interface Found {
  readonly placed: Placed;
  readonly status: KStatus;
  readonly message: string;
}

/** @throws ActionError naming what did not become ready in time */
export async function waitReady(scene: Scene, objects: readonly Placed[], choice: WaitChoice): Promise<void> {
  if (choice.strategy === 'hookOnly') return;
  const awaited = objects.filter(({ object }) => !isPaused(object));
  const read = async (placed: Placed): Promise<Found> => {
    const live = await readLive(scene.kube, placed);
    if (live === null) return { placed, status: 'NotFound', message: 'Resource not found' };
    const jobs = choice.jobs && placed.ref.kind === 'Job' ? runStatus(live) : computeStatus(live, scene.clock.now());
    return { placed, status: jobs.status, message: jobs.message };
  };
  const left = await until(
    scene,
    { objects: awaited, timeout: choice.timeout, read },
    ({ status }) => status === 'Current' || status === 'Failed',
  );
  const bad = left.found.filter(({ status }) => status !== 'Current');
  if (bad.length > 0) throw new ActionError([...bad.map((one) => `${describe(one)} not ready. ${said(one)}`), ...left.ended].join('\n'));
}

/** @throws ActionError naming what is still there */
export async function waitGone(scene: Scene, objects: readonly Placed[], choice: WaitChoice): Promise<void> {
  if (choice.strategy === 'hookOnly') return;
  const read = async (placed: Placed): Promise<Found> => {
    const live = await readLive(scene.kube, placed);
    if (live === null) return { placed, status: 'NotFound', message: '' };
    const { status, message } = computeStatus(live, scene.clock.now());
    return { placed, status, message };
  };
  const left = await until(scene, { objects, timeout: choice.timeout, read }, ({ status }) => status === 'NotFound');
  const still = left.found.filter(({ status }) => status !== 'NotFound');
  if (still.length > 0)
    throw new ActionError([...still.map((one) => `${describe(one)} still exists. ${said(one)}`), ...left.ended].join('\n'));
}

interface Waiting {
  readonly objects: readonly Placed[];
  readonly timeout: number;
  readonly read: (placed: Placed) => Promise<Found>;
}

async function until(
  scene: Scene,
  { objects, timeout, read }: Waiting,
  done: (found: Found) => boolean,
): Promise<{ readonly found: readonly Found[]; readonly ended: readonly string[] }> {
  const { clock, signal } = scene;
  const end = clock.monotonic() + (timeout === 0 ? defaultTimeout : timeout);
  for (;;) {
    const found = await Promise.all(objects.map(read));
    const open = found.filter((one) => !done(one));
    if (open.length === 0) return { found, ended: [] };
    if (signal.aborted) return { found, ended: ['context canceled'] };
    if (clock.monotonic() >= end) return { found, ended: ['context deadline exceeded'] };
    const [first] = open;
    if (first !== undefined) scene.progress(`${describe(first)}: ${first.status}${first.message === '' ? '' : `, ${first.message}`}`);
    await clock.sleep(pause, signal);
  }
}

const describe = ({ placed: { ref } }: Found): string => `resource ${ref.kind}/${ref.namespace}/${ref.name}`;

const said = ({ status, message }: Found): string => `status: ${status}, message: ${message}`;

const isPaused = (object: KubeObject): boolean =>
  object.kind === 'Deployment' && isObject(object['spec']) && object['spec']['paused'] === true;

const numberOf = (value: unknown, otherwise: number): number => (typeof value === 'number' ? value : otherwise);

/** How a Job or Pod that is to end stands (Helm 4: internal/statusreaders). */
export function runStatus(object: KubeObject): { readonly status: KStatus; readonly message: string } {
  const spec = isObject(object['spec']) ? object['spec'] : {};
  const status = isObject(object['status']) ? object['status'] : {};
  if (object.kind === 'Pod') {
    const name = object.metadata.name ?? '';
    if (status['phase'] === 'Succeeded') return { status: 'Current', message: `pod ${name} succeeded` };
    if (status['phase'] === 'Failed') return { status: 'Failed', message: `pod ${name} failed` };
    return { status: 'InProgress', message: 'Pod in progress' };
  }
  const completions = numberOf(spec['completions'], numberOf(spec['parallelism'], 1));
  const holds = (type: string): boolean =>
    Array.isArray(status['conditions']) &&
    status['conditions'].some((one) => isObject(one) && one['type'] === type && one['status'] === 'True');
  if (holds('Complete'))
    return { status: 'Current', message: `Job Completed. succeeded: ${numberOf(status['succeeded'], 0)}/${completions}` };
  if (holds('Failed')) return { status: 'Failed', message: `Job Failed. failed: ${numberOf(status['failed'], 0)}/${completions}` };
  return { status: 'InProgress', message: 'Job in progress' };
}
