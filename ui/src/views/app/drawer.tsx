/** One object: its manifest, the difference, its events, its log, and who owns which field. */
import { useQuery } from '@tanstack/react-query';
import { useState, type JSX } from 'react';
import type { ObjectView, TreeNode } from '../../../../src/api/http/index.ts';
import { useAnswer } from '../../data/hooks.ts';
import { send, type ApiError } from '../../data/http.ts';
import { healthWords } from '../../data/words.ts';
import { CodeBlock } from '../../parts/copy.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Empty, Skeleton } from '../../parts/empty.tsx';
import { Note } from '../../parts/note.tsx';
import { Status, Tag } from '../../parts/status.tsx';
import { Moment } from '../../parts/time.tsx';
import type { AppPlace } from './index.tsx';

const PARTS = ['Manifest', 'Difference', 'Events', 'Log', 'Owners'] as const;
type Part = (typeof PARTS)[number];

interface ObjectTarget {
  readonly params: Readonly<Record<string, string>>;
  readonly query: { readonly group: string; readonly kind: string; readonly objectNamespace: string; readonly object: string };
}

interface DrawerProps {
  readonly place: AppPlace;
  readonly node: TreeNode;
  readonly onClose: () => void;
}

export function Drawer({ place, node, onClose }: DrawerProps): JSX.Element {
  const [part, setPart] = useState<Part>('Manifest');
  const { group, kind, namespace, name } = node.ref;
  const target: ObjectTarget = { params: { ...place }, query: { group, kind, objectNamespace: namespace, object: name } };
  const { data, error } = useAnswer('object', { ...target, version: `${node.health.state} ${node.sync} ${node.badge}` });
  const health = healthWords(node.health);
  return (
    <Dialog title={`${kind} ${name}`} className="drawer" onClose={onClose}>
      <div className="row wrap">
        <Status mark={health.mark}>{health.word}</Status>
        {node.health.message === undefined ? null : <span className="soft">{node.health.message}</span>}
      </div>
      <div className="segments" role="tablist" aria-label="Parts of the object">
        {PARTS.filter((each) => each !== 'Log' || (data?.containers.length ?? 0) > 0).map((each) => (
          <button key={each} type="button" role="tab" aria-selected={each === part} onClick={() => setPart(each)}>
            {each}
          </button>
        ))}
      </div>
      {error === null ? null : <Note mark="failed">{error.message}</Note>}
      {data === undefined && error === null ? <Skeleton /> : null}
      {data === undefined ? null : <Body part={part} object={data} target={target} />}
    </Dialog>
  );
}

interface BodyProps {
  readonly part: Part;
  readonly object: ObjectView;
  readonly target: ObjectTarget;
}

function Body({ part, object, target }: BodyProps): JSX.Element {
  switch (part) {
    case 'Manifest':
      return <CodeBlock label="As it is in the cluster; secret values are fingerprints" text={object.yaml} />;
    case 'Difference':
      return <Difference target={target} />;
    case 'Events':
      return <Events target={target} />;
    case 'Log':
      return <Log target={target} containers={object.containers} />;
    case 'Owners':
      return <Owners object={object} />;
  }
}

function Difference({ target }: { readonly target: ObjectTarget }): JSX.Element {
  const { data, error } = useAnswer('objectDiff', target);
  if (error !== null) return <Note mark="failed">{error.message}</Note>;
  if (data === undefined) return <Skeleton />;
  if (data.fields.length === 0) return <Empty mark="healthy" title="As Git says" />;
  return (
    <table className="table">
      <thead>
        <tr>
          <th scope="col">Field</th>
          <th scope="col">Git</th>
          <th scope="col">Live</th>
          <th scope="col">State</th>
        </tr>
      </thead>
      <tbody>
        {data.fields.map(({ path, git, live, state, manager }) => (
          <tr key={path}>
            <td className="mono">{path}</td>
            <td className="mono">{git ?? '—'}</td>
            <td className="mono">{live ?? '—'}</td>
            <td>
              <Tag tone="warn">{state}</Tag> {manager}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Events({ target }: { readonly target: ObjectTarget }): JSX.Element {
  const { data, error } = useAnswer('objectEvents', target);
  if (error !== null) return <Note mark="failed">{error.message}</Note>;
  if (data === undefined) return <Skeleton />;
  if (data.items.length === 0) return <Empty mark="unknown" title="No events" />;
  return (
    <ul className="entries">
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

function Log({ target, containers }: { readonly target: ObjectTarget; readonly containers: readonly string[] }): JSX.Element {
  const [container, setContainer] = useState(containers[0] ?? '');
  const [previous, setPrevious] = useState(false);
  const { data, error, refetch } = useQuery<string, ApiError>({
    queryKey: ['log', target, container, previous],
    queryFn: async ({ signal }) => (await send('log', { ...target, query: { ...target.query, container, previous }, signal })).text(),
  });
  return (
    <div className="stack">
      <div className="row wrap">
        <select className="input" aria-label="Container" value={container} onChange={(event) => setContainer(event.target.value)}>
          {containers.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
        <label className="row">
          <input type="checkbox" checked={previous} onChange={(event) => setPrevious(event.target.checked)} /> before the last restart
        </label>
        <button type="button" className="button small" onClick={() => void refetch()}>
          Read again
        </button>
      </div>
      {error === null ? <CodeBlock label="The last lines" text={data ?? ''} /> : <Note mark="failed">{error.message}</Note>}
    </div>
  );
}

function Owners({ object }: { readonly object: ObjectView }): JSX.Element {
  return (
    <div className="stack">
      <p className="soft">A manager is a program, not a person.</p>
      {object.owners.map(({ manager, operation, subresource, at, ours, fields }) => (
        <details key={`${manager} ${operation} ${subresource}`} open={ours}>
          <summary>
            <strong>{manager}</strong> {ours ? <Tag tone="ok">Lockstep</Tag> : null} <span className="soft">{operation}</span>{' '}
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
