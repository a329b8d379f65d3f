/** Which rows of a tree are on screen when some branches are closed, and how each branch stands. Pure. */
import type { TreeNode } from '../../../../src/api/http/index.ts';

/** `hidden`: it has something below that the server keeps back until it is asked for. */
export type BranchState = 'leaf' | 'open' | 'closed' | 'hidden';

export interface ShownNode {
  readonly node: TreeNode;
  readonly state: BranchState;
}

/** Nodes come parents before children, each child after its parent. */
export function branches(nodes: readonly TreeNode[], closed: ReadonlySet<string>): readonly ShownNode[] {
  const shown: ShownNode[] = [];
  let hiddenBelow = Infinity;
  for (const [index, node] of nodes.entries()) {
    if (node.depth > hiddenBelow) continue;
    hiddenBelow = Infinity;
    const state = stateOf(node, nodes[index + 1], closed);
    if (state === 'closed') hiddenBelow = node.depth;
    shown.push({ node, state });
  }
  return shown;
}

function stateOf(node: TreeNode, next: TreeNode | undefined, closed: ReadonlySet<string>): BranchState {
  if (next?.parent === node.key) return closed.has(node.key) ? 'closed' : 'open';
  return node.heap === true || node.children > 0 ? 'hidden' : 'leaf';
}
