/** The short form of `npm run mutations`: one of each kind in the demo's files is caught with the right App, cause and remedy; a harmless change is not. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { drawing, filesOf, judge, rehearseFiles } from '../mutations/judge.ts';
import type { Mutation } from '../mutations/mutation.ts';
import { mutate } from '../mutations/operators.ts';

const shop = filesOf(join(import.meta.dirname, '../../examples/shop'));

/** The first mutation of that name, whatever is drawn before it. */
function first(name: string): Mutation {
  for (let seed = 1; seed < 5000; seed += 1) {
    const mutation = mutate(shop, drawing(seed), name);
    if (mutation.name === name) return mutation;
  }
  throw new Error(`no mutation is called ${name}`);
}

test.each([
  ['drop an object', 'caught'],
  ['break YAML', 'caught'],
  ['remove a key', 'caught'],
  ['exceed a quota', 'caught'],
  ['an unknown priority', 'caught'],
  ['make a cycle', 'caught'],
  ['swap an order', 'caught'],
  ['swap waves', 'caught'],
  ['a second owner', 'caught'],
  ['break a test', 'caught'],
  ['a bad image', 'assumed'],
  ['another value', 'quiet'],
])('%s: %s', async (name, verdict) => {
  const mutation = first(name);
  const report = await rehearseFiles(mutation.files);
  const said = report.trouble.map(({ app, reason, message }) => `${app}: ${reason}: ${message}`);
  expect([mutation.what, judge(mutation, report), said]).toEqual([mutation.what, verdict, said]);
});
