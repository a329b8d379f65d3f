/** Finding Channels, and asking them for something by annotation. */
import { type Channel, parseChannel } from '../../api/index.ts';
import type { KubeObject } from '../../core/object/index.ts';
import { formatProblem } from '../../core/problem/index.ts';
import type { ApiResource, KubeClient } from '../../ports/index.ts';
import { CommandError } from '../errors.ts';

export const CHANNEL_RESOURCE: ApiResource = {
  group: 'lockstep.dev',
  version: 'v1',
  kind: 'Channel',
  resource: 'channels',
  namespaced: true,
  verbs: [],
};

/** A Channel as the server has it; one that is invalid is shown as well as it can be. */
export type LooseChannel = Pick<Channel, 'metadata' | 'status'> & { readonly spec: Partial<Channel['spec']> };

export async function listChannels(kube: KubeClient, namespace?: string): Promise<readonly LooseChannel[]> {
  const listed = await kube.list(CHANNEL_RESOURCE, namespace === undefined ? {} : { namespace });
  if (!listed.ok) throw new CommandError(listed.error.message);
  return listed.value.items as unknown as readonly LooseChannel[];
}

/** `name` or `namespace/name`. @throws CommandError when there is none, or more than one. */
export async function findChannel(kube: KubeClient, wanted: string, namespace: string | undefined): Promise<LooseChannel> {
  const [place, name] = wanted.includes('/') ? (wanted.split('/') as [string, string]) : [namespace, wanted];
  const found = (await listChannels(kube, place)).filter(({ metadata }) => metadata.name === name);
  const [first, second] = found;
  if (first === undefined) throw new CommandError(`there is no Channel ${wanted}`, 'List them with: lockstep channels list');
  if (second === undefined) return first;
  const places = found.map(({ metadata }) => metadata.namespace).join(', ');
  throw new CommandError(`there are Channels ${wanted} in ${places}`, `Name one: lockstep … ${first.metadata.namespace}/${wanted}`);
}

/** @throws CommandError that names every problem. */
export function checkedChannel(object: KubeObject): Channel {
  const { value, problems } = parseChannel(object);
  if (value === null) throw new CommandError(problems.map(formatProblem).join('\n'));
  return value;
}

const RECEIVERS = ['slack', 'teams', 'discord', 'webhook', 'email', 'alertmanager', 'commitStatus'] as const;

export const receiverOf = ({ spec }: LooseChannel): string => RECEIVERS.find((name) => spec[name] !== undefined) ?? '';

export async function annotate(kube: KubeClient, { metadata }: LooseChannel, name: string): Promise<string> {
  const token = new Date().toISOString();
  const asked = await kube.patch(CHANNEL_RESOURCE, metadata, {
    type: 'application/merge-patch+json',
    value: { metadata: { annotations: { [name]: token } } },
    fieldManager: 'lockstep-cli',
  });
  if (!asked.ok) throw new CommandError(asked.error.message);
  return token;
}

/** The Channel once `done` holds. @throws CommandError when the time is over. */
export async function until(
  kube: KubeClient,
  channel: LooseChannel,
  { done, timeout, signal }: { readonly done: (now: LooseChannel) => boolean; readonly timeout: number; readonly signal: AbortSignal },
): Promise<LooseChannel> {
  const { namespace, name } = channel.metadata;
  const end = Date.now() + timeout;
  while (!signal.aborted && Date.now() < end) {
    const found = await kube.get(CHANNEL_RESOURCE, namespace, name);
    if (!found.ok) throw new CommandError(found.error.message);
    const now = found.value as unknown as LooseChannel;
    if (done(now)) return now;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  throw new CommandError('nothing came of it in time', 'Is Lockstep running? It carries out what the annotation asks for.');
}
