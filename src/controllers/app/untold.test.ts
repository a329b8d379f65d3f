/** S18: what counts as a secret in what is told of an App. */
import { expect, test } from 'vitest';
import { maskText, untold } from './secret-texts.ts';

const app = {
  apiVersion: 'lockstep.dev/v1',
  kind: 'App',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { source: { name: 'config', path: 'apps/payments/api' } },
};

test.each([
  [
    'a user that is named like the folder',
    ['payments', 'hunter2hunter2'],
    'apps/payments/api/a.yaml: hunter2hunter2',
    'apps/payments/api/a.yaml: ***',
  ],
  ['a value that only contains the folder', ['apps/payments/api-key'], 'apps/payments/api-key', '***'],
])('%s', (_name, secrets, text, masked) => {
  expect(maskText(text, untold(secrets, app))).toBe(masked);
});
