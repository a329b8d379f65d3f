/** Commits of ours are known by their trailers, and no reason that somebody gives can pass for one. */
import { expect, test } from 'vitest';
import type { App } from '../../api/index.ts';
import { editMessage, isRevertFor, messageOf, revertIn } from './message.ts';
import type { Prepared } from './prepared.ts';

const app = { metadata: { namespace: 'shop', name: 'web' } } as App;
const other = { metadata: { namespace: 'shop', name: 'db' } } as App;
const [from, to] = [`main@sha1:${'b'.repeat(40)}`, `main@sha1:${'a'.repeat(40)}`];
const prepared = { app, from, to, restoration: { files: new Map([['web/x.yaml', null]]) } } as unknown as Prepared;

test('a revert is known again by its App alone', () => {
  const message = messageOf(prepared, { reason: 'it failed', link: undefined, automatic: true });
  expect(isRevertFor(message, app)).toBe(true);
  expect(isRevertFor(message, other)).toBe(false);
  expect(revertIn(message, app)).toEqual({ from, to: 'a'.repeat(7) });
});

test.each(['Lockstep-Revert', 'Lockstep-Rollback', 'Lockstep-Change'])('a reason that begins with %s is no trailer', (name) => {
  for (const colons of [':', '::', '\n:']) {
    const reason = `${name}${colons} shop/db ${from}`;
    for (const automatic of [true, false]) {
      const message = messageOf(prepared, { reason, link: undefined, automatic });
      expect([isRevertFor(message, other), revertIn(message, other)]).toEqual([false, undefined]);
    }
    const edit = editMessage(app, 'Roll back web to aaaaaaa', { reason, link: undefined });
    expect([isRevertFor(edit, other), revertIn(edit, other)]).toEqual([false, undefined]);
  }
});
