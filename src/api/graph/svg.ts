/** The system as a drawing that stands alone: no script, no outside reference, light and dark by the reader's own setting. */
import { impliedEdges } from '../../core/graph/index.ts';
import { HEIGHT, layOut, type Placed } from './layout.ts';
import type { SystemEdge, SystemGraph, SystemNode } from './system.ts';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escape = (text: string): string => text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? '');

const STYLE = `
  :root{color-scheme:light dark}
  text{font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;fill:#1b1f24}
  .app{fill:#fff;stroke:#57606a}.contract{fill:#eef3f8;stroke:#8c959f}.object{fill:#fff;stroke:#8c959f;stroke-dasharray:3 3}
  .ready{stroke:#2c7a4b}.waiting{stroke:#9a6700}.trouble{stroke:#b42318;stroke-width:2}
  path{fill:none;stroke:#8c959f;stroke-width:1.3}.dashed{stroke-dasharray:4 4}
  path.broken,path.cycle{stroke:#b42318;stroke-width:2}path.held{stroke:#9a6700;stroke-width:2}
  .back{fill:#fff}.small{font-size:10px;fill:#57606a}
  @media(prefers-color-scheme:dark){.back{fill:#15181c}text{fill:#e6e9ec}.app,.object{fill:#1d2126;stroke:#8b949e}.contract{fill:#222a33;stroke:#6e7681}
  .ready{stroke:#4cb782}.waiting{stroke:#d4a72c}.trouble{stroke:#f47067}path{stroke:#6e7681}path.broken,path.cycle{stroke:#f47067}path.held{stroke:#d4a72c}
  .small{fill:#9aa4ad}}`;

const labelOf = ({ title, version, kind }: SystemNode): string => (kind === 'contract' ? `${title} ${version ?? '?'}` : title);

export function systemSvg(graph: SystemGraph): string {
  const { placed, width, height } = layOut(graph, labelOf);
  const at = new Map(placed.map((place) => [place.node.key, place]));
  const onCycle = new Set(graph.cycle.slice(1).map((key, index) => `${graph.cycle[index]} ${key}`));
  const edges = withoutImplied(graph.edges);
  const drawing = { at, cycle: onCycle, crowded: crowdedEnds(edges) };
  const lines = edges.map((edge) => line(edge, drawing));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escape(titleOf(graph))}</title>`,
    `<style>${STYLE}</style>`,
    `<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse">`,
    `<path d="M1 1 7 4 1 7" style="stroke-width:1.3"/></marker></defs>`,
    `<rect class="back" width="${width}" height="${height}"/>`,
    ...lines,
    ...placed.map(box),
    '</svg>\n',
  ].join('\n');
}

function titleOf({ nodes }: SystemGraph): string {
  const count = (kind: SystemNode['kind']): number => nodes.filter((node) => node.kind === kind).length;
  return `${count('app')} Apps and ${count('contract')} contracts; what stands left comes first`;
}

function crowdedEnds(edges: readonly SystemEdge[]): ReadonlySet<string> {
  const [once, twice] = [new Set<string>(), new Set<string>()];
  for (const { kind, from } of edges) if (kind === 'requires') (once.has(from) ? twice : once).add(from);
  return twice;
}

/** What follows from a longer way anyway is not drawn: everything depends on the platform. */
function withoutImplied(edges: readonly SystemEdge[]): readonly SystemEdge[] {
  const implied = impliedEdges(edges.filter(({ optional }) => optional !== true));
  return edges.filter((edge) => edge.kind !== 'dependsOn' || edge.waiting || !implied.has(edge));
}

interface Drawing {
  readonly at: ReadonlyMap<string, Placed>;
  /** `from to` of the edges of a circle. */
  readonly cycle: ReadonlySet<string>;
  /** Nodes at which several requirements end: there is no room for a text each. */
  readonly crowded: ReadonlySet<string>;
}

/** From what is waited for, on the left, to who waits. */
function line(edge: SystemEdge, { at, cycle, crowded }: Drawing): string {
  const [end, start] = [at.get(edge.from), at.get(edge.to)];
  if (start === undefined || end === undefined) return '';
  const [x1, x2] = [start.x + start.width, end.x];
  const bend = Math.max(40, Math.abs(x2 - x1) / 2);
  const classes = [
    cycle.has(`${edge.from} ${edge.to}`) ? 'cycle' : '',
    edge.broken && edge.optional !== true ? 'broken' : '',
    edge.waiting ? 'held' : '',
    edge.optional === true ? 'dashed' : '',
  ].filter((name) => name !== '');
  const curve = `M${x1} ${start.y}C${x1 + bend} ${start.y} ${x2 - bend} ${end.y} ${x2} ${end.y}`;
  const says = edge.range === undefined ? '' : `<title>${escape(edge.range)}</title>`;
  const path = `<path class="${classes.join(' ')}" marker-end="url(#tip)" d="${curve}">${says}</path>`;
  if (edge.range === undefined || (crowded.has(edge.from) && !edge.broken)) return path;
  return `${path}<text class="small" text-anchor="end" x="${x2 - 10}" y="${end.y - 5}">${escape(edge.range)}</text>`;
}

function box({ node, x, y, width }: Placed): string {
  const round = node.kind === 'contract' ? HEIGHT / 2 : 5;
  const says = node.says === '' ? '' : `<title>${escape(node.says)}</title>`;
  const shape = `<rect class="${node.kind} ${node.state}" x="${x}" y="${y - HEIGHT / 2}" width="${width}" height="${HEIGHT}" rx="${round}"/>`;
  const text = `<text x="${x + width / 2}" y="${y + 4}" text-anchor="middle">${escape(labelOf(node))}</text>`;
  return `<g>${says}${shape}${text}</g>`;
}
