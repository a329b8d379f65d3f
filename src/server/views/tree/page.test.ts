/** A page of a tree: bounded, what is not well never hidden, and all pages together are all rows. */
import { describe, expect, test } from 'vitest';
import type { QueryOf, TreeNode, TreePage } from '../../../api/http/index.ts';
import { writeView } from '../view.ts';
import type { Branch } from './nodes.ts';
import { treePage } from './page.ts';

const branch = (
  kind: string,
  name: string,
  { healthy = true, branches = [] }: { healthy?: boolean; branches?: Branch[] } = {},
): Branch => ({
  node: {
    key: `${kind}-${name}-0123456789abcdef0123456789`,
    size: 1,
    ref: { group: '', kind, namespace: 'shop', name },
    apiVersion: 'v1',
    health: healthy
      ? { state: 'Healthy', provenance: 'observed' }
      : { state: 'Degraded', provenance: 'observed', message: 'x'.repeat(200) },
    sync: 'inSync',
    badge: 'Running',
    createdAt: '2026-01-01T00:00:00Z',
  },
  resource: undefined,
  branches,
  below: branches.reduce((sum, { below }) => sum + 1 + below, 0),
  problems: (healthy ? 0 : 1) + branches.reduce((sum, { problems }) => sum + problems, 0),
});

const asked: QueryOf<'tree'> = { heap: 12, limit: 100 };

/** Five thousand objects: Deployments with Pods, one Pod in five hundred not well. */
const large = (healthy = (index: number): boolean => index % 500 !== 0): Branch[] =>
  Array.from({ length: 500 }, (_, root) =>
    branch('Deployment', `web-${root}`, {
      branches: Array.from({ length: 9 }, (__, pod) => branch('Pod', `web-${root}-${pod}`, { healthy: healthy(root * 9 + pod) })),
    }),
  );

function read(branches: readonly Branch[], query: Partial<QueryOf<'tree'>> = {}): TreePage & { readonly bytes: number } {
  const view = treePage({ branches, version: '1', hidden: 0 }, { ...asked, ...query });
  if (!view.ok) throw new Error(view.error.message);
  const { json } = writeView(view.value);
  return { ...(JSON.parse(json) as TreePage), bytes: Buffer.byteLength(json) };
}

function everyPage(
  branches: readonly Branch[],
  query: Partial<QueryOf<'tree'>> = {},
): { readonly rows: TreeNode[]; readonly largest: number } {
  const rows: TreeNode[] = [];
  let [largest, cursor]: [number, string | undefined] = [0, undefined];
  do {
    const page: ReturnType<typeof read> = read(branches, { ...query, ...(cursor === undefined ? {} : { cursor }) });
    rows.push(...page.items);
    largest = Math.max(largest, page.bytes);
    cursor = page.next;
  } while (cursor !== undefined);
  return { rows, largest };
}

describe('a tree of 5,000 objects', () => {
  test('what is not well is open, what is well is a heap, and no page is over 50 KB', () => {
    const { rows, largest } = everyPage(large());
    expect(largest).toBeLessThan(51_200);
    expect(rows.filter(({ health, heap }) => health.state === 'Degraded' && heap !== true)).toHaveLength(9);
    expect(rows.at(-1)).toMatchObject({ heap: true, closed: true, size: 491, states: { Healthy: 491 } });
  });

  test('a heap that is opened comes whole, page by page, each row once', () => {
    const branches = large(() => true);
    const [heap] = read(branches).items;
    const { rows, largest } = everyPage(branches, { open: heap?.key ?? '' });
    expect(largest).toBeLessThan(51_200);
    expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
    expect(rows).toHaveLength(501);
    expect(rows[0]?.closed).toBeUndefined();
    // What is in it is well and stays closed in turn.
    expect(rows[1]).toMatchObject({ depth: 1, children: 9, closed: true });
  });

  test('everything broken is still bounded', () => {
    const { rows, largest } = everyPage(large(() => false));
    expect(largest).toBeLessThan(51_200);
    expect(rows.length).toBeGreaterThan(450);
  });

  test('one node is found by its key, wherever it stands', () => {
    const branches = large();
    const wanted = branches[55]?.branches[5]?.node.key ?? '';
    expect(read(branches, { key: wanted }).items.map(({ ref }) => ref.name)).toEqual(['web-55-5']);
    expect(read(branches, { key: 'nothing' })).toMatchObject({ items: [], total: 0 });
  });
});

test('a cursor of another list is refused by name', () => {
  const view = treePage({ branches: [], version: '1', hidden: 0 }, { ...asked, cursor: 'x' });
  expect(view).toMatchObject({ ok: false, error: { field: 'cursor' } });
});
