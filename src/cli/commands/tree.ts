/** `lockstep tree`: an App, why it is as it is, and everything it owns down to the Pods, each with its health. */
import { formatHealth, healthOf } from '../../core/health/index.ts';
import type { App } from '../../api/index.ts';
import { appRow, findApp } from '../apps.ts';
import { defineCommand } from '../command.ts';
import { descendants, type Node } from '../descendants.ts';
import { OUTPUT_FLAG, printObjects } from '../print.ts';
import { CLUSTER_FLAGS, NAMESPACE_FLAG, withCluster } from '../session.ts';
import { formatAge, formatTable } from '../table.ts';

export const tree = defineCommand({
  summary: 'Show what an App owns, and the health of each object',
  usage: 'APP',
  examples: ['lockstep tree shop', 'lockstep tree team-shop/shop -o yaml'],
  flags: { ...CLUSTER_FLAGS, ...NAMESPACE_FLAG, ...OUTPUT_FLAG },
  args: { min: 1, max: 1 },
  run: ({ args, flags, io }) =>
    withCluster(flags, io, async (kube) => {
      const app = await findApp(kube, args[0] ?? '', flags.namespace);
      const nodes = await descendants(kube, app);
      if (flags.output === 'json' || flags.output === 'yaml') {
        io.out(
          printObjects(
            nodes.flatMap(({ object }) => (object === null ? [] : [object])),
            flags.output,
            'list',
          ),
        );
      } else {
        const now = Date.now();
        io.out(`${header(app, now)}\n${formatTable(['OBJECT', 'HEALTH', 'AGE', 'MESSAGE'], rows(nodes, now))}`);
      }
      return 0;
    }),
});

function header(app: App, now: number): string {
  const row = appRow(app, now);
  const why = (app.status?.why ?? []).map(({ message, hint }) => `  ! ${message}${hint === undefined ? '' : `\n    ${hint}`}\n`);
  return `App ${row.namespace}/${row.name}: ${row.sync} at ${row.revision}, ${row.health}\n${why.join('')}`;
}

const rows = (nodes: readonly Node[], now: number): string[][] => nodes.toSorted(byKind).flatMap((node) => branch(node, '', now));

const byKind = (a: Node, b: Node): number => {
  const key = ({ kind, namespace, name }: Node): string => `${namespace}/${kind}/${name}`;
  return key(a) < key(b) ? -1 : 1;
};

function branch(node: Node, indent: string, now: number): string[][] {
  const lines = [line(node, indent, now)];
  const children = node.children.toSorted(byKind);
  const below = indent.replace('├─ ', '│  ').replace('└─ ', '   ');
  children.forEach((child, index) => lines.push(...branch(child, `${below}${index === children.length - 1 ? '└─ ' : '├─ '}`, now)));
  return lines;
}

function line(node: Node, indent: string, now: number): string[] {
  const health = healthOf(node.object ?? undefined, { now });
  const created = node.object?.metadata.creationTimestamp;
  const name = [node.kind, indent === '' ? node.namespace : '', node.name].filter((part) => part !== '').join('/');
  return [
    `${indent}${name}`,
    formatHealth(health),
    created === undefined ? '' : formatAge(now - Date.parse(created)),
    health.state === 'Healthy' ? '' : health.message,
  ];
}
