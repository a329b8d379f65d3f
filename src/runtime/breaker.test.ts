/** S22: when requests are refused, and what does not count as a failure of the server. */
import { expect, test } from 'vitest';
import type { KubeTransport } from '../ports/index.ts';
import { createBreaker } from './index.ts';

type Step = 'ok' | 'dead' | '401' | 'aborted' | 'close';

const cases: readonly {
  readonly name: string;
  readonly steps: readonly Step[];
  readonly sent: number;
  readonly told: readonly string[];
}[] = [
  { name: 'opens after three in a row', steps: ['dead', 'dead', 'dead', 'ok', 'ok'], sent: 3, told: ['open'] },
  { name: 'an answer in between starts the count anew', steps: ['dead', 'dead', 'ok', 'dead', 'dead', 'ok'], sent: 6, told: [] },
  { name: 'requests that were given up do not count', steps: ['aborted', 'aborted', 'aborted', 'ok'], sent: 4, told: [] },
  { name: 'is closed by whoever asked', steps: ['dead', 'dead', 'dead', 'ok', 'close', 'ok'], sent: 4, told: ['open'] },
  { name: 'refused credentials are told and open nothing', steps: ['401', 'ok'], sent: 2, told: ['unauthorized'] },
];

test.each(cases)('S22 $name', async ({ steps, sent, told }) => {
  let current: Step = 'ok';
  let count = 0;
  const inner: KubeTransport = {
    send: () => {
      count += 1;
      if (current === 'dead' || current === 'aborted') return Promise.reject(new Error('ECONNREFUSED'));
      return Promise.resolve({ status: current === '401' ? 401 : 200, headers: {}, body: { kind: 'json', value: null } });
    },
    close: () => Promise.resolve(),
  };
  const said: string[] = [];
  const breaker = createBreaker(inner, { most: 3, opened: () => said.push('open'), unauthorized: () => said.push('unauthorized') });
  for (const step of steps) {
    current = step;
    if (step === 'close') breaker.close();
    else
      await breaker.transport
        .send({ method: 'GET', path: '/', ...(step === 'aborted' ? { signal: AbortSignal.abort() } : {}) })
        .catch(() => undefined);
  }
  expect([count, said]).toEqual([sent, told]);
});
