/** `lockstep why`: what an App, or another object of ours, waits for and since when, through the whole chain, in one sentence; and what stands beside. */
import { type App, claimOf, getCondition, remarksOf } from '../../api/index.ts';
import { formatRef, type KubeObject, refOf } from '../../core/object/index.ts';
import { type Claim, type Explanation, explain } from '../../core/why/index.ts';
import type { KubeClient } from '../../ports/index.ts';
import { findApp } from '../apps.ts';
import { defineCommand } from '../command.ts';
import { CommandError } from '../errors.ts';
import { explainApp } from '../explain-app.ts';
import { findResource } from '../resources.ts';
import { CLUSTER_FLAGS, NAMESPACE_FLAG, withCluster } from '../session.ts';
import { formatAge } from '../table.ts';

export const why = defineCommand({
  summary: 'Say in one sentence what an App waits for, since when, and what to do',
  usage: 'APP | KIND/NAME',
  details:
    'Follows the chain to its root: dependencies, Sources, workloads and their Pods. Tells as well what is not as it should be although it is ready: drift, a stale source, a failed test. KIND is Source, Channel, TargetCluster or Platform. Exit code 0: ready, 1: it waits.',
  examples: ['lockstep why shop', 'lockstep why team-shop/shop -o json', 'lockstep why Channel/team-shop/chat'],
  flags: {
    ...CLUSTER_FLAGS,
    ...NAMESPACE_FLAG,
    output: { type: 'string', short: 'o', value: 'FORMAT', choices: ['text', 'json'], default: 'text', doc: 'How to print it' },
  },
  args: { min: 1, max: 1 },
  run: ({ args, flags, io }) =>
    withCluster(flags, io, async (kube) => {
      const { object, found } = await explained(kube, args[0] ?? '', flags.namespace);
      const remarks = remarksOf(object);
      if (flags.output === 'json') io.out(`${JSON.stringify({ chain: [], ...found, remarks }, null, 2)}\n`);
      else io.out(`${found === undefined ? readyLine(object) : format(found, Date.now())}${remarks.map(remarkLine).join('')}`);
      return found === undefined ? 0 : 1;
    }),
});

interface Explained {
  readonly object: KubeObject;
  /** Undefined: it is ready. */
  readonly found: Explanation | undefined;
}

const OTHERS = /^(source|channel|targetcluster|platform)s?\/(.+)$/i;

async function explained(kube: KubeClient, text: string, namespace: string | undefined): Promise<Explained> {
  const [, kind = '', rest = ''] = OTHERS.exec(text) ?? [];
  if (kind === '') {
    const app = await findApp(kube, text, namespace);
    return { object: app as unknown as KubeObject, found: await explainApp(kube, app) };
  }
  const resource = await findResource(kube, `${kind.toLowerCase()}s.lockstep.dev`);
  const [name = '', place = namespace] = rest.split('/').reverse();
  const listed = await kube.list(resource, resource.namespaced && place !== undefined ? { namespace: place } : {});
  if (!listed.ok) throw new CommandError(listed.error.message);
  const fitting = listed.value.items.filter(({ metadata }) => metadata.name === name);
  const [object] = fitting;
  const where = `List them with: lockstep get ${resource.resource}`;
  if (object === undefined) throw new CommandError(`there is no ${resource.kind} ${rest}`, where);
  if (fitting.length > 1)
    throw new CommandError(`there are ${fitting.length} ${resource.resource} called ${name}`, `Say which: ${kind}/NAMESPACE/NAME`);
  const claim = claimOf(object);
  return { object, found: claim === undefined ? undefined : explain(claim, () => undefined) };
}

function readyLine(object: KubeObject): string {
  const { status } = object as unknown as App;
  const since = getCondition(status?.conditions, 'Ready')?.lastTransitionTime;
  const warnings = (status?.warnings ?? []).map(({ reason, message }) => `  warning ${reason}: ${message}\n`);
  return `${formatRef(refOf(object))} is ready${since === undefined ? '' : ` since ${since}`} and waits for nothing.\n${warnings.join('')}`;
}

const remarkLine = ({ reason, message, since = '', next }: Claim): string =>
  `  ${reason} since ${since}${message === '' ? '' : `: ${message}`}${next === undefined ? '' : `\n    ${next}`}\n`;

function format({ sentence, chain }: Explanation, now: number): string {
  const ages = chain.filter(({ since }) => since !== undefined);
  const lines = ages.map(({ object, reason, since = '' }) => `  ${object}: ${reason} for ${formatAge(now - Date.parse(since))}\n`);
  return `${sentence}.\n${lines.join('')}`;
}
