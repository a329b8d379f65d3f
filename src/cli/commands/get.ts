/** `lockstep get`: Apps by default, any other type as the server prints it. */
import type { App } from '../../api/index.ts';
import { isObject, type Json, type KubeObject } from '../../core/object/index.ts';
import type { ApiResource, KubeClient } from '../../ports/index.ts';
import { APP_HEADER, appCells, appRow } from '../apps.ts';
import { defineCommand } from '../command.ts';
import { CommandError } from '../errors.ts';
import type { Io } from '../io.ts';
import { OUTPUT_FLAG, printObjects } from '../print.ts';
import { apiPath, findResource, served } from '../resources.ts';
import { CLUSTER_FLAGS, NAMESPACE_FLAG, withCluster } from '../session.ts';
import { formatTable } from '../table.ts';

interface Query {
  readonly resource: ApiResource;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly selector: string | undefined;
  readonly output: string;
}

export const get = defineCommand({
  summary: 'List Apps, or any other type of object',
  usage: '[TYPE [NAME]]',
  examples: ['lockstep get', 'lockstep get apps -o yaml', 'lockstep get deployments -n shop --watch', 'lockstep get source system'],
  flags: {
    ...CLUSTER_FLAGS,
    ...NAMESPACE_FLAG,
    ...OUTPUT_FLAG,
    selector: { type: 'string', short: 'l', value: 'SELECTOR', doc: 'Only objects with these labels' },
    watch: { type: 'boolean', short: 'w', doc: 'Go on printing changes until interrupted' },
    types: { type: 'boolean', doc: 'List the types that the server has' },
  },
  args: { min: 0, max: 2 },
  run: ({ args, flags, io }) =>
    withCluster(flags, io, async (kube) => {
      if (flags.types) {
        io.out(formatTypes(await served(kube, 'fresh')));
        return 0;
      }
      const [type = 'apps.lockstep.dev', name] = (args[0] ?? '').includes('/') ? (args[0] ?? '').split('/') : args;
      const resource = await findResource(kube, type);
      const query: Query = { resource, name, namespace: flags.namespace, selector: flags.selector, output: flags.output };
      io.out(await show(kube, query));
      if (flags.watch) await follow(kube, query, io);
      return 0;
    }),
});

async function show(kube: KubeClient, query: Query): Promise<string> {
  if (query.output === 'table' || query.output === 'wide') {
    return query.resource.group === 'lockstep.dev' && query.resource.kind === 'App'
      ? showApps(await select(kube, query))
      : showTable(kube, query);
  }
  const objects = await select(kube, query);
  if (query.output === 'name') return objects.map((object) => `${query.resource.resource}/${object.metadata.name}\n`).join('');
  return printObjects(objects, query.output === 'json' ? 'json' : 'yaml', query.name === undefined ? 'list' : 'object');
}

function showApps(apps: readonly KubeObject[]): string {
  if (apps.length === 0) return 'No Apps.\n';
  const now = Date.now();
  return formatTable(
    APP_HEADER,
    apps.map((app) => appCells(appRow(app as App, now))),
  );
}

/** A bare name is looked for in every namespace, because a person rarely knows where an App lives. */
async function select(kube: KubeClient, { resource, namespace, name, selector }: Query): Promise<readonly KubeObject[]> {
  const list = await kube.list(resource, {
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { fieldSelector: `metadata.name=${name}` }),
    ...(selector === undefined ? {} : { labelSelector: selector }),
  });
  if (!list.ok) throw new CommandError(list.error.message);
  if (name !== undefined && list.value.items.length === 0) throw notFound(resource, name, namespace);
  return list.value.items;
}

const notFound = (resource: ApiResource, name: string, namespace: string | undefined): CommandError =>
  new CommandError(`${resource.resource} "${name}" not found${namespace === undefined ? '' : ` in namespace "${namespace}"`}`);

async function showTable(kube: KubeClient, query: Query): Promise<string> {
  const response = await kube.raw({
    method: 'GET',
    path: apiPath(query.resource, query.namespace === undefined ? {} : { namespace: query.namespace }),
    query: {
      ...(query.name === undefined ? {} : { fieldSelector: `metadata.name=${query.name}` }),
      ...(query.selector === undefined ? {} : { labelSelector: query.selector }),
    },
    headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' },
  });
  if (!response.ok) throw new CommandError(response.error.message);
  if (response.value.body.kind !== 'json') throw new CommandError('the server sent no table');
  return formatServerTable(response.value.body.value, query);
}

interface ServerTable {
  readonly columnDefinitions: readonly { readonly name: string; readonly priority?: number }[];
  readonly rows: readonly { readonly cells: readonly Json[]; readonly object?: { readonly metadata?: { readonly namespace?: string } } }[];
}

function formatServerTable(value: Json, query: Query): string {
  if (!isObject(value) || value['kind'] !== 'Table') throw new CommandError('the server sent no table');
  const table = value as unknown as ServerTable;
  const rows = table.rows ?? [];
  if (rows.length === 0 && query.name !== undefined) throw notFound(query.resource, query.name, query.namespace);
  if (rows.length === 0) return `No ${query.resource.resource}.\n`;
  const columns = table.columnDefinitions
    .map((column, index) => ({ ...column, index }))
    .filter(({ priority }) => query.output === 'wide' || !priority);
  const across = query.resource.namespaced && query.namespace === undefined;
  return formatTable(
    [...(across ? ['NAMESPACE'] : []), ...columns.map(({ name }) => name.toUpperCase())],
    rows.map((row) => [
      ...(across ? [row.object?.metadata?.namespace ?? ''] : []),
      ...columns.map(({ index }) => cellText(row.cells[index])),
    ]),
  );
}

const cellText = (cell: Json | undefined): string => (cell === null || cell === undefined ? '' : String(cell));

async function follow(kube: KubeClient, query: Query, io: Io): Promise<void> {
  const listed = await kube.list(query.resource, query.namespace === undefined ? {} : { namespace: query.namespace });
  if (!listed.ok) throw new CommandError(listed.error.message);
  const events = await kube.watch(query.resource, {
    resourceVersion: listed.value.resourceVersion,
    signal: io.signal,
    ...(query.namespace === undefined ? {} : { namespace: query.namespace }),
    ...(query.selector === undefined ? {} : { labelSelector: query.selector }),
  });
  if (!events.ok) throw new CommandError(events.error.message);
  for await (const { type, object } of events.value) {
    if (type === 'BOOKMARK' || (query.name !== undefined && object.metadata.name !== query.name)) continue;
    if (type === 'ERROR')
      throw new CommandError(`the watch ended: ${String(object['message'] ?? 'unknown reason')}`, 'Run the command again.');
    io.out(await changed(kube, { query, object, type }));
  }
}

async function changed(kube: KubeClient, { query, object, type }: { query: Query; object: KubeObject; type: string }): Promise<string> {
  const { name = '', namespace } = object.metadata;
  if (type === 'DELETED') return `${[namespace, name].filter((part) => part !== undefined).join('/')} deleted\n`;
  if (query.output === 'json' || query.output === 'yaml') return printObjects([object], query.output, 'object');
  if (query.resource.kind === 'App') return withoutHeader(showApps([object]));
  return withoutHeader(await showTable(kube, { ...query, name, namespace: namespace ?? query.namespace }));
}

const withoutHeader = (table: string): string => table.slice(table.indexOf('\n') + 1);

function formatTypes(resources: readonly ApiResource[]): string {
  return formatTable(
    ['NAME', 'SHORT', 'API VERSION', 'NAMESPACED', 'KIND'],
    resources.map((resource) => [
      resource.resource,
      (resource.shortNames ?? []).join(','),
      resource.group === '' ? resource.version : `${resource.group}/${resource.version}`,
      String(resource.namespaced),
      resource.kind,
    ]),
  );
}
