/**
 * Everything the App owns, down to the Pods, as a live tree; one object opens in a drawer. Unhealthy ones are never inside a closed heap, and only the
 * rows on screen exist, so a tree of thousands scrolls like one of ten.
 */
import { memo, useCallback, useMemo, useState, type JSX } from 'react';
import type { TreeNode } from '../../../../src/api/http/index.ts';
import { useLive, useSettled } from '../../data/hooks.ts';
import { usePages } from '../../data/use-pages.ts';
import { usePlace } from '../../data/place.ts';
import { topicOf } from '../../data/routes.ts';
import { healthWords, plural, treeSync } from '../../data/words.ts';
import { Empty, Skeleton } from '../../parts/empty.tsx';
import { Icon } from '../../parts/icon.tsx';
import { usePhone } from '../../parts/phone.ts';
import { StatusMark, Tag } from '../../parts/status.tsx';
import { Age } from '../../parts/time.tsx';
import { VirtualRows } from '../../parts/virtual.tsx';
import { Drawer } from './drawer/index.tsx';
import type { AppPlace } from './index.tsx';
import { branches, type BranchState } from './branches.ts';

type Tree = ReturnType<typeof usePages<TreeNode>>;

const ROW = 36;
const ROW_PHONE = 44;

export function Objects({ place }: { readonly place: AppPlace }): JSX.Element {
  const address = usePlace();
  const [text, setText] = useState(address.get('q'));
  const q = useSettled(text.trim());
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const open = address.get('open');
  const health = address.get('health');
  const query = { open, q, health };
  const tree = usePages<TreeNode>(
    (cursor) => topicOf('tree', { params: { ...place }, query: { ...query, cursor } }),
    topicOf('tree', { params: { ...place }, query }),
  );
  const selected = useSelected(place, tree, query);
  const shown = useMemo(() => branches(tree.items, closed), [tree.items, closed]);
  const toggle = (node: TreeNode, state: BranchState): void => {
    if (state === 'hidden') address.set({ open: [...open.split(',').filter((key) => key !== ''), node.key].join(',') });
    setClosed((before) => new Set(state === 'open' ? [...before, node.key] : [...before].filter((key) => key !== node.key)));
  };
  if (tree.state === 'failed') return <Empty mark="failed" title={tree.error?.message ?? 'The tree could not be read'} />;
  return (
    <section className="stack" aria-label="Objects">
      <div className="row wrap between tree-tools">
        <div className="search">
          <Icon name="search" />
          <input
            type="search"
            className="input"
            placeholder="Kind, name, namespace…"
            aria-label="Search objects"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </div>
        <label className="row">
          <input
            type="checkbox"
            checked={health !== ''}
            onChange={(event) => address.set({ health: event.target.checked ? NOT_WELL : '' })}
          />{' '}
          Only what is not well
        </label>
        <span className="soft num">{tree.state === 'ready' ? countWords(tree.meta) : ''}</span>
      </div>
      <Rows nodes={shown} tree={tree} filtered={q !== '' || health !== ''} selected={selected?.key} onToggle={toggle} />
      {selected === undefined || selected.heap === true ? null : (
        <Drawer place={place} node={selected} onClose={() => address.set({ object: '', part: '' })} />
      )}
    </section>
  );
}

interface TreeQuery {
  readonly open: string;
  readonly q: string;
  readonly health: string;
}

/** The node that the address names; one that stands further down than was looked at is asked for by itself. */
function useSelected(place: AppPlace, tree: Tree, query: TreeQuery): TreeNode | undefined {
  const key = usePlace().get('object');
  const loaded = tree.items.find((node) => node.key === key);
  const wanted = key !== '' && loaded === undefined && tree.state === 'ready';
  const alone = useLive<TreeNode>(wanted ? topicOf('tree', { params: { ...place }, query: { ...query, key } }) : undefined);
  return loaded ?? (wanted ? alone.items[0] : undefined);
}

const NOT_WELL = 'Degraded,Missing,Progressing,Unknown';

const countWords = (meta: Readonly<Record<string, unknown>>): string => {
  const hidden = Number(meta['hidden'] ?? 0);
  return `${plural(Number(meta['objects'] ?? 0), 'object')}${hidden === 0 ? '' : `; ${hidden.toLocaleString('en')} you may not see`}`;
};

interface RowsProps {
  readonly nodes: ReturnType<typeof branches>;
  readonly tree: Tree;
  readonly filtered: boolean;
  readonly selected: string | undefined;
  readonly onToggle: (node: TreeNode, state: BranchState) => void;
}

function Rows({ nodes, tree, filtered, selected, onToggle }: RowsProps): JSX.Element {
  const address = usePlace();
  const phone = usePhone();
  const heightAt = useCallback(() => (phone ? ROW_PHONE : ROW), [phone]);
  const { show, items, total } = tree;
  const onRange = useCallback(
    (first: number, last: number) => show(nodes[first]?.row ?? 0, nodes[last]?.row ?? items.length + last - nodes.length),
    [show, nodes, items.length],
  );
  if (tree.state === 'loading') return <Skeleton lines={10} />;
  if (nodes.length === 0)
    return filtered ? <Empty mark="unknown" title="No object matches" /> : <Empty mark="pending" title="Nothing is applied yet" />;
  return (
    <div className="tree" role="tree" aria-label="Objects">
      <VirtualRows
        count={nodes.length + Math.max(0, total - items.length)}
        heightAt={heightAt}
        keyAt={(index) => nodes[index]?.node.key ?? `missing ${index}`}
        onRange={onRange}
        shape={String(phone)}
        render={(index) => {
          const one = nodes[index];
          if (one === undefined) return <div className="tree-row skeleton-row" aria-busy="true" />;
          const { node, state } = one;
          return (
            <Row
              node={node}
              state={state}
              selected={node.key === selected}
              onToggle={() => onToggle(node, state)}
              onOpen={() => (node.heap === true ? onToggle(node, state) : address.set({ object: node.key }, 'push'))}
            />
          );
        }}
      />
    </div>
  );
}

interface RowProps {
  readonly node: TreeNode;
  readonly state: BranchState;
  readonly selected: boolean;
  readonly onToggle: () => void;
  readonly onOpen: () => void;
}

const same = (before: RowProps, now: RowProps): boolean =>
  before.node === now.node && before.state === now.state && before.selected === now.selected;

const Row = memo(function Row({ node, state, selected, onToggle, onOpen }: RowProps): JSX.Element {
  const { mark, word } = healthWords(node.health);
  const notable = node.sync === 'drifted' || node.sync === 'missing' || node.sync === 'pending';
  const below = node.problems - (node.heap === true || node.health.state === 'Healthy' ? 0 : 1);
  return (
    <div
      role="treeitem"
      tabIndex={0}
      data-row
      aria-level={node.depth + 1}
      aria-selected={selected}
      aria-expanded={state === 'leaf' ? undefined : state === 'open'}
      className={`tree-row depth-${Math.min(node.depth, 6)} ${node.problems > 0 ? 'sick' : ''}`}
      onClick={onOpen}
      onKeyDown={(event) => {
        if (event.key === 'Enter' || event.key === ' ') onOpen();
        else if (event.key === 'ArrowRight' && (state === 'closed' || state === 'hidden')) onToggle();
        else if (event.key === 'ArrowLeft' && state === 'open') onToggle();
        else return;
        event.preventDefault();
      }}
    >
      <span
        className="twig"
        aria-hidden="true"
        onClick={(event) => {
          if (state === 'leaf') return;
          event.stopPropagation();
          onToggle();
        }}
      >
        {state === 'leaf' ? null : <Icon name={state === 'open' ? 'down' : 'right'} size={12} />}
      </span>
      <StatusMark mark={mark} label={word} />
      <span className="tree-kind">{node.heap === true ? '' : node.ref.kind}</span>
      <span className="tree-name">{node.heap === true ? heapWords(node) : node.ref.name}</span>
      {node.badge === '' ? null : <Tag tone={node.health.state === 'Degraded' ? 'bad' : 'none'}>{node.badge}</Tag>}
      {notable ? <Tag tone="warn">{treeSync[node.sync]}</Tag> : null}
      {below > 0 && state !== 'open' ? <Tag tone="bad">{plural(below, 'problem')} below</Tag> : null}
      {node.health.state === 'Healthy' || node.heap === true ? null : <span className="tree-says soft clip">{node.health.message}</span>}
      <span className="tree-end muted">{node.createdAt === undefined ? null : <Age at={node.createdAt} />}</span>
    </div>
  );
}, same);

/** `480 Pods: 478 Healthy, 2 Progressing`. */
function heapWords({ size, ref, states = {} }: TreeNode): string {
  const kind = ref.kind || 'object';
  const told = Object.entries(states).map(([state, count]) => `${count.toLocaleString('en')} ${state}`);
  return `${size.toLocaleString('en')} × ${kind}: ${told.join(', ')}`;
}
