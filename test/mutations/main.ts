/** `npm run mutations [COUNT [SEED]]`: defects made at random in the green examples; prints recall and false alarms. */
import { join } from 'node:path';
import { drawing, filesOf, judge, type Judgement, rehearseFiles } from './judge.ts';
import { mutate } from './operators.ts';

const [count = 500, seed = 1] = process.argv.slice(2).map(Number);
const examples = ['shop', 'market'].map((name) => ({ name, files: filesOf(join(import.meta.dirname, '../../examples', name)) }));
const found = new Map<string, Map<Judgement, number>>();
for (let number = 0; number < count; number += 1) {
  const draw = drawing(seed * 100_000 + number);
  // The larger system is the dearer one: a tenth of the tries.
  const example = examples[draw(10) === 0 ? 1 : 0];
  if (example === undefined) continue;
  const mutation = mutate(example.files, draw);
  const report = await rehearseFiles(mutation.files);
  const verdict = judge(mutation, report);
  const row = found.get(mutation.name) ?? new Map<Judgement, number>();
  row.set(verdict, (row.get(verdict) ?? 0) + 1);
  found.set(mutation.name, row);
  if (verdict === 'caught' || verdict === 'quiet') continue;
  const said = report.trouble.map(({ app, reason, message }) => `${app}: ${reason}: ${message}`).join(' | ');
  console.log(`#${number} ${example.name}, ${mutation.name} (${mutation.what}): ${verdict}\n    ${said.slice(0, 600)}`);
}
const sum = (verdicts: readonly Judgement[]): number =>
  [...found.values()].reduce((all, row) => all + verdicts.reduce((some, verdict) => some + (row.get(verdict) ?? 0), 0), 0);
console.log();
for (const [name, row] of [...found].toSorted())
  console.log(`${name.padEnd(20)} ${[...row].map(([verdict, times]) => `${verdict} ${times}`).join(', ')}`);
const defects = sum(['caught', 'wrong App', 'wrong cause', 'no remedy', 'missed']);
const harmless = sum(['quiet', 'false alarm']);
console.log(`\nnoticed ${defects - sum(['missed'])} of ${defects}; with the right App, cause and remedy ${sum(['caught'])} of ${defects}`);
console.log(`false alarms ${sum(['false alarm'])} of ${harmless} harmless changes`);
