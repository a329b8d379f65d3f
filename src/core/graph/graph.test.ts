/** Graphs as text: `a<b,c` reads "a depends on b and c". */
import { expect, test } from 'vitest';
import { buildGraph, criticalPath, dependentsOf, findCycle, impliedEdges, startFrontier, waves, type Graph } from './index.ts';

const parse = (text: string): Graph =>
  buildGraph(
    text
      .split(' ')
      .filter((word) => word !== '')
      .map((word) => {
        const [key = '', dependencies = ''] = word.split('<');
        return { key, dependsOn: dependencies.split(',').filter((name) => name !== '') };
      }),
  );

test.each<[string, string[][], string[] | undefined]>([
  ['', [], undefined],
  ['b a', [['a', 'b']], undefined],
  ['c<b b<a a', [['a'], ['b'], ['c']], undefined],
  ['d<b,c b<a c<a a', [['a'], ['b', 'c'], ['d']], undefined],
  ['a<a', [], ['a', 'a']],
  ['x a<b b<c c<a d<a', [['x']], ['a', 'b', 'c', 'a']],
  ['c<b b<c a<b', [], ['b', 'c', 'b']],
  ['a<b a<c b c', [['b', 'c'], ['a']], undefined],
])('%s', (text, expected, cycle) => {
  expect(waves(parse(text))).toEqual(expected);
  expect(findCycle(parse(text))).toEqual(cycle);
});

test('dependencies that are not there are told, and hold nobody up', () => {
  const graph = parse('a<z b<a');
  expect(graph.missing).toEqual([{ key: 'a', dependency: 'z' }]);
  expect(waves(graph)).toEqual([['a'], ['b']]);
});

test('the critical path', () => {
  const weights: Record<string, number> = { a: 1, b: 5, c: 2, d: 1 };
  expect(criticalPath(parse('d<b,c b<a c<a a'), (key) => weights[key] ?? 0)).toEqual({ path: ['a', 'b', 'd'], total: 7 });
  expect(criticalPath(parse(''), () => 1)).toEqual({ path: [], total: 0 });
});

test('what became ready, and what no longer is', () => {
  const frontier = startFrontier(parse('d<b,c b<a c<a a'));
  expect(frontier.ready()).toEqual(['a']);
  expect(frontier.complete('a')).toEqual(['b', 'c']);
  expect(frontier.complete('a')).toEqual([]);
  expect(frontier.complete('b')).toEqual([]);
  expect([...frontier.waiting()]).toEqual([['d', ['c']]]);
  expect(frontier.complete('c')).toEqual(['d']);
  expect(frontier.reopen('c')).toEqual(['d']);
  expect(frontier.ready()).toEqual(['c']);
  expect(frontier.complete('unknown')).toEqual([]);
  expect(startFrontier(parse('b<a a'), ['a']).ready()).toEqual(['b']);
});

test('everything behind a key', () => {
  expect(dependentsOf(parse('d<b,c b<a c<a a x'), ['c', 'unknown'])).toEqual(['c', 'd']);
});

test('long chains and wide fans are ordinary', () => {
  const count = 50_000;
  const chain = buildGraph(Array.from({ length: count }, (_, i) => ({ key: `k${i}`, dependsOn: i === 0 ? [] : [`k${i - 1}`] })));
  expect(waves(chain)).toHaveLength(count);
  expect(findCycle(chain)).toBeUndefined();
});

test.each([
  ['ab ac bc', 'ac'],
  ['ab bc', ''],
  // Twice the same way is no longer one, nor is one through itself.
  ['ab ab aa', ''],
  ['ab bc cd ad bd', 'ad bd'],
  ['ab ba', ''],
])('%s: implied %j', (edges, implied) => {
  const all = edges.split(' ').map(([from = '', to = '']) => ({ from, to }));
  expect([...impliedEdges(all)].map(({ from, to }) => from + to).join(' ')).toBe(implied);
});
