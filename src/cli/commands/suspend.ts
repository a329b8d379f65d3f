/** `lockstep suspend` and `lockstep resume`: the two commands that set a field on the live App, because their point is to act before Git does (S19). */
import type { JsonObject } from '../../core/object/index.ts';
import { APP_RESOURCE, findApp } from '../apps.ts';
import { defineCommand } from '../command.ts';
import { CommandError, UsageError } from '../errors.ts';
import type { Io } from '../io.ts';
import { CLUSTER_FLAGS, NAMESPACE_FLAG, withCluster, type ClusterChoice } from '../session.ts';

interface Change {
  readonly app: string;
  readonly namespace: string | undefined;
  readonly spec: JsonObject;
  readonly said: string;
}

export const suspend = defineCommand({
  summary: 'Stop applying, healing and pruning an App; drift is still reported',
  usage: 'APP',
  examples: ['lockstep suspend shop --reason "incident 42"', 'lockstep suspend team-shop/shop --for 2h'],
  flags: {
    ...CLUSTER_FLAGS,
    ...NAMESPACE_FLAG,
    reason: { type: 'string', value: 'TEXT', doc: 'Why; shown wherever the App is shown' },
    for: { type: 'duration', value: 'DURATION', doc: 'Resume by itself after this long' },
  },
  args: { min: 1, max: 1 },
  run: ({ args, flags, io }) => {
    if (flags.for !== undefined && flags.for <= 0) throw new UsageError('--for must be longer than 0s');
    const until = flags.for === undefined ? null : new Date(Date.now() + flags.for).toISOString().replace(/\.\d+Z$/, 'Z');
    const spec = { suspend: true, suspendReason: flags.reason ?? null, suspendUntil: until };
    return change(flags, io, {
      app: args[0] ?? '',
      namespace: flags.namespace,
      spec,
      said: `suspended${until === null ? '' : ` until ${until}`}`,
    });
  },
});

export const resume = defineCommand({
  summary: 'End the suspension of an App',
  usage: 'APP',
  flags: { ...CLUSTER_FLAGS, ...NAMESPACE_FLAG },
  args: { min: 1, max: 1 },
  run: ({ args, flags, io }) => {
    const spec = { suspend: false, suspendReason: null, suspendUntil: null };
    return change(flags, io, { app: args[0] ?? '', namespace: flags.namespace, spec, said: 'resumed' });
  },
});

function change(choice: ClusterChoice, io: Io, { app: name, namespace, spec, said }: Change): Promise<number> {
  return withCluster(choice, io, async (kube) => {
    const app = await findApp(kube, name, namespace);
    const patched = await kube.patch(APP_RESOURCE, app.metadata, {
      type: 'application/merge-patch+json',
      value: { spec },
      fieldManager: 'lockstep-cli',
    });
    if (!patched.ok) throw new CommandError(patched.error.message);
    io.out(`${app.metadata.namespace}/${app.metadata.name} ${said}\n`);
    return 0;
  });
}
