/** Which rows of a tree are on screen when some branches are closed, and how each branch stands. Pure. */
import type { TreeNode } from '../../../../src/api/http/index.ts';

/** `hidden`: it has something below that the server keeps back until it is asked for. */
export type BranchState = 'leaf' | 'open' | 'closed' | 'hidden';

export interface ShownNode {
  readonly node: TreeNode;
  readonly state: BranchState;
  /** Its place among all rows that were loaded. */
  readonly row: number;
}

/** Nodes come parents before children, each child after its parent. */
export function branches(nodes: readonly TreeNode[], closed: ReadonlySet<string>): readonly ShownNode[] {
  const shown: ShownNode[] = [];
  let hiddenBelow = Infinity;
  for (const [row, node] of nodes.entries()) {
    if (node.depth > hiddenBelow) continue;
    hiddenBelow = Infinity;
    const state = stateOf(node, closed);
    if (state === 'closed') hiddenBelow = node.depth;
    shown.push({ node, state, row });
  }
  return shown;
}

function stateOf(node: TreeNode, closed: ReadonlySet<string>): BranchState {
  if (node.closed === true) return 'hidden';
  if (node.heap !== true && node.children === 0) return 'leaf';
  return closed.has(node.key) ? 'closed' : 'open';
}
