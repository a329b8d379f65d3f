/** Places for the nodes of a system: a column per wave, and in each column an order with few crossings. */
import type { SystemEdge, SystemGraph, SystemNode } from './system.ts';

export interface Placed {
  readonly node: SystemNode;
  /** Middle of its left side, in pixels. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

export interface Layout {
  readonly placed: readonly Placed[];
  readonly width: number;
  readonly height: number;
}

export const HEIGHT = 30;
const ROW = 46;
const MARGIN = 24;
const GAP = 90;
/** Of a monospaced letter at 12 pixels. */
const LETTER = 7.3;
const SWEEPS = 6;

/** `label` is what is written on a node. */
export function layOut({ nodes, edges }: SystemGraph, label: (node: SystemNode) => string): Layout {
  const columns = columnsOf(nodes);
  const rows = uncrossed(columns, edges);
  const placed: Placed[] = [];
  let x = MARGIN;
  const tallest = Math.max(0, ...rows.map((column) => column.length));
  for (const column of rows) {
    const width = Math.max(60, ...column.map((node) => Math.ceil(label(node).length * LETTER) + 28));
    const top = MARGIN + ((tallest - column.length) * ROW) / 2;
    for (const [index, node] of column.entries()) placed.push({ node, x, y: top + index * ROW + ROW / 2, width });
    x += width + GAP;
  }
  return { placed, width: Math.max(2 * MARGIN, x - GAP + MARGIN), height: tallest * ROW + 2 * MARGIN };
}

/** What is on a circle comes last, where it can be seen. */
function columnsOf(nodes: readonly SystemNode[]): readonly (readonly SystemNode[])[] {
  const last = Math.max(-1, ...nodes.map(({ wave }) => wave)) + 1;
  const columns: SystemNode[][] = [];
  for (const node of nodes) (columns[node.wave < 0 ? last : node.wave] ??= []).push(node);
  return columns.filter((column) => column.length > 0).map((column) => column.toSorted((a, b) => (a.key < b.key ? -1 : 1)));
}

/** Each node moves to the middle of its neighbours in the columns before, then after, a few times (Sugiyama). */
function uncrossed(columns: readonly (readonly SystemNode[])[], edges: readonly SystemEdge[]): readonly (readonly SystemNode[])[] {
  const neighbours = new Map<string, string[]>();
  for (const { from, to } of edges) {
    neighbours.set(from, [...(neighbours.get(from) ?? []), to]);
    neighbours.set(to, [...(neighbours.get(to) ?? []), from]);
  }
  let rows = columns;
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const at = new Map(rows.flatMap((column) => column.map((node, index): [string, number] => [node.key, index - column.length / 2])));
    const middle = ({ key }: SystemNode): number => {
      const places = (neighbours.get(key) ?? []).flatMap((other) => at.get(other) ?? []);
      return places.length === 0 ? (at.get(key) ?? 0) : places.reduce((sum, place) => sum + place, 0) / places.length;
    };
    rows = rows.map((column) => column.toSorted((a, b) => middle(a) - middle(b) || (a.key < b.key ? -1 : 1)));
  }
  return rows;
}
