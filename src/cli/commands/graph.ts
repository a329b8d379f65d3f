/** `lockstep graph`: the system as a graph: order, contracts, and what waits for what; as text, JSON or a drawing. */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { readApps } from '../../app/index.ts';
import { type SystemGraph, systemGraph, systemSvg, systemText } from '../../api/graph/index.ts';
import { type App, environmentOf } from '../../api/index.ts';
import { findApp, listApps } from '../apps.ts';
import { defineCommand } from '../command.ts';
import { CommandError } from '../errors.ts';
import type { Io } from '../io.ts';
import { CLUSTER_FLAGS, NAMESPACE_FLAG, withCluster } from '../session.ts';

export const graph = defineCommand({
  summary: 'Show the system as a graph: Apps, contracts, dependencies, what waits for what',
  usage: '[APP]',
  details: 'With APP only what it is connected with. With --repo the Apps of a folder, before anything of them runs.',
  examples: ['lockstep graph', 'lockstep graph shop --svg shop.svg', 'lockstep graph --repo . --env production -o json'],
  flags: {
    ...CLUSTER_FLAGS,
    ...NAMESPACE_FLAG,
    repo: { type: 'string', value: 'DIR|URL', doc: 'Apps as they stand in this folder or repository, not in a cluster' },
    env: { type: 'string', value: 'NAME', doc: 'Only Apps of this environment and of none' },
    svg: { type: 'string', value: 'FILE', doc: 'Draw it into this file; - for standard output' },
    output: { type: 'string', short: 'o', value: 'FORMAT', doc: 'Output format', choices: ['text', 'json'], default: 'text' },
  },
  args: { min: 0, max: 1 },
  run: async ({ args, flags, io }) => {
    const { apps, only } = await appsOf(args[0], flags, io);
    const chosen = flags.env === undefined ? apps : apps.filter((app) => ['', flags.env].includes(environmentOf(app)));
    const whole = systemGraph(chosen);
    const drawn = only === undefined ? whole : around(whole, `App/${only}`);
    if (flags.svg === '-') io.out(systemSvg(drawn));
    else {
      if (flags.svg !== undefined) await writeFile(resolve(io.cwd, flags.svg), systemSvg(drawn));
      io.out(flags.output === 'json' ? `${JSON.stringify(drawn, null, 2)}\n` : systemText(drawn));
    }
    return 0;
  },
});

interface Flags {
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
  readonly namespace: string | undefined;
  readonly repo: string | undefined;
}

interface Chosen {
  readonly apps: readonly App[];
  /** `namespace/name` of the App that was asked for. */
  readonly only: string | undefined;
}

async function appsOf(name: string | undefined, flags: Flags, io: Io): Promise<Chosen> {
  if (flags.repo !== undefined) {
    const read = await readApps({ target: flags.repo, cwd: io.cwd, env: io.env });
    if (!read.ok) throw new CommandError(read.error);
    const apps = read.value.filter(({ metadata }) => flags.namespace === undefined || metadata.namespace === flags.namespace);
    return { apps, only: name === undefined ? undefined : keyAmong(apps, name) };
  }
  return withCluster(flags, io, async (kube) => {
    const found = name === undefined ? undefined : await findApp(kube, name, flags.namespace);
    // What it is connected with may be in any namespace.
    const apps = await listApps(kube, found === undefined ? flags.namespace : undefined);
    return { apps, only: found === undefined ? undefined : `${found.metadata.namespace}/${found.metadata.name}` };
  });
}

function keyAmong(apps: readonly App[], name: string): string {
  const keys = apps
    .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)
    .filter((key) => key === name || key.endsWith(`/${name}`));
  const [key] = keys;
  if (key === undefined) throw new CommandError(`there is no App ${name}`);
  if (keys.length > 1)
    throw new CommandError(`there are several Apps ${name}: ${keys.join(', ')}`, 'Name the namespace too: NAMESPACE/NAME');
  return key;
}

/** Everything one node waits for, and everything that waits for it. */
function around({ nodes, edges, cycle }: SystemGraph, key: string): SystemGraph {
  const kept = new Set([key]);
  const walk = (start: string, next: (at: string) => readonly string[]): void => {
    const open = [start];
    for (let at = open.pop(); at !== undefined; at = open.pop())
      for (const other of next(at)) {
        if (kept.has(other)) continue;
        kept.add(other);
        open.push(other);
      }
  };
  walk(key, (at) => edges.filter(({ from }) => from === at).map(({ to }) => to));
  walk(key, (at) => edges.filter(({ to }) => to === at).map(({ from }) => from));
  return {
    nodes: nodes.filter((node) => kept.has(node.key)),
    edges: edges.filter(({ from, to }) => kept.has(from) && kept.has(to)),
    cycle: cycle.every((one) => kept.has(one)) ? cycle : [],
  };
}
