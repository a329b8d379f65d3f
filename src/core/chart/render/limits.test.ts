/** Limits of a render as people write them. */
import { expect, test } from 'vitest';
import { defaultChartLimits, parseChartLimits } from './limits.ts';

test.each<[string, object | string]>([
  ['steps=5', { ...defaultChartLimits, steps: 5 }],
  ['steps=2M, size=1Gi,documents=3k', { ...defaultChartLimits, steps: 2_000_000, size: 2 ** 30, documents: 3000 }],
  ['depth=1001', 'depth may be 1000 at most'],
  ['step=1', '"step=1" is no limit of a render; write for example steps=100M; there are steps, size, single, depth, documents, schema'],
  ['steps=0', '"steps=0" is no limit of a render; write for example steps=100M; there are steps, size, single, depth, documents, schema'],
  ['', '"" is no limit of a render; write for example steps=100M; there are steps, size, single, depth, documents, schema'],
])('%s', (text, expected) => {
  const parsed = parseChartLimits(text);
  expect(parsed.ok ? parsed.value : parsed.error).toEqual(expected);
});
