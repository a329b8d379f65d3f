/** From Apps that are not ready to what is wrong at the root: one entry per cause, with the Apps that only wait for it. */
import { nextStep } from '../../api/index.ts';
import type { Trouble } from '../../core/rehearsal/index.ts';
import type { Delivered } from './examine.ts';

export function troubleOf(all: readonly Delivered[]): readonly Trouble[] {
  const open = new Map(all.filter(({ ready }) => !ready).map((one) => [one.key, one]));
  const delays = new Map<string, string[]>();
  const roots: Delivered[] = [];
  for (const one of open.values()) {
    const root = rootOf(one, open);
    if (root === undefined) roots.push(one);
    else delays.set(root, [...(delays.get(root) ?? []), one.key]);
  }
  const found = roots.map((one) => troubleAt(one, delays.get(one.key) ?? [])).toSorted((a, b) => (a.app < b.app ? -1 : 1));
  return found.reduce(withoutTwins, []);
}

/** Both sides of a contract say the same, and everybody in a circle: it is told once. */
function withoutTwins(all: readonly Trouble[], one: Trouble): readonly Trouble[] {
  const twin = all.find(({ reason, message }) => /Contract|Cycle/.test(reason) && reason === one.reason && message === one.message);
  if (twin === undefined) return [...all, one];
  const delays = [...new Set([...twin.delays, one.app, ...one.delays])].filter((key) => key !== twin.app).toSorted();
  return all.map((known) => (known === twin ? { ...twin, delays } : known));
}

/** The App at the end of the chain of waiting; undefined when that is the App itself. Where the chain runs in a circle, the first of it by name. */
function rootOf(one: Delivered, open: ReadonlyMap<string, Delivered>): string | undefined {
  const seen = [one.key];
  let at = one;
  for (;;) {
    const next = isCircle(at) ? undefined : waitsFor(at);
    const found = next === undefined ? undefined : open.get(next);
    const again = found === undefined ? -1 : seen.indexOf(found.key);
    const root = again >= 0 ? seen.slice(again).toSorted()[0] : found === undefined ? at.key : undefined;
    if (root !== undefined) return root === one.key ? undefined : root;
    at = found as Delivered;
    seen.push(at.key);
  }
}

/** It says itself what is wrong, whatever it waits for. */
const isCircle = ({ app }: Delivered): boolean =>
  app.status?.conditions?.find(({ type }) => type === 'Ready')?.reason === 'DependencyCycle';

/** The App that this one says it waits for: the next one in its chain. */
const waitsFor = ({ app, key }: Delivered): string | undefined =>
  app.status?.waitingFor?.chain
    ?.map(({ object }) => (object.startsWith('App/') ? object.slice('App/'.length) : undefined))
    .find((other) => other !== undefined && other !== key);

function troubleAt({ app, key, objects, complaints }: Delivered, delays: readonly string[]): Trouble {
  const { status } = app;
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  const why = status?.why?.[0];
  const last = status?.waitingFor?.chain?.at(-1);
  const reason = why?.reason ?? ready?.reason ?? 'New';
  const hint = needed(complaints) ?? why?.hint ?? nextStep(reason) ?? nextStep(ready?.reason ?? '') ?? '';
  const said = [why?.message ?? ready?.message ?? 'it has not been looked at yet'];
  const cause = status?.health?.cause;
  if (cause?.message !== undefined) said.push(`${cause.object}: ${cause.message}`);
  if (last?.message !== undefined && !last.object.startsWith('App/')) said.push(`${last.object}: ${last.message}`);
  said.push(...complaints.slice(0, 3));
  const object = why?.object ?? last?.object ?? (objects.length > 0 ? cause?.object : undefined);
  const { file } = why ?? {};
  return {
    app: key,
    reason,
    message: joined(said).replace(` (${hint})`, ''),
    hint,
    ...(object === undefined || object === `App/${key}` ? {} : { object }),
    ...(file === undefined ? {} : { file }),
    delays: delays.toSorted(),
  };
}

/** What nobody in Git makes and Pods cannot start without, in the words of the kubelet and the scheduler. */
function needed(complaints: readonly string[]): string | undefined {
  for (const complaint of complaints) {
    const [, kind = '', name = ''] = /\b(secret|configmap|persistentvolumeclaim) "([^"]+)" not found/.exec(complaint) ?? [];
    if (kind === 'secret')
      return `nothing in Git makes Secret ${name}: deliver it (sealed or encrypted), or bring it with --kit if it is made by hand`;
    if (kind === 'configmap') return `nothing in Git makes ConfigMap ${name}: correct the name, or deliver it`;
    if (kind === 'persistentvolumeclaim') return `nothing in Git makes PersistentVolumeClaim ${name}: correct the name, or deliver it`;
    const [, key, whose = ''] =
      /couldn't find key (\S+) in (\S+ \S+)/.exec(complaint) ??
      /references non-existent (?:config|secret) key: (\S+)/.exec(complaint) ??
      [];
    if (key !== undefined)
      return whose === '' ? `add key ${key} to it, or correct the key` : `add key ${key} to ${whose}, or correct the key`;
  }
  return undefined;
}

/** What says nothing new is left out. */
const joined = (sentences: readonly string[]): string =>
  sentences.reduce((all, one) => (all.includes(one) || all.includes(one.slice(one.indexOf(': ') + 2)) ? all : `${all}; ${one}`));
