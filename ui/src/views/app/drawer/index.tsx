/** One object beside its tree: its manifest, the difference, its events, its log, and who owns which field. Which part is open is in the address. */
import type { JSX } from 'react';
import type { ObjectView, TreeNode } from '../../../../../src/api/http/index.ts';
import { useAnswer } from '../../../data/hooks.ts';
import { usePlace } from '../../../data/place.ts';
import { healthWords, treeSync } from '../../../data/words.ts';
import { CodeBlock } from '../../../parts/copy.tsx';
import { Dialog } from '../../../parts/dialog.tsx';
import { Empty, Skeleton } from '../../../parts/empty.tsx';
import { Note } from '../../../parts/note.tsx';
import { Status, Tag } from '../../../parts/status.tsx';
import { Moment } from '../../../parts/time.tsx';
import type { AppPlace } from '../index.tsx';
import { Difference } from './difference.tsx';
import { Log } from './log.tsx';

const PARTS = ['manifest', 'difference', 'events', 'log', 'owners'] as const;
type Part = (typeof PARTS)[number];

const names: { readonly [part in Part]: string } = {
  manifest: 'Manifest',
  difference: 'Difference',
  events: 'Events',
  log: 'Log',
  owners: 'Owners',
};

export interface ObjectTarget {
  readonly params: Readonly<Record<string, string>>;
  readonly query: { readonly group: string; readonly kind: string; readonly objectNamespace: string; readonly object: string };
}

interface DrawerProps {
  readonly place: AppPlace;
  readonly node: TreeNode;
  readonly onClose: () => void;
}

export function Drawer({ place, node, onClose }: DrawerProps): JSX.Element {
  const address = usePlace();
  const { group, kind, namespace, name } = node.ref;
  const target: ObjectTarget = { params: { ...place }, query: { group, kind, objectNamespace: namespace, object: name } };
  const { data, error } = useAnswer('object', { ...target, version: `${node.health.state} ${node.sync} ${node.badge}` });
  // What differs is what one opens a drifted object for; what fails, its log or events.
  const usual = node.sync === 'drifted' || node.sync === 'pending' ? 'difference' : 'manifest';
  const part = PARTS.find((each) => each === address.get('part')) ?? usual;
  const health = healthWords(node.health);
  return (
    <Dialog title={`${kind} ${name}`} className="drawer" onClose={onClose}>
      <div className="row wrap">
        <Status mark={health.mark}>{health.word}</Status>
        {node.sync === 'drifted' || node.sync === 'missing' || node.sync === 'pending' ? (
          <Tag tone="warn">{treeSync[node.sync]}</Tag>
        ) : null}
        <span className="soft">{data?.health.message || (node.health.message ?? namespace)}</span>
      </div>
      <div className="segments scroll" role="tablist" aria-label="Parts of the object">
        {PARTS.filter((each) => each !== 'log' || (data?.containers.length ?? 0) > 0).map((each) => (
          <button key={each} type="button" role="tab" aria-selected={each === part} onClick={() => address.set({ part: each })}>
            {names[each]}
          </button>
        ))}
      </div>
      {part === 'difference' ? <Difference target={target} /> : null}
      {part !== 'difference' && error !== null ? <Note mark="failed">{error.message}</Note> : null}
      {part !== 'difference' && data === undefined && error === null ? <Skeleton /> : null}
      {data === undefined ? null : <Body part={part} object={data} target={target} />}
    </Dialog>
  );
}

interface BodyProps {
  readonly part: Part;
  readonly object: ObjectView;
  readonly target: ObjectTarget;
}

function Body({ part, object, target }: BodyProps): JSX.Element | null {
  switch (part) {
    case 'manifest':
      return <CodeBlock label="As it is in the cluster; secret values are fingerprints" text={object.yaml} />;
    case 'difference':
      return null;
    case 'events':
      return <Events target={target} />;
    case 'log':
      return <Log target={target} containers={object.containers} />;
    case 'owners':
      return <Owners object={object} />;
  }
}

function Events({ target }: { readonly target: ObjectTarget }): JSX.Element {
  const { data, error } = useAnswer('objectEvents', target);
  if (error !== null) return <Note mark="failed">{error.message}</Note>;
  if (data === undefined) return <Skeleton />;
  if (data.items.length === 0) return <Empty mark="unknown" title="No events" />;
  return (
    <ul className="kube-events">
      {data.items.map(({ at, type, reason, message, count }) => (
        <li key={`${at} ${reason} ${message}`}>
          <Moment at={at} />
          <Tag tone={type === 'Warning' ? 'warn' : 'none'}>{reason}</Tag>
          <span>
            {message}
            {count > 1 ? <span className="soft"> × {count}</span> : null}
          </span>
        </li>
      ))}
    </ul>
  );
}

function Owners({ object }: { readonly object: ObjectView }): JSX.Element {
  return (
    <div className="stack">
      <p className="soft">A manager is a program, not a person.</p>
      {object.owners.map(({ manager, operation, subresource, at, ours, fields }) => (
        <details key={`${manager} ${operation} ${subresource}`} open={ours}>
          <summary>
            <strong>{manager}</strong> {ours ? <Tag tone="ok">Lockstep</Tag> : null}{' '}
            <span className="soft">
              {operation} {subresource}
            </span>{' '}
            {at === undefined ? null : <Moment at={at} />}
          </summary>
          <pre className="code" tabIndex={0} aria-label={`Fields of ${manager}`}>
            {fields.join('\n')}
          </pre>
        </details>
      ))}
    </div>
  );
}
