/** `lockstep apply -f`: server-side apply of files, for what has to be there before Git takes over (a Source, a Secret, the first App). */
import { formatRef, gvkOf, refOf, type KubeObject } from '../../core/object/index.ts';
import type { KubeClient } from '../../ports/index.ts';
import { defineCommand } from '../command.ts';
import { CommandError, UsageError } from '../errors.ts';
import { readManifests } from '../manifest-files.ts';
import { served } from '../resources.ts';
import { CLUSTER_FLAGS, withCluster } from '../session.ts';

export const apply = defineCommand({
  summary: 'Apply files to the cluster by hand',
  usage: '-f FILE',
  details: 'For what must exist before Git takes over: a Source, its Secret, the root App. Everything else belongs into Git.',
  examples: ['lockstep apply -f bootstrap.yaml', 'cat app.yaml | lockstep apply -f -'],
  flags: {
    ...CLUSTER_FLAGS,
    filename: { type: 'strings', short: 'f', value: 'FILE', doc: 'File, folder or - for standard input' },
    namespace: { type: 'string', short: 'n', value: 'NAMESPACE', doc: 'For objects that name none', default: 'default' },
    'dry-run': { type: 'boolean', doc: 'Ask the server what would happen, change nothing' },
    force: { type: 'boolean', doc: 'Take over fields that another manager owns' },
  },
  args: { min: 0, max: 0 },
  run: async ({ flags, io }) => {
    if (flags.filename.length === 0) throw new UsageError('-f FILE is needed');
    const objects = (await Promise.all(flags.filename.map((name) => readManifests(name, io)))).flat();
    if (objects.length === 0) throw new CommandError('there are no objects in these files');
    return withCluster(flags, io, async (kube) => {
      for (const object of objects) io.out(`${await applyOne(kube, object, { ...flags, dryRun: flags['dry-run'] })}\n`);
      return 0;
    });
  },
});

interface Options {
  readonly namespace: string;
  readonly dryRun: boolean;
  readonly force: boolean;
}

async function applyOne(kube: KubeClient, object: KubeObject, { namespace, dryRun, force }: Options): Promise<string> {
  const { group, version, kind } = gvkOf(object);
  const known = (freshness: 'cached' | 'fresh') =>
    served(kube, freshness).then((all) => all.find((one) => one.group === group && one.version === version && one.kind === kind));
  const resource = (await known('cached')) ?? (await known('fresh'));
  if (resource === undefined)
    throw new CommandError(`the server has no kind ${kind} in ${object.apiVersion}`, 'Apply its CustomResourceDefinition first.');
  const placed = resource.namespaced
    ? { ...object, metadata: { ...object.metadata, namespace: object.metadata.namespace ?? namespace } }
    : object;
  const applied = await kube.apply(resource, placed, { fieldManager: 'lockstep-cli', force, dryRun });
  if (!applied.ok) {
    const hint = applied.error.code === 409 && !force ? 'Use --force to take these fields over.' : undefined;
    throw new CommandError(`${formatRef(refOf(placed))}: ${applied.error.message}`, hint);
  }
  return `${formatRef(refOf(applied.value))} applied${dryRun ? ' (dry run)' : ''}`;
}
