/** CEL beside @marcbachmann/cel-js, which counts no costs and knows no schemas: compiling and running rules as definitions have them. */
import { Environment } from '@marcbachmann/cel-js';
import { compileCel } from '../src/core/cel/index.ts';
import type { JsonObject } from '../src/core/object/index.ts';
import { type Figure, medianTime } from './figure.ts';

const RULES: readonly (readonly [string, string])[] = [
  ['a comparison', 'self.min <= self.max'],
  ['a union', '[has(self.a), has(self.b), has(self.c)].filter(s, s).size() == 1'],
  ['a list of 100', 'self.list.all(item, item.size > 0 && item.name.startsWith("item"))'],
];

const self: JsonObject = { min: 1, max: 2, a: 1, list: Array.from({ length: 100 }, (_, i) => ({ name: `item-${i}`, size: i + 1 })) };

/** cel-js takes ints as bigint only. */
const converted = { min: 1n, max: 2n, a: 1n, list: Array.from({ length: 100 }, (_, i) => ({ name: `item-${i}`, size: BigInt(i + 1) })) };

const ROUNDS = 2000;
const perSecond = (ms: number): number => (ROUNDS / ms) * 1000;

async function figures(name: string, text: string): Promise<readonly Figure[]> {
  const variables = new Map([['self', undefined]]);
  const compiled = compileCel(text, { variables });
  if (!compiled.ok) throw new Error(compiled.error.display);
  const environment = new Environment({ unlistedVariablesAreDyn: true });
  const theirs = environment.parse(text);
  const times = (body: () => unknown) =>
    medianTime(5, () => {
      for (let round = 0; round < ROUNDS; round++) body();
    });
  const compiling = await times(() => compileCel(text, { variables }));
  const parsing = await times(() => environment.parse(text).check());
  const running = await times(() => compiled.value.run([['self', self]]));
  const evaluating = await times(() => theirs({ self: converted }));
  return [
    { name: `compile ${name}`, value: perSecond(compiling), unit: 'ops/s', baseline: { name: 'cel-js', value: perSecond(parsing) } },
    {
      name: `run ${name}`,
      value: perSecond(running),
      unit: 'ops/s',
      baseline: { name: 'cel-js', value: perSecond(evaluating) },
      note: 'JSON converted and costs counted on the way',
    },
  ];
}

export async function run(): Promise<readonly Figure[]> {
  const all: Figure[] = [];
  for (const [name, text] of RULES) all.push(...(await figures(name, text)));
  return all;
}
