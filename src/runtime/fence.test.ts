/** S25: what may pass when this replica no longer leads. */
import { expect, test } from 'vitest';
import type { KubeRequest, KubeTransport } from '../ports/index.ts';
import { fenced } from './index.ts';

const cases: readonly { readonly method: KubeRequest['method']; readonly leads: boolean; readonly sent: boolean }[] = [
  { method: 'GET', leads: false, sent: true },
  { method: 'PATCH', leads: true, sent: true },
  { method: 'PATCH', leads: false, sent: false },
  { method: 'POST', leads: false, sent: false },
  { method: 'DELETE', leads: false, sent: false },
];

for (const { method, leads, sent } of cases) {
  test(`S25 ${method} ${leads ? 'while leading' : 'after leading'} is ${sent ? 'sent' : 'not sent'}`, async () => {
    const seen: string[] = [];
    const inner: KubeTransport = {
      send: async (request) => {
        seen.push(request.method);
        return { status: 200, headers: {}, body: { kind: 'json', value: null } };
      },
      close: async () => undefined,
    };
    await fenced(inner, () => leads)
      .send({ method, path: '/' })
      .catch(() => undefined);
    expect(seen).toEqual(sent ? [method] : []);
  });
}
