/** Everything the App owns, down to the Pods, as a live tree; one object opens in a drawer. Unhealthy ones are never inside a closed heap. */
import { type JSX, type KeyboardEvent } from 'react';
import type { TreeNode } from '../../../../src/api/http/index.ts';
import { useLive } from '../../data/hooks.ts';
import { usePlace } from '../../data/place.ts';
import { topicOf } from '../../data/routes.ts';
import { healthWords, plural, treeSync } from '../../data/words.ts';
import { Empty, Skeleton } from '../../parts/empty.tsx';
import { StatusMark, Tag } from '../../parts/status.tsx';
import { Age } from '../../parts/time.tsx';
import { moveFocus } from '../../parts/virtual.tsx';
import { Drawer } from './drawer.tsx';
import type { AppPlace } from './index.tsx';

export function Objects({ place }: { readonly place: AppPlace }): JSX.Element {
  const address = usePlace();
  const open = address.get('open');
  const tree = useLive<TreeNode>(topicOf('tree', { params: { ...place }, query: { open, q: address.get('q') } }));
  const selected = tree.items.find(({ key }) => key === address.get('object'));
  if (tree.state === 'failed') return <Empty mark="failed" title={tree.error?.message ?? 'The tree could not be read'} />;
  if (tree.state === 'loading') return <Skeleton lines={10} />;
  if (tree.items.length === 0) return <Empty mark="pending" title="Nothing is applied yet" />;
  const toggle = (node: TreeNode): void => {
    if (node.heap === true) address.set({ open: [...open.split(',').filter((key) => key !== ''), node.key].join(',') });
    else address.set({ object: node.key }, 'push');
  };
  return (
    <section aria-label="Objects">
      <p className="soft object-count">{plural(Number(tree.meta['objects'] ?? tree.items.length), 'object')}</p>
      <ul className="tree" role="tree" aria-label="Objects" onKeyDown={(event: KeyboardEvent<HTMLElement>) => moveFocus(event)}>
        {tree.items.map((node) => (
          <Row key={node.key} node={node} selected={node === selected} onOpen={() => toggle(node)} />
        ))}
      </ul>
      {selected === undefined ? null : <Drawer place={place} node={selected} onClose={() => address.set({ object: '' })} />}
    </section>
  );
}

interface RowProps {
  readonly node: TreeNode;
  readonly selected: boolean;
  readonly onOpen: () => void;
}

function Row({ node, selected, onOpen }: RowProps): JSX.Element {
  const { mark, word } = healthWords(node.health);
  const notable = node.sync === 'drifted' || node.sync === 'missing' || node.sync === 'pending';
  return (
    <li role="none">
      <button
        type="button"
        role="treeitem"
        aria-level={node.depth + 1}
        aria-selected={selected}
        className={`tree-row depth-${Math.min(node.depth, 6)}`}
        onClick={onOpen}
      >
        <StatusMark mark={mark} label={word} />
        <span className="tree-kind">{node.ref.kind}</span>
        <span className="tree-name">{node.heap === true ? `${node.size} more, all ${word.toLowerCase()}` : node.ref.name}</span>
        {node.badge === '' ? null : <Tag tone={node.health.state === 'Degraded' ? 'bad' : 'none'}>{node.badge}</Tag>}
        {notable ? <Tag tone="warn">{treeSync[node.sync]}</Tag> : null}
        {node.problems > 0 ? <Tag tone="bad">{plural(node.problems, 'problem')} below</Tag> : null}
        <span className="tree-end soft">{node.createdAt === undefined ? null : <Age at={node.createdAt} />}</span>
      </button>
    </li>
  );
}
