/** Names of the cluster in queries. */
import { expect, test } from 'vitest';
import { fillIn } from './queries.ts';

const names = {
  namespace: 'shop',
  app: 'web',
  inventory: [
    { kind: 'Deployment', name: 'web' },
    { kind: 'Service', name: 'front' },
    { kind: 'StatefulSet', name: 'db.main' },
  ],
};

test.each([
  ['sum(rate(x{namespace="$namespace", pod=~"$pods"}[5m]))', 'sum(rate(x{namespace="shop", pod=~"(web|db[.]main)-.*"}[5m]))'],
  ['x{app="$app"} $application', 'x{app="web"} $application'],
])('%s', (query, filled) => expect(fillIn(query, names)).toBe(filled));

test('an App without workloads is looked for by its name', () => {
  expect(fillIn('$pods', { ...names, inventory: [] })).toBe('(web)-.*');
});

test('no name ends a string or means anything in a pattern', () => {
  const hostile = { namespace: 'a"} or x{b="', app: 'a.*|b', inventory: [{ kind: 'Deployment', name: 'x")|(.+' }] };
  expect(fillIn('"$namespace" "$app" "$pods"', hostile)).toBe('"aorxb" "a[.]b" "(x[.])-.*"');
});
