/** Where documents end, by the version of Helm. */
import { expect, test } from 'vitest';
import { helm3Split, helm4Split, splitManifests } from './index.ts';

const rows: readonly (readonly [text: string, helm4: readonly string[], helm3: readonly string[]])[] = [
  ['a\n---\nb', ['a\n', 'b'], ['a', 'b']],
  ['---\na\n\n---   \n\nb\n', ['a\n\n', 'b\n'], ['a', 'b']],
  ['a ---\nb', ['a ---\nb'], ['a ---\nb']],
  ['a: 1\n---b: 2', ['a: 1\n', 'b: 2'], ['a: 1', 'b: 2']],
  // Helm 3 takes the line break with the first of two, so the second begins no line.
  ['a\n---\n---\nb', ['a\n', 'b'], ['a', '---\nb']],
  ['---\n\n---\n', [], ['---']],
  ['# nothing\n---\n  \n---\na', ['# nothing\n', 'a'], ['# nothing', '---\na']],
];

test.each(rows)('%j', (text, helm4, helm3) => {
  expect([splitManifests(text, helm4Split), splitManifests(text, helm3Split)]).toEqual([helm4, helm3]);
});
