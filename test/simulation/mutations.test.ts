/** The short form of `npm run mutations`: a few defects in the demo's files are caught with the right App, cause and remedy; a harmless change is not. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { drawing, filesOf, judge, rehearseFiles } from '../mutations/judge.ts';
import { type Mutation, mutate } from '../mutations/operators.ts';

const shop = filesOf(join(import.meta.dirname, '../../examples/shop'));

/** The first mutation of that name, whatever is drawn before it. */
function first(name: string): Mutation {
  for (let seed = 1; seed < 1000; seed += 1) {
    const mutation = mutate(shop, drawing(seed));
    if (mutation.name === name) return mutation;
  }
  throw new Error(`no mutation is called ${name}`);
}

test.each(['drop an object', 'make a cycle', 'break YAML', 'another value'])('%s', async (name) => {
  const mutation = first(name);
  expect([mutation.what, judge(mutation, await rehearseFiles(mutation.files))]).toEqual([
    mutation.what,
    mutation.apps.length === 0 ? 'quiet' : 'caught',
  ]);
});
