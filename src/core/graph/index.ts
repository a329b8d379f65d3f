/**
 * Dependencies: waves, cycles with their path, the critical path, and what became ready (S15).
 * In: keys and what each depends on. Out: orders and paths, the same for the same input whatever its order. Never: knows what a key stands for.
 */
export { buildGraph, type Graph, type GraphNode } from './graph.ts';
export { findCycle, waves } from './order.ts';
export { criticalPath, type CriticalPath } from './critical-path.ts';
export { impliedEdges } from './implied.ts';
export { dependentsOf, startFrontier, type Frontier } from './frontier.ts';
