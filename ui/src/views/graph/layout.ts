/** Where the nodes of the graph stand: a column for each wave, and in each column the order that lets lines cross least. Pure. */
import type { GraphView } from '../../../../src/api/http/index.ts';

export type Node = GraphView['nodes'][number];
export type Edge = GraphView['edges'][number];

export interface Placed {
  readonly node: Node;
  readonly x: number;
  readonly y: number;
}

export interface Layout {
  readonly placed: ReadonlyMap<string, Placed>;
  readonly columns: readonly (readonly Node[])[];
  readonly width: number;
  readonly height: number;
}

export const NODE = { width: 196, height: 48 };
const GAP = { x: 56, y: 16 };
const EDGE = 16;
/** More passes change nothing a person would see. */
const PASSES = 4;

export function layOut(nodes: readonly Node[], edges: readonly Edge[]): Layout {
  const columns = ordered(columnsOf(nodes), edges);
  const tallest = Math.max(1, ...columns.map(({ length }) => length));
  const height = tallest * (NODE.height + GAP.y) - GAP.y + 2 * EDGE;
  const placed = new Map<string, Placed>();
  for (const [wave, column] of columns.entries()) {
    const own = column.length * (NODE.height + GAP.y) - GAP.y;
    for (const [index, node] of column.entries())
      placed.set(node.key, {
        node,
        x: EDGE + wave * (NODE.width + GAP.x),
        y: (height - own) / 2 + index * (NODE.height + GAP.y),
      });
  }
  return { placed, columns, width: 2 * EDGE + columns.length * (NODE.width + GAP.x) - GAP.x, height };
}

function columnsOf(nodes: readonly Node[]): Node[][] {
  const columns: Node[][] = [];
  for (const node of nodes.toSorted((a, b) => a.wave - b.wave || (a.title < b.title ? -1 : 1))) {
    const column = (columns[node.wave] ??= []);
    column.push(node);
  }
  return columns.filter((column) => column !== undefined);
}

/** Each node goes to the middle of what it is connected with, column by column, to and fro. */
function ordered(columns: readonly Node[][], edges: readonly Edge[]): readonly (readonly Node[])[] {
  const beside = new Map<string, string[]>();
  const add = (a: string, b: string): void => void (beside.get(a)?.push(b) ?? beside.set(a, [b]));
  for (const { from, to } of edges) {
    add(from, to);
    add(to, from);
  }
  const place = new Map<string, number>();
  const note = (column: readonly Node[]): void => column.forEach(({ key }, index) => place.set(key, index - column.length / 2));
  columns.forEach(note);
  let sorted = columns.map((column) => [...column]);
  for (let pass = 0; pass < PASSES; pass += 1) {
    const turn = pass % 2 === 0 ? sorted : sorted.toReversed();
    for (const column of turn) {
      const middle = new Map(column.map(({ key }) => [key, middleOf(beside.get(key) ?? [], place, place.get(key) ?? 0)]));
      column.sort((a, b) => (middle.get(a.key) ?? 0) - (middle.get(b.key) ?? 0));
      note(column);
    }
    sorted = pass % 2 === 0 ? turn : turn.toReversed();
  }
  return sorted;
}

function middleOf(others: readonly string[], place: ReadonlyMap<string, number>, own: number): number {
  if (others.length === 0) return own;
  return others.reduce((sum, key) => sum + (place.get(key) ?? 0), 0) / others.length;
}

/** A line from the right of what is waited for to the left of what waits. */
export function lineOf(dependency: Placed, dependent: Placed): string {
  const [x1, y1] = [dependency.x + NODE.width, dependency.y + NODE.height / 2];
  const [x2, y2] = [dependent.x, dependent.y + NODE.height / 2];
  const bend = Math.max(36, Math.abs(x2 - x1) / 2);
  return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
}
