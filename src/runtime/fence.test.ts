/** S25: what may pass when this replica no longer leads. */
import { expect, test } from 'vitest';
import type { KubeRequest, KubeTransport } from '../ports/index.ts';
import { fenced } from './index.ts';

const account = '/api/v1/namespaces/lockstep-system/serviceaccounts/lockstep';
const reviews = '/apis/authorization.k8s.io/v1';

const cases: readonly {
  readonly method: KubeRequest['method'];
  readonly path?: string;
  readonly leads: boolean;
  readonly sent: boolean;
}[] = [
  { method: 'GET', leads: false, sent: true },
  { method: 'PATCH', leads: true, sent: true },
  { method: 'PATCH', leads: false, sent: false },
  { method: 'POST', leads: false, sent: false },
  { method: 'DELETE', leads: false, sent: false },
  // A replica that stands by connects to other clusters by such a token; nothing is stored of it.
  { method: 'POST', path: `${account}/token`, leads: false, sent: true },
  { method: 'POST', path: `${account}/tokens`, leads: false, sent: false },
  { method: 'PUT', path: `${account}/token`, leads: false, sent: false },
  { method: 'POST', path: `/api/v1/namespaces/a/pods/token/eviction`, leads: false, sent: false },
  { method: 'POST', path: `${reviews}/selfsubjectaccessreviews`, leads: false, sent: true },
  { method: 'POST', path: `${reviews}/namespaces/a/localsubjectaccessreviews`, leads: false, sent: true },
  { method: 'POST', path: '/apis/example.com/v1/codereviews', leads: false, sent: false },
];

for (const { method, path = '/', leads, sent } of cases) {
  test(`S25 ${method} ${path} ${leads ? 'while leading' : 'after leading'} is ${sent ? 'sent' : 'not sent'}`, async () => {
    const seen: string[] = [];
    const inner: KubeTransport = {
      send: async (request) => {
        seen.push(request.method);
        return { status: 200, headers: {}, body: { kind: 'json', value: null } };
      },
      close: async () => undefined,
    };
    await fenced(inner, { leads: () => leads, onLapse: () => () => undefined })
      .send({ method, path })
      .catch(() => undefined);
    expect(seen).toEqual(sent ? [method] : []);
  });
}

test('S25 a seat may be an object with a state of its own', async () => {
  class Seat {
    readonly #until = 1;
    leads(): boolean {
      return this.#until > 0;
    }
    onLapse(): () => void {
      return () => void this.#until;
    }
  }
  const inner: KubeTransport = {
    send: () => Promise.resolve({ status: 200, headers: {}, body: { kind: 'json', value: null } }),
    close: () => Promise.resolve(),
  };
  await expect(fenced(inner, new Seat()).send({ method: 'PATCH', path: '/' })).resolves.toMatchObject({ status: 200 });
});

test('S25 a write under way when leadership lapses is given up; a read is not', async () => {
  const lapse: (() => void)[] = [];
  const ended: string[] = [];
  const inner: KubeTransport = {
    send: ({ method, signal }) =>
      new Promise((_resolve, reject) =>
        signal?.addEventListener('abort', () => {
          ended.push(method);
          reject(new Error('aborted'));
        }),
      ),
    close: async () => undefined,
  };
  const transport = fenced(inner, { leads: () => true, onLapse: (listener) => (lapse.push(listener), () => undefined) });
  const write = transport.send({ method: 'PATCH', path: '/' });
  void transport.send({ method: 'GET', path: '/', signal: new AbortController().signal });
  for (const each of lapse) each();
  await expect(write).rejects.toThrow('aborted');
  expect(ended).toEqual(['PATCH']);
});
