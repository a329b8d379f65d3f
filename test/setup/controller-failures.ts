/** Fails the test during which a controller of an embedded cluster failed. */
import { subscribe } from 'node:diagnostics_channel';
import { afterEach } from 'vitest';

const found: string[] = [];

subscribe('lockstep:cluster:controller-failed', (failure) => found.push(JSON.stringify(failure, null, 2)));

afterEach(() => {
  const [first] = found.splice(0);
  if (first !== undefined) throw new Error(`a controller of the embedded cluster failed: ${first.replaceAll('\\n', '\n')}`);
});
