/** The entries of the kill test: the n-th one is the same whoever makes it. */
import type { LedgerEvent } from '../../src/ports/index.ts';

export const killEvent = (index: number): LedgerEvent => ({
  id: `e${index}`,
  at: 1_000 + index,
  type: 'Applied',
  subject: `shop/app-${index % 3}`,
  environment: 'prod',
  message: 'x'.repeat(300),
  versions: [{ kind: 'app', name: `app-${index % 3}`, version: `1.${index}.0` }],
  touched: [{ object: `Deployment/shop/app-${index % 3}`, operation: 'change', fields: ['spec.replicas'] }],
});
