/** What documents are read as, once a release holds them. Rows: run with helm v4.2.4 on a cluster. */
import { expect, test } from 'vitest';
import { helm42Split, sortManifests } from './index.ts';

const block = (name: string, hook = ''): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}${hook}}\ndata:\n  text: |\n    last line`;

test('a block that ends a document without a line break has one in the cluster', () => {
  const files = new Map([
    ['c/a.yaml', `${block('first')}\n---\n${block('second')}`],
    ['c/b.yaml', block('hook', ', annotations: {helm.sh/hook: test}')],
  ]);
  const sorted = sortManifests(files, { cache: new Map(), split: helm42Split });
  expect(sorted.ok && [...sorted.value.manifests, ...sorted.value.hooks].map(({ object }) => (object as { data: unknown }).data)).toEqual([
    { text: 'last line\n' },
    { text: 'last line\n' },
    { text: 'last line\n' },
  ]);
});
