/**
 * Every stable reason: provoked, and explained in one sentence with its cause, the chain to it, since when, and what to do. The last test holds that none is
 * without a story.
 */
import { describe, expect, test } from 'vitest';
import { reasons } from '../../src/api/index.ts';
import { afterwards, applying, planning } from './reasons/delivery.ts';
import { manifests } from './reasons/manifests.ts';
import { channels, clusters } from './reasons/others.ts';
import { releases } from './reasons/releases.ts';
import { secrets } from './reasons/secrets.ts';
import { sources } from './reasons/sources.ts';
import { tell } from './reasons/story.ts';

const chapters = { sources, manifests, secrets, planning, applying, releases, afterwards, clusters, channels };
const stories = Object.values(chapters).flatMap((chapter) => Object.entries(chapter));

describe.each(Object.entries(chapters))('%s', (_chapter, chapter) => {
  test.each(Object.entries(chapter))('%s', async (code, story) => tell(code, story));
});

test('no reason is without a story', () => {
  const told = stories.map(([code]) => code);
  expect(Object.keys(reasons).filter((code) => !told.includes(code))).toEqual([]);
  expect(told.filter((code, index) => !(code in reasons) || told.indexOf(code) !== index)).toEqual([]);
});
