/**
 * The system as a graph, and its drawings.
 * In: Apps. Out: nodes and edges with what waits for what, as a value, as text, as SVG. Never: asks a cluster.
 */
export { appOrder, type SystemEdge, type SystemGraph, systemGraph, type SystemNode } from './system.ts';
export { systemText } from './text.ts';
export { systemSvg } from './svg.ts';
