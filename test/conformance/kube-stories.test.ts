/**
 * The embedded cluster against stories that a real API server has been told: sequences of requests, answer by answer, watch events included. Recorded by
 * `npm run conformance:cluster:stories -- --against KUBECONFIG --record FILE`; what stays different is in `docs/cluster-differences.md`.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { differences } from '../differential/compare.ts';
import { explanationOf } from '../differential/explained.ts';
import { ownCluster } from '../differential/own-cluster.ts';
import { stories } from '../differential/stories/index.ts';
import { tell, type Told } from '../differential/stories/tell.ts';

interface Recorded {
  readonly name: string;
  readonly told: readonly Told[];
}

const file = join(import.meta.dirname, 'kube-stories.recorded.json.gz');
const recorded = JSON.parse(gunzipSync(readFileSync(file)).toString('utf8')) as readonly Recorded[];

test('every story is recorded, and nothing else', () => {
  expect(recorded.map(({ name }) => name)).toEqual(stories.map(({ name }) => name));
});

test.each(stories)('$name', async (story) => {
  const own = await ownCluster();
  const expected = recorded.find(({ name }) => name === story.name)?.told ?? [];
  const told = await tell(story, own.client, { namespace: 'told0stories', pace: 'own' });
  await own.close();
  expect(told.map(({ step }) => step)).toEqual(expected.map(({ step }) => step));
  const wrong = expected.flatMap(({ step, answer }, index) => {
    const lines = differences(answer, told[index]?.answer ?? 'none');
    return lines.length === 0 || explanationOf(undefined, lines) !== undefined ? [] : [`${step}\n  ${lines.slice(0, 8).join('\n  ')}`];
  });
  expect(wrong).toEqual([]);
});
