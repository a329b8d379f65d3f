/** Systems as text: `web@prod: +shop 1.2.0 -payments >=2 <3 -cache? ^1 | +shop 1.1.0` is an App, its environment, what it shall have, what it runs. */
import { expect, test } from 'vitest';
import { satisfies } from './market.ts';
import { widened } from './remedy.ts';
import { chartContracts, combined, type Contracts, judgeSet, judgeStep, type Party, stepsOf } from './index.ts';

function contracts(text: string): Contracts {
  const parts = text.split(/\s(?=[+-][a-z])/).map((part) => part.trim());
  const of = (sign: string): readonly (readonly [string, string])[] =>
    parts
      .filter((part) => part.startsWith(sign))
      .map((part) => [part.slice(1, part.indexOf(' ')), part.slice(part.indexOf(' ') + 1)] as const);
  return {
    provides: of('+').map(([name, version]) => ({ name, version })),
    requires: of('-').map(([name, version]) => ({
      name: name.replace('?', ''),
      version,
      ...(name.endsWith('?') ? { optional: true } : {}),
    })),
  };
}

const party = (line: string): Party => {
  const [, key = '', environment = '', rest = ''] = /^([^:@]+)(?:@([^:]+))?:(.*)$/.exec(line) ?? [];
  const [wanted = '', running] = rest.split('|');
  return {
    key,
    scope: { cluster: '', environment },
    wanted: wanted.trim() === 'gone' ? undefined : contracts(` ${wanted}`.trim()),
    running: running === undefined ? undefined : contracts(running.trim()),
  };
};

const system = (text: string): readonly Party[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map(party);

test.each<[string, string, string[]]>([
  ['everything fits', 'web: -payments >=2.1 <3\npay: +payments 2.3.0', []],
  [
    'a version that is too new',
    'web: -payments >=2.1 <3\npay: +payments 3.0.0 | +payments 2.3.0',
    [
      'mismatch: web requires payments ">=2.1 <3", and pay provides 3.0.0 → change web to require payments ">=2.1 <3 || ^3.0.0"; or leave pay at payments 2.3.0',
    ],
  ],
  [
    'two that cannot follow: the provider is the smaller change',
    'a: -p <3\nb: -p ^2.1\nc: -p >=2\npay: +p 3.0.0',
    [
      'mismatch: a requires p "<3", and pay provides 3.0.0 → let pay provide p 2.1.0; or change a to require p "<3 || ^3.0.0" and b to require p "^2.1 || ^3.0.0"',
      'mismatch: b requires p "^2.1", and pay provides 3.0.0 → let pay provide p 2.1.0; or change a to require p "<3 || ^3.0.0" and b to require p "^2.1 || ^3.0.0"',
    ],
  ],
  [
    'no version for all of them: only the requirements can give way',
    'a: -p <2\nb: -p >=3\npay: +p 3.1.0',
    ['mismatch: a requires p "<2", and pay provides 3.1.0 → change a to require p "<2 || ^3.1.0"'],
  ],
  [
    'nobody provides it',
    'web: -payments ^2',
    [
      'missing: web requires payments "^2", and no App provides it to every environment → add provides: [{name: payments, version: …}] to the App that serves it, or mark the requirement optional',
    ],
  ],
  [
    'a slip of the pen',
    'web: -payment-api ^2\npay: +payments-api 2.0.0',
    [
      'missing: web requires payment-api "^2", and no App provides it to every environment → write payments-api in requires of web, if that is meant; else add provides: [{name: payment-api, version: …}] to the App that serves it, or mark the requirement optional',
    ],
  ],
  [
    'it stopped being provided',
    'web: -p ^2 | -p ^2\npay: | +p 2.0.0',
    [
      'missing: web requires p "^2", and no App provides it to every environment → put p back into provides of pay, or remove the requirement from web',
    ],
  ],
  [
    'optional',
    'web: -p? ^2\npay: +p 3.0.0',
    ['optional mismatch: web requires p "^2", and pay provides 3.0.0 → change web to require p "^2 || ^3.0.0"; or let pay provide p 2.0.0'],
  ],
  [
    'two providers',
    'a: +p 1.0.0\nb: +p 1.1.0',
    ['conflict: p has two providers: a (1.0.0) and b (1.1.0) → remove p from provides of one of them, or give them different environments'],
  ],
  ['environments do not meet', 'a@prod: +p 1.0.0\nb@test: +p 2.0.0\nc@prod: -p ^1\nd@test: -p ^2', []],
  ['what belongs to no environment serves all', 'db: +sql 15.0.0\na@prod: -sql >=14\nb@test: -sql >=15', []],
  [
    'a shared App does not reach into an environment',
    'a@prod: +p 1.0.0\nall: -p ^1',
    [
      'missing: all requires p "^1", and no App provides it to every environment; it is provided by a (prod), which all does not reach → add provides: [{name: p, version: …}] to the App that serves it, or mark the requirement optional',
    ],
  ],
  [
    'nonsense is named',
    'a: +p two -q what<\nb: -p ^1',
    [
      'invalid: a provides p "two", which is no version → write a semantic version, for example 2.3.0',
      'invalid: a requires q "what<", which is no range → write a range, for example ">=2.1 <3"',
    ],
  ],
  ['a pre-release satisfies only who asks for one', 'a: +p 2.0.0-rc.1\nb: -p >=2.0.0-0', []],
])('the resulting set: %s', (_name, text, expected) => {
  expect(
    judgeSet(system(text)).map(({ kind, message, remedy, optional }) => `${optional ? 'optional ' : ''}${kind}: ${message} → ${remedy}`),
  ).toEqual(expected);
});

test.each<[string, string, string[], string[]]>([
  ['providers first', 'web: -p ^2\npay: +p 2.0.0', ['pay', 'web'], []],
  ['widened and raised in one commit', 'web: -p >=2 <4 | -p ^2\npay: +p 3.0.0 | +p 2.0.0', ['web', 'pay'], []],
  ['raised, then used', 'web: -p ^2.1 | -p ^2\npay: +p 2.1.0 | +p 2.0.0', ['pay', 'web'], []],
  [
    'neither can go first',
    'web: -p ^3 | -p ^2\npay: +p 3.0.0 | +p 2.0.0',
    [],
    [
      'pay cannot move to p 3.0.0 while web, which runs, requires "^2" → widen requires first: let web require p "^2 || ^3.0.0" in a commit of its own',
      'web requires p "^3", and pay still runs 2.0.0 → ',
    ],
  ],
  ['a contract that moves to another App', 'web: -p ^2 | -p ^2\nnew: +p 2.0.0\nold: | +p 2.0.0', ['new', 'old'], []],
  ['the last user leaves, then the provider', 'web: | -p ^2\npay: gone | +p 2.0.0', ['web', 'pay'], []],
  ['a chain', 'a: +a 1.0.0\nb: +b 1.0.0 -a ^1\nc: -b ^1', ['a', 'b', 'c'], []],
  [
    'a circle of first installs',
    'a: +a 1.0.0 -b ^1\nb: +b 1.0.0 -a ^1',
    [],
    ['a requires b "^1", and b does not run yet → ', 'b requires a "^1", and a does not run yet → '],
  ],
  ['a circle that runs already moves on', 'a: +a 1.1.0 -b ^1 | +a 1.0.0 -b ^1\nb: +b 1.1.0 -a ^1 | +b 1.0.0 -a ^1', ['a', 'b'], []],
  ['what is broken already holds nobody up', 'web: -p ^1 | -p ^1\npay: +p 3.0.0 | +p 2.0.0', ['pay'], []],
])('the way there: %s', (_name, text, order, stuck) => {
  const steps = stepsOf(system(text));
  expect(steps.order).toEqual(order);
  expect(steps.findings.map(({ message, remedy }) => `${message} → ${remedy}`)).toEqual(stuck);
});

test('a circle is told with its path', () => {
  expect(stepsOf(system('a: +a 1.0.0 -b ^1\nb: +b 1.0.0 -a ^1')).cycle).toEqual(['a', 'b', 'a']);
  expect(judgeStep(system('web: -p ^2\npay: +p 2.0.0'), 'web').map(({ provider }) => provider)).toEqual(['pay']);
});

test('a widened range allows the old and the new', () => {
  for (const [range, inside, version] of [
    ['>=2.1 <3', '2.5.0', '3.0.0'],
    ['^2', '2.0.0', 'v3.1.2+build'],
    ['~1.2', '1.2.9', '0.9.0'],
    ['1.x || 3', '3.0.0', '4.0.0-rc.1'],
  ] as const) {
    expect([range, satisfies(inside, widened(range, version)), satisfies(version, widened(range, version))]).toEqual([range, true, true]);
  }
});

test('many Apps', () => {
  const lines = Array.from({ length: 2000 }, (_, i) => `a${i}: +c${i} 1.1.0${i === 0 ? '' : ` -c${i - 1} ^1`} | +c${i} 1.0.0`);
  expect(judgeSet(system(lines.join('\n')))).toEqual([]);
  expect(stepsOf(system(lines.join('\n'))).order).toHaveLength(2000);
});

test('annotations of a chart; the spec wins by name', () => {
  const annotations = {
    'lockstep.dev/provides': '- {name: payments-api, version: 2.3.0}\n- {name: ledger, version: 1}\n',
    'lockstep.dev/requires': '[{name: sql, version: ">=14", optional: true}]',
  };
  const { value, problems } = chartContracts(annotations, 'charts/pay/Chart.yaml');
  expect(problems).toEqual([]);
  expect(combined({ provides: [{ name: 'ledger', version: '1.1.0' }] }, value)).toEqual({
    provides: [
      { name: 'ledger', version: '1.1.0' },
      { name: 'payments-api', version: '2.3.0' },
    ],
    requires: [{ name: 'sql', version: '>=14', optional: true }],
  });
  for (const text of ['{a: 1}', '- 7', '- {name: x}', '[', '- {name: "", version: 1}'])
    expect([text, chartContracts({ 'lockstep.dev/provides': text }, 'Chart.yaml').problems.map(({ code, file }) => [code, file])]).toEqual([
      text,
      [['InvalidContract', 'Chart.yaml']],
    ]);
});
