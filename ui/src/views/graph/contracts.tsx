/** Contracts in words: what is provided by whom, who requires which versions of it, and whether that fits. Those that do not fit come first. */
import type { JSX } from 'react';
import { Link } from 'wouter';
import { appPath } from '../../data/place.ts';
import { levels, plural } from '../../data/words.ts';
import { Status, StatusMark, Tag } from '../../parts/status.tsx';
import type { Edge, Node } from './layout.ts';

interface ContractsProps {
  readonly nodes: readonly Node[];
  readonly edges: readonly Edge[];
}

/** Where a contract stands on the page. */
export const contractId = ({ key }: Pick<Node, 'key'>): string => `contract-${encodeURIComponent(key)}`;

const WORST_FIRST = ['broken', 'attention', 'fine'];

export function Contracts({ nodes, edges }: ContractsProps): JSX.Element | null {
  const contracts = nodes
    .filter(({ kind }) => kind === 'contract')
    .toSorted((a, b) => WORST_FIRST.indexOf(a.level) - WORST_FIRST.indexOf(b.level) || (a.title < b.title ? -1 : 1));
  if (contracts.length === 0) return null;
  const unmet = (level: Node['level']): number => contracts.filter((one) => one.level === level).length;
  const [broken, warned] = [unmet('broken'), unmet('attention')];
  return (
    <section className="panel" aria-label="Contracts">
      <header>
        <h2>Contracts</h2>
        <span className="soft">
          {plural(contracts.length, 'contract')}
          {broken + warned === 0 ? ', all satisfied' : ''}
          {broken === 0 ? '' : `, ${broken.toLocaleString('en')} not satisfied`}
          {warned === 0 ? '' : `, ${warned.toLocaleString('en')} optional and not satisfied`}
        </span>
      </header>
      <ul className="contracts">
        {contracts.map((node) => (
          <Contract key={node.key} node={node} edges={edges} />
        ))}
      </ul>
    </section>
  );
}

function Contract({ node, edges }: { readonly node: Node; readonly edges: readonly Edge[] }): JSX.Element {
  const providers = edges.filter(({ from, kind }) => from === node.key && kind === 'provides');
  const requirements = edges.filter(({ to, kind }) => to === node.key && kind === 'requires');
  const { mark, tone } = levels[node.level];
  const word = node.level === 'fine' ? 'Satisfied' : node.level === 'broken' ? 'Not satisfied' : 'Optional, not satisfied';
  return (
    <li id={contractId(node)} tabIndex={-1}>
      <div className="row wrap">
        <strong>{node.title}</strong>
        {node.environment === '' ? null : <Tag>{node.environment}</Tag>}
        <Status mark={mark}>{word}</Status>
        <span className="contract-offer">
          {node.version === '' ? (
            <span className={`tone-${tone}`}>nobody provides it</span>
          ) : (
            <>
              <code>{node.version}</code> <span className="soft">provided by</span>{' '}
              {providers.map(({ to }) => (
                <Link key={to} className="link" href={appPath(to)}>
                  {to}
                </Link>
              ))}
            </>
          )}
        </span>
      </div>
      {requirements.length === 0 ? <p className="soft contract-nobody">Nobody requires it.</p> : null}
      <ul>
        {requirements.map((edge) => (
          <Requirement key={edge.from} edge={edge} />
        ))}
      </ul>
    </li>
  );
}

function Requirement({ edge: { from, version, optional, broken } }: { readonly edge: Edge }): JSX.Element {
  return (
    <li className="row wrap">
      <StatusMark mark={broken ? (optional ? 'drifted' : 'failed') : 'healthy'} label={broken ? 'not satisfied' : 'satisfied'} />
      <Link className="link" href={appPath(from)}>
        {from}
      </Link>
      <span className="soft">requires</span> <code>{version}</code>
      {optional ? <Tag>optional</Tag> : null}
    </li>
  );
}
