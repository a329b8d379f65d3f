/** The system as text: wave by wave what comes when, the contracts, and what waits for what now. */
import type { SystemEdge, SystemGraph, SystemNode } from './system.ts';

export function systemText(graph: SystemGraph): string {
  const blocks = [order(graph), contracts(graph), waiting(graph), cycle(graph)];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

const short = (key: string): string => key.replace(/^App\//, '');

function order(graph: SystemGraph): string {
  const apps = graph.nodes.filter(({ kind }) => kind !== 'contract');
  if (apps.length === 0) return 'No Apps.';
  const at = stepsIn(graph);
  const steps = [...new Set(at.values())].toSorted((a, b) => (a < 0 ? 1 : b < 0 ? -1 : a - b));
  const width = Math.max(...apps.map(({ title }) => title.length));
  return steps
    .map((step) => {
      const here = apps.filter(({ key }) => at.get(key) === step);
      const lines = here.map((node) => `  ${node.title.padEnd(width)}  ${said(node, graph.edges)}`.trimEnd());
      return [step < 0 ? 'Never, because of a circle' : `Step ${step + 1}`, ...lines].join('\n');
    })
    .join('\n');
}

/** Contracts stand between Apps and count no step of their own. */
function stepsIn({ nodes, edges }: SystemGraph): ReadonlyMap<string, number> {
  const isContract = new Map(nodes.map(({ key, kind }) => [key, kind === 'contract']));
  const after = new Map<string, string[]>();
  for (const { from, to, optional } of edges) if (optional !== true) after.set(from, [...(after.get(from) ?? []), to]);
  const levels = new Map<string, number>();
  for (const { key, wave } of nodes.toSorted((a, b) => a.wave - b.wave)) {
    const before = (after.get(key) ?? []).map((to) => (levels.get(to) ?? 0) + (isContract.get(to) === true ? 0 : 1));
    levels.set(key, wave < 0 ? -1 : Math.max(0, ...before));
  }
  for (const { key, kind } of nodes) if (kind === 'contract') levels.delete(key);
  return levels;
}

function said(node: SystemNode, edges: readonly SystemEdge[]): string {
  const own = edges.filter(({ from }) => from === node.key);
  const after = own.filter(({ kind }) => kind === 'dependsOn').map(({ to }) => short(to));
  const needs = own
    .filter(({ kind }) => kind === 'requires')
    .map((edge) => `${nameOf(edge.to)} ${edge.range ?? ''}${edge.optional === true ? ' (optional)' : ''}`);
  return [
    node.state === 'unknown' && node.says === '' ? '' : node.state === 'ready' ? 'ready' : node.says.split(':')[0],
    after.length === 0 ? '' : `after ${after.join(', ')}`,
    needs.length === 0 ? '' : `requires ${needs.join(', ')}`,
  ]
    .filter((part) => part !== '')
    .join('; ');
}

const nameOf = (contract: string): string => contract.slice(contract.lastIndexOf('/') + 1);

function contracts({ nodes, edges }: SystemGraph): string {
  const all = nodes.filter(({ kind }) => kind === 'contract').toSorted((a, b) => (a.key < b.key ? -1 : 1));
  if (all.length === 0) return '';
  const lines = all.map((node) => {
    const provider = edges.find(({ from, kind }) => from === node.key && kind === 'provides');
    const users = edges.filter(({ to, kind }) => to === node.key && kind === 'requires');
    const place = node.environment === '' ? '' : ` (${node.environment})`;
    const by = provider === undefined ? 'nobody provides it' : `by ${short(provider.to)}`;
    const used = users.map(
      ({ from, range, broken, optional }) =>
        `${short(from)} ${range ?? ''}${broken ? (optional === true ? ' ⚠ not met' : ' ✗ NOT MET') : ''}`,
    );
    return [`  ${node.title} ${node.version ?? '?'}${place} ${by}`, ...used.map((user) => `    ${user}`)].join('\n');
  });
  return ['Contracts', ...lines].join('\n');
}

function waiting({ nodes, edges }: SystemGraph): string {
  const held = nodes.filter(({ kind, state }) => kind === 'app' && (state === 'waiting' || state === 'trouble'));
  if (held.length === 0) return '';
  const lines = held.map((node) => {
    const on = edges.filter(({ from, waiting: now }) => from === node.key && now).map(({ to }) => short(providerOf(to, edges)));
    return `  ${node.title}${on.length === 0 ? '' : ` waits for ${on.join(', ')}`}: ${node.says}`;
  });
  return ['Not ready', ...lines].join('\n');
}

/** Who stands behind a contract. */
const providerOf = (key: string, edges: readonly SystemEdge[]): string =>
  edges.find(({ from, kind }) => from === key && kind === 'provides')?.to ?? key;

const cycle = ({ cycle: path }: SystemGraph): string => (path.length === 0 ? '' : `A circle: ${path.map(short).join(' → ')}`);
