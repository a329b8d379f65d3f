/** Objects of hostile repositories: read as far as they make sense, refused otherwise, never an endless loop. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseCommit, parseTree } from './objects.ts';
import { splitCommit, splitTag } from './verify/signed-object.ts';
import { parseSigners } from './verify/ssh-key.ts';
import { verifySsh } from './verify/ssh.ts';

test('trees of garbage end in an error or in entries, quickly', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        expect(parseTree(bytes, 20).length).toBeLessThanOrEqual(bytes.length / 20 + 1);
      } catch (error) {
        expect(String(error)).toContain('damaged');
      }
    }),
    { seed: 7, numRuns: 500 },
  );
});

test('a tree that breaks off inside an id is damaged', () => {
  const whole = Buffer.concat([Buffer.from('100644 a\0'), Buffer.alloc(20, 1)]);
  expect(parseTree(whole, 20)).toMatchObject([{ name: 'a', type: 'file', id: '01'.repeat(20) }]);
  expect(() => parseTree(whole.subarray(0, -1), 20)).toThrow('damaged');
});

test.each([
  [
    'tree t\nparent p1\nparent p2\nauthor A B <a@b> 10 +0100\ncommitter C <> 20 -0000\ngpgsig line\n more\n\nsubject\n',
    {
      tree: 't',
      parents: ['p1', 'p2'],
      author: { name: 'A B', email: 'a@b', at: 10_000 },
      committer: { name: 'C', email: '', at: 20_000 },
      message: 'subject\n',
    },
  ],
  ['', { tree: '', parents: [], author: { name: '', email: '', at: 0 }, message: '' }],
  ['tree t\nauthor nonsense', { tree: 't', author: { name: 'nonsense', email: '', at: 0 }, message: '' }],
])('the commit %j', (text, expected) => {
  expect(parseCommit('id', Buffer.from(text))).toMatchObject(expected);
});

test('signatures are cut out exactly', () => {
  const commit =
    'tree t\ngpgsig -----BEGIN SSH SIGNATURE-----\n abc\n -----END SSH SIGNATURE-----\ngpgsig-sha256 other\n more\nencoding x\n\nbody\ngpgsig not a header\n';
  const split = splitCommit(Buffer.from(commit));
  expect(Buffer.from(split.payload).toString()).toBe('tree t\nencoding x\n\nbody\ngpgsig not a header\n');
  expect(split.signature).toBe('-----BEGIN SSH SIGNATURE-----\nabc\n-----END SSH SIGNATURE-----\n');
  const tag = splitTag(Buffer.from('object o\n\nbody with -----BEGIN SSH SIGNATURE----- inside\n-----BEGIN PGP SIGNATURE-----\nxyz\n'));
  expect(Buffer.from(tag.payload).toString()).toBe('object o\n\nbody with -----BEGIN SSH SIGNATURE----- inside\n');
  expect(tag.signature).toBe('-----BEGIN PGP SIGNATURE-----\nxyz\n');
  expect(splitTag(Buffer.from('object o\n\nplain\n')).signature).toBeUndefined();
});

test('allowed signers that say nothing usable give nothing', () => {
  const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA==';
  const names = (line: string): string[] => parseSigners([line]).map((signer) => signer.name);
  expect(names(`ada@x,bob@x ${key} comment`)).toEqual(['ada@x,bob@x']);
  expect(names(`"ada x" namespaces="file,git",valid-after="20200101Z" ${key}`)).toEqual(['ada x']);
  expect(names(key)).toEqual([expect.stringMatching(/^SHA256:/)]);
  for (const line of [
    '',
    '# comment',
    'ada',
    `ada cert-authority ${key}`,
    `ada namespaces="file" ${key}`,
    `ada nonsense=1 ${key}`,
    'ada ssh-dss AAAA',
    `a b c ${key}`,
  ])
    expect([line, names(line)]).toEqual([line, []]);
});

test('signatures of garbage are refused with a reason', () => {
  const armored = (bytes: Uint8Array): string =>
    `-----BEGIN SSH SIGNATURE-----\n${Buffer.from(bytes).toString('base64')}\n-----END SSH SIGNATURE-----`;
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
      const text = armored(Buffer.concat([Buffer.from('SSHSIG\0\0\0\x01'), bytes]));
      expect(verifySsh(bytes, text, { allowed: [], now: 0 })).toMatchObject({ ok: false, error: { code: 'VerificationFailed' } });
    }),
    { seed: 7, numRuns: 300 },
  );
});
