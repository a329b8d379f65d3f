/** A log as it grows: whole lines however they arrive, masked, only those that are searched for, asked for as the visitor. */
import { describe, expect, test } from 'vitest';
import type { App } from '../../../api/index.ts';
import { checkQuery, type QueryOf, routes } from '../../../api/http/index.ts';
import { ok } from '../../../std/index.ts';
import type { Visitor } from '../../access/visitor.ts';
import { type LogParts, readLog } from './logs.ts';

const asked: Record<string, unknown>[] = [];

/** A visitor whose cluster writes these pieces. */
function visitorOf(chunks: readonly string[]): Visitor {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (const chunk of chunks) yield await Promise.resolve(new TextEncoder().encode(chunk));
  }
  const raw = (request: Record<string, unknown>) => {
    asked.push(request);
    return Promise.resolve(ok({ status: 200, headers: {}, body: { kind: 'stream', chunks: pieces() } }));
  };
  return { client: { raw } } as unknown as Visitor;
}

const parts = {
  clusters: { actorFor: (_: App, visitor: Visitor) => ok(visitor) },
  masks: { of: () => Promise.resolve({ text: (text: string) => text.replaceAll('hunter2', '***') }) },
} as unknown as LogParts;

async function read(chunks: readonly string[], text = ''): Promise<readonly string[]> {
  const query = checkQuery(routes.log, new URLSearchParams(`kind=Pod&objectNamespace=shop&object=web&${text}`));
  if (!query.ok) throw new Error(query.error.message);
  const signal = new AbortController().signal;
  const log = await readLog({ app: {} as App, visitor: visitorOf(chunks), query: query.value as unknown as QueryOf<'log'>, signal }, parts);
  if (!log.ok) throw new Error(log.error.message);
  const told: string[] = [];
  for await (const piece of log.value) told.push(piece);
  return told;
}

describe('a log', () => {
  test('comes in whole lines, also where pieces end in the middle of one, or of a letter', async () => {
    expect((await read(['one\ntw', 'o\nthr', 'ee'])).join('')).toBe('one\ntwo\nthree\n');
  });

  test('what grows is told at once, not when it ends', async () => {
    expect(await read(['one\n', 'two\n'], 'follow=true')).toEqual(['one\n', 'two\n']);
    expect(asked.at(-1)).toMatchObject({ path: '/api/v1/namespaces/shop/pods/web/log', query: { follow: 'true', previous: 'false' } });
  });

  test('the one before the last restart, and times, are asked of the cluster', async () => {
    await read([''], 'previous=true&timestamps=true&container=app&tail=7');
    expect(asked.at(-1)).toMatchObject({ query: { previous: 'true', timestamps: 'true', container: 'app', tailLines: '7' } });
  });

  test('a search leaves out other lines, secrets are masked, and searching for one finds nothing out', async () => {
    expect((await read(['GET /a 200\nGET /b 500\n'], 'q=500')).join('')).toBe('GET /b 500\n');
    expect((await read(['password hunter2\n'])).join('')).toBe('password ***\n');
    expect((await read(['password hunter2\n'], 'q=hunter')).join('')).toBe('');
  });

  test('a line without an end is cut, and what follows is read on', async () => {
    const told = (await read(['x'.repeat(200_000), '\nnext\n'])).join('');
    expect(told.length).toBeLessThan(70_000);
    expect(told.endsWith('\nnext\n')).toBe(true);
  });
});
