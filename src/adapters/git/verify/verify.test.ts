/** Commits and tags signed by OpenSSH with keys made for this test and thrown away; checked without any program. */
import { describe, expect, test } from 'vitest';
import { sshSigned as signed } from '../../../testing/servers/index.ts';
import { verifyObject } from './index.ts';

const now = Date.UTC(2026, 0, 2);
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));

describe.each(signed)('$name', ({ key, commit, tag }) => {
  const check = (type: 'commit' | 'tag', text: string, ssh: readonly string[]) =>
    verifyObject({ type, bytes: bytes(text) }, { ssh, pgp: [] }, now);

  test('what was signed holds', async () => {
    expect(await check('commit', commit, [`ada@example.org ${key}`])).toEqual({
      ok: true,
      value: { signer: 'ada@example.org', kind: 'ssh' },
    });
    expect(await check('tag', tag, [`# comment\nada@example.org ${key}`])).toEqual({
      ok: true,
      value: { signer: 'ada@example.org', kind: 'ssh' },
    });
  });

  test('one changed byte does not', async () => {
    for (const [type, text, from, to] of [
      ['commit', commit, '\n\nsigned', '\n\nforged'],
      ['commit', commit, 'Ada <', 'Eve <'],
      ['tag', tag, 'tagged', 'forged'],
    ] as const) {
      expect(text).toContain(from);
      expect(await check(type, text.replace(from, to), [key])).toMatchObject({
        ok: false,
        error: { message: expect.stringContaining('does not belong') },
      });
    }
  });

  test('keys of others, and this key for other content, do not count', async () => {
    for (const other of signed.filter((row) => row.key !== key)) {
      expect(await check('commit', commit, [other.key])).toMatchObject({
        ok: false,
        error: { message: expect.stringContaining('not among') },
      });
      expect(await check('commit', other.commit, [key])).toMatchObject({ ok: false });
    }
  });
});

test('an unsigned commit, and a signature of an unknown kind', async () => {
  const check = (text: string) => verifyObject({ type: 'commit', bytes: bytes(text) }, { ssh: [], pgp: [] }, now);
  expect(await check('tree t\n\nplain')).toMatchObject({ ok: false, error: { message: 'the commit is not signed' } });
  expect(await check('tree t\ngpgsig -----BEGIN SIGNED MESSAGE-----\n x\n\nplain')).toMatchObject({
    ok: false,
    error: { message: expect.stringContaining('not supported') },
  });
});
