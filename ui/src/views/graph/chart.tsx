/** The picture: boxes by waves and lines between them. On a phone the same as lists, one a wave, with the lines in words. */
import { useMemo, useState, type JSX } from 'react';
import { Link } from 'wouter';
import { usePlace } from '../../data/place.ts';
import { impliedEdges } from '../../../../src/core/graph/index.ts';
import { levels } from '../../data/words.ts';
import { Icon } from '../../parts/icon.tsx';
import { usePhone } from '../../parts/phone.ts';
import { StatusMark } from '../../parts/status.tsx';
import { contractId } from './contracts.tsx';
import { layOut, lineOf, NODE, type Edge, type Layout, type Node } from './layout.ts';

interface ChartProps {
  readonly nodes: readonly Node[];
  readonly edges: readonly Edge[];
  readonly critical: readonly string[];
  /** The one that is looked at; empty: none. */
  readonly app: string;
}

export function Chart({ nodes, edges, critical, app }: ChartProps): JSX.Element {
  const layout = useMemo(() => layOut(nodes, edges), [nodes, edges]);
  const phone = usePhone();
  const [pointed, setPointed] = useState('');
  const near = useMemo(() => nearOf(pointed, edges), [pointed, edges]);
  if (phone) return <Waves layout={layout} edges={edges} />;
  return (
    <div className="panel graph" tabIndex={0} role="group" aria-label="What waits for what, from left to right">
      <div className={`graph-canvas ${pointed === '' ? '' : 'pointed'}`} style={{ width: layout.width, height: layout.height }}>
        <Lines layout={layout} edges={edges} critical={critical} pointed={pointed} />
        {[...layout.placed.values()].map(({ node, x, y }) => (
          <div
            key={node.key}
            className="graph-place"
            style={{ transform: `translate(${x}px, ${y}px)`, width: NODE.width, height: NODE.height }}
          >
            <Box
              node={node}
              edges={edges}
              className={`${node.key === app ? 'chosen' : ''} ${near.has(node.key) ? 'near' : ''} ${critical.includes(node.key) ? 'critical' : ''}`}
              onPoint={setPointed}
            />
          </div>
        ))}
      </div>
    </div>
  );
}

function nearOf(pointed: string, edges: readonly Edge[]): ReadonlySet<string> {
  const touching = edges.filter(({ from, to }) => from === pointed || to === pointed);
  return new Set(touching.flatMap(({ from, to }) => [from, to]));
}

interface LinesProps {
  readonly layout: Layout;
  readonly edges: readonly Edge[];
  readonly critical: readonly string[];
  readonly pointed: string;
}

function Lines({ layout, edges, critical, pointed }: LinesProps): JSX.Element {
  // These are drawn only when somebody points at an end of theirs.
  const implied = useMemo(() => impliedEdges(edges), [edges]);
  const path = useMemo(() => criticalEdges(critical, edges, implied), [critical, edges, implied]);
  return (
    <svg className="graph-lines" width={layout.width} height={layout.height} aria-hidden="true">
      {edges.map((edge) => {
        const [dependent, dependency] = [layout.placed.get(edge.from), layout.placed.get(edge.to)];
        if (dependent === undefined || dependency === undefined) return null;
        const near = edge.from === pointed || edge.to === pointed;
        const words = `${edge.waiting ? 'waiting' : ''} ${path.has(edge) ? 'critical' : ''} ${near ? 'near' : ''} ${implied.has(edge) ? 'implied' : ''} ${edge.broken ? 'broken' : ''} ${edge.optional ? 'optional' : ''} ${edge.kind}`;
        return <path key={`${edge.from} ${edge.to} ${edge.kind}`} className={words} d={lineOf(dependency, dependent)} />;
      })}
    </svg>
  );
}

/** The lines of the critical path: where a step goes through a contract, that way is drawn, as the direct one is told by it already. */
function criticalEdges(critical: readonly string[], edges: readonly Edge[], implied: ReadonlySet<Edge>): ReadonlySet<Edge> {
  const path = new Set<Edge>();
  for (const [index, app] of critical.entries()) {
    const before = critical[index - 1];
    if (before === undefined) continue;
    const direct = edges.filter(({ from, to }) => from === app && to === before);
    const offers = edges.filter(({ kind, to }) => kind === 'provides' && to === before);
    const through = edges.filter(({ kind, from, to }) => kind === 'requires' && from === app && offers.some((offer) => offer.from === to));
    const chosen = through.length > 0 && direct.every((edge) => implied.has(edge)) ? through : direct;
    for (const edge of chosen) path.add(edge);
    if (chosen === through) for (const offer of offers) if (through.some(({ to }) => to === offer.from)) path.add(offer);
  }
  return path;
}

interface BoxProps {
  readonly node: Node;
  readonly edges: readonly Edge[];
  readonly className?: string;
  readonly onPoint?: (key: string) => void;
}

function Box({ node, edges, className = '', onPoint }: BoxProps): JSX.Element {
  const place = usePlace();
  const { mark, word } = levels[node.level];
  const waitsFor = edges.filter(({ from }) => from === node.key);
  const says = waitsFor.length === 0 ? 'waits for nothing' : `waits for ${waitsFor.map(({ to }) => title(to)).join(', ')}`;
  const inside = (
    <>
      {node.kind === 'app' ? <StatusMark mark={mark} size={18} /> : <Icon name={node.kind === 'contract' ? 'link' : 'layers'} />}
      <span className="graph-words">
        <strong className="clip">{node.title}</strong>
        <span className="clip muted">{underOf(node)}</span>
      </span>
    </>
  );
  const point = { onPointerEnter: () => onPoint?.(node.key), onPointerLeave: () => onPoint?.('') };
  const classes = `graph-box level-${node.level} ${node.kind} ${className}`;
  if (node.kind === 'object')
    return (
      <div className={classes} title={node.key} {...point}>
        {inside}
      </div>
    );
  const focus = { onFocus: () => onPoint?.(node.key), onBlur: () => onPoint?.('') };
  if (node.kind === 'contract')
    return (
      <a
        href={`#${contractId(node)}`}
        className={classes}
        title={node.says || node.title}
        aria-label={`Contract ${node.title}: ${node.says || 'satisfied'}`}
        {...point}
        {...focus}
      >
        {inside}
      </a>
    );
  return (
    <Link
      href={place.with({ app: node.key })}
      className={classes}
      title={node.says || node.key}
      aria-label={`${node.title}: ${word}; ${says}`}
      {...point}
      {...focus}
    >
      {inside}
    </Link>
  );
}

const title = (key: string): string => key.slice(key.lastIndexOf('/') + 1);

function underOf({ kind, says, environment, key, version }: Node): string {
  if (kind === 'contract') return version === '' ? 'nobody provides it' : `contract ${version}`;
  if (says !== '') return says;
  return environment === '' ? (key.split('/')[0] ?? '') : environment;
}

function Waves({ layout, edges }: { readonly layout: Layout; readonly edges: readonly Edge[] }): JSX.Element {
  return (
    <ol className="waves">
      {layout.columns.map((column, index) => (
        <li key={column[0]?.key ?? index}>
          <h2 className="soft">{index === 0 ? 'Waits for nothing' : `Wave ${index + 1}`}</h2>
          {column.map((node) => (
            <div key={node.key} className="wave-node">
              <Box node={node} edges={edges} />
              {edges
                .filter(({ from }) => from === node.key)
                .map(({ to, kind, waiting, broken }) => (
                  <span key={`${kind} ${to}`} className={broken ? 'tone-bad waits' : waiting ? 'tone-warn waits' : 'muted waits'}>
                    ← {title(to)}
                    {broken ? ': not satisfied' : ''}
                  </span>
                ))}
            </div>
          ))}
        </li>
      ))}
    </ol>
  );
}
