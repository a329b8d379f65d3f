/** `lockstep events`: what Lockstep did and saw, the oldest first. */
import type { KubeObject } from '../../core/object/index.ts';
import type { ApiResource, KubeClient } from '../../ports/index.ts';
import { defineCommand } from '../command.ts';
import { CommandError } from '../errors.ts';
import { CLUSTER_FLAGS, NAMESPACE_FLAG, withCluster } from '../session.ts';
import { formatAge, formatTable } from '../table.ts';

const EVENT_RESOURCE: ApiResource = { group: '', version: 'v1', kind: 'Event', resource: 'events', namespaced: true, verbs: [] };
const HEADER = ['AGE', 'TYPE', 'REASON', 'OBJECT', 'MESSAGE'];

interface EventObject extends KubeObject {
  readonly involvedObject?: { readonly kind?: string; readonly name?: string; readonly namespace?: string };
  readonly reason?: string;
  readonly message?: string;
  readonly type?: string;
  readonly lastTimestamp?: string;
  readonly eventTime?: string;
  readonly count?: number;
}

export const events = defineCommand({
  summary: 'Show the events of Apps and Sources',
  usage: '[APP]',
  examples: ['lockstep events', 'lockstep events shop --watch', 'lockstep events --all -n shop'],
  flags: {
    ...CLUSTER_FLAGS,
    ...NAMESPACE_FLAG,
    all: { type: 'boolean', short: 'a', doc: 'Events of all objects, not only of Apps and Sources' },
    watch: { type: 'boolean', short: 'w', doc: 'Go on printing new events until interrupted' },
  },
  args: { min: 0, max: 1 },
  run: ({ args, flags, io }) =>
    withCluster(flags, io, async (kube) => {
      const wanted = (event: EventObject): boolean => isWanted(event, { name: args[0], all: flags.all });
      const scope = flags.namespace === undefined ? {} : { namespace: flags.namespace };
      const list = await kube.list(EVENT_RESOURCE, scope);
      if (!list.ok) throw new CommandError(list.error.message);
      const found = (list.value.items as readonly EventObject[]).filter(wanted).toSorted((a, b) => timeOf(a) - timeOf(b));
      io.out(found.length === 0 ? 'No events.\n' : formatTable(HEADER, found.map(cells)));
      if (flags.watch) await follow(kube, { scope, wanted, resourceVersion: list.value.resourceVersion, io });
      return 0;
    }),
});

function isWanted(event: EventObject, { name, all }: { readonly name: string | undefined; readonly all: boolean }): boolean {
  const about = event.involvedObject;
  if (name !== undefined) return about?.name === name || `${about?.namespace}/${about?.name}` === name;
  return all || about?.kind === 'App' || about?.kind === 'Source';
}

interface Following {
  readonly scope: { readonly namespace?: string };
  readonly wanted: (event: EventObject) => boolean;
  readonly resourceVersion: string;
  readonly io: { readonly out: (text: string) => void; readonly signal: AbortSignal };
}

async function follow(kube: KubeClient, { scope, wanted, resourceVersion, io }: Following): Promise<void> {
  const stream = await kube.watch(EVENT_RESOURCE, { ...scope, resourceVersion, signal: io.signal });
  if (!stream.ok) throw new CommandError(stream.error.message);
  for await (const { type, object } of stream.value) {
    if ((type === 'ADDED' || type === 'MODIFIED') && wanted(object as EventObject)) io.out(`${cells(object as EventObject).join('   ')}\n`);
  }
}

const timeOf = (event: EventObject): number =>
  Date.parse(event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp ?? '') || 0;

function cells(event: EventObject): string[] {
  const about = event.involvedObject;
  const times = event.count !== undefined && event.count > 1 ? ` (${event.count} times)` : '';
  return [
    formatAge(Date.now() - timeOf(event)),
    event.type ?? '',
    event.reason ?? '',
    [about?.kind, about?.namespace, about?.name].filter((part) => part !== undefined && part !== '').join('/'),
    `${event.message ?? ''}${times}`,
  ];
}
