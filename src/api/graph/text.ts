/** The system as text: wave by wave what comes when, the contracts, and what waits for what now. */
import type { SystemEdge, SystemGraph, SystemNode } from './system.ts';

export function systemText(graph: SystemGraph): string {
  const blocks = [order(graph), contracts(graph), waiting(graph), cycle(graph)];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

const short = (key: string): string => key.replace(/^App\//, '');

/** Contracts stand between Apps and count no step of their own. */
function order({ nodes, edges }: SystemGraph): string {
  const apps = nodes.filter(({ kind }) => kind !== 'contract');
  if (apps.length === 0) return 'No Apps.';
  const steps = [...new Set(apps.map(({ wave }) => wave))].toSorted((a, b) => (a < 0 ? 1 : b < 0 ? -1 : a - b));
  const width = Math.max(...apps.map(({ title }) => title.length));
  return steps
    .map((wave, index) => {
      const lines = apps
        .filter((node) => node.wave === wave)
        .map((node) => `  ${node.title.padEnd(width)}  ${said(node, edges)}`.trimEnd());
      return [wave < 0 ? 'Never, because of a circle or of what does not exist' : `Step ${index + 1}`, ...lines].join('\n');
    })
    .join('\n');
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
  const all = nodes.filter(({ kind }) => kind === 'contract');
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
    const on = edges.filter(({ from, waiting: now }) => from === node.key && now).map(({ to }) => short(to));
    return `  ${node.title}${on.length === 0 ? '' : ` waits for ${on.join(', ')}`}: ${node.says}`;
  });
  return ['Not ready', ...lines].join('\n');
}

const cycle = ({ cycle: path }: SystemGraph): string => (path.length === 0 ? '' : `A circle: ${path.map(short).join(' → ')}`);
