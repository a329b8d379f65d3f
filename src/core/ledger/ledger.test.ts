/** History as values: rows of what was asked and what the answer is. */
import { expect, test } from 'vitest';
import { blame, joinRuns, type LedgerEvent, matchesVersion, parseNameVersion, type Run, together, versionsOf } from './index.ts';

test.each([
  ['2.3', '2.3', true],
  ['2.3.1', '2.3', true],
  ['2.31', '2.3', false],
  ['2.3-rc.1', '2.3', true],
  ['2.3+build', '2.3', true],
  ['2.2', '2.3', false],
  [`${'ab12cd3'}${'0'.repeat(33)}`, 'ab12cd3', true],
  [`${'ab12cd3'}${'0'.repeat(33)}`, 'ab12cd', false],
  ['1234567890', '1234567', false],
])('version %s is asked for as %s: %s', (version, wanted, answer) => {
  expect(matchesVersion(version, wanted)).toBe(answer);
});

test.each([
  ['payments@2.3', { name: 'payments', version: '2.3' }],
  ['payments@v2.3', { name: 'payments', version: '2.3' }],
  ['payments', { name: 'payments' }],
  ['payments@', { name: 'payments' }],
  ['@scope/app@1', { name: '@scope/app', version: '1' }],
  ['@scope/app', { name: '@scope/app' }],
])('%s is read as a name and a version', (text, answer) => {
  expect(parseNameVersion(text)).toEqual(answer);
});

/** `a@1 prod 2..5`; without an end it still runs. */
function run(text: string): Run {
  const [, name = '', version = '', environment = '', from = '', until = ''] = /^(\w+)@(\S+) (\w+) (\d+)\.\.(\d*)$/.exec(text) ?? [];
  return { name, version, environment, subject: `team/${name}`, from: Number(from), ...(until === '' ? {} : { until: Number(until) }) };
}
const text = ({ name, version, environment, from, until }: Run): string => `${name}@${version} ${environment} ${from}..${until ?? ''}`;

test.each([
  ['runs that follow each other are one', ['a@1 p 1..3', 'a@1 p 3..5'], ['a@1 p 1..5']],
  ['a gap stays a gap', ['a@1 p 1..3', 'a@1 p 4..5'], ['a@1 p 1..3', 'a@1 p 4..5']],
  ['the last one still runs', ['a@1 p 3..', 'a@1 p 1..3'], ['a@1 p 1..']],
  ['another version is another run', ['a@1 p 1..3', 'a@2 p 3..5', 'a@1 p 5..'], ['a@1 p 1..3', 'a@2 p 3..5', 'a@1 p 5..']],
  ['what never ran is no run', ['a@1 p 3..3'], []],
  ['the same twice is once', ['a@1 p 1..3', 'a@1 p 1..3'], ['a@1 p 1..3']],
])('%s', (_name, given, wanted) => {
  expect(joinRuns(given.map(run)).map(text)).toEqual(wanted);
});

test.each([
  ['overlap', ['a@1 p 1..5'], ['b@1 p 3..9'], ['p 3..5']],
  ['touching is not together', ['a@1 p 1..3'], ['b@1 p 3..9'], []],
  ['other environments do not count', ['a@1 p 1..5'], ['b@1 q 1..5'], []],
  ['still', ['a@1 p 1..'], ['b@1 p 3..'], ['p 3..']],
  ['several times', ['a@1 p 1..9'], ['b@1 p 2..3', 'b@2 p 3..4', 'b@1 p 4..5'], ['p 2..3', 'p 3..4', 'p 4..5']],
])('together: %s', (_name, a, b, wanted) => {
  const found = together(a.map(run), b.map(run)).map(({ environment, from, until }) => `${environment} ${from}..${until ?? ''}`);
  expect(found).toEqual(wanted);
});

const event = (id: string, touched: LedgerEvent['touched'] = []): LedgerEvent => ({
  id,
  at: 0,
  type: 'Changed',
  subject: 'team/shop',
  message: '',
  touched,
});
const web = 'Deployment/shop/web';
const changed = (id: string, ...fields: string[]): LedgerEvent => event(id, [{ object: web, operation: 'change', fields }]);

test.each([
  ['the newest that touched the field', 'spec.replicas', 'field b'],
  ['something inside the field', 'spec.template', 'field c'],
  ['something around it', 'spec.template.spec.containers[name="web"].image.tag', 'field c'],
  ['a name that only begins the same is another field', 'spec.rep', 'object d'],
  ['keys in brackets are keys', 'metadata.labels.app', 'field a'],
  ['nobody touched it since it was created', 'spec.paused', 'object d'],
])('blame: %s', (_name, field, wanted) => {
  const events = [
    event('x', [{ object: 'Deployment/shop/other', operation: 'change', fields: ['spec.replicas'] }]),
    changed('a', 'metadata.labels["app"]'),
    changed('b', 'spec.replicas'),
    changed('c', 'spec.replicas', 'spec.template.spec.containers[name="web"].image'),
    event('d', [{ object: web, operation: 'create', fields: [] }]),
    changed('e', 'spec.paused'),
  ];
  const found = blame(events, web, field);
  expect(`${found?.by} ${found?.event.id}`).toBe(wanted);
});

test('blame: a pruned object, or one that history does not know', () => {
  expect(blame([event('p', [{ object: web, operation: 'prune', fields: [] }])], web, 'spec')).toBeUndefined();
  expect(blame([], web, 'spec')).toBeUndefined();
});

test.each([
  [
    'the chart tells what the App is',
    { charts: [{ name: 'shop', version: '1.2.3', appVersion: 'v8.0' }] },
    'app shop 8.0; chart shop 1.2.3',
  ],
  ['one contract', { provides: [{ name: 'api', version: '2.3.0' }] }, 'app shop 2.3.0; contract api 2.3.0'],
  ['one image', { images: ['registry:5000/team/web:v1.8@sha256:00'] }, 'app shop 1.8; image web 1.8'],
  ['several images tell nothing about the App', { images: ['web:1', 'db:2'] }, 'image web 1; image db 2'],
  ['an image by digest, one without anything', { images: ['web@sha256:00', 'db'] }, 'image web sha256:00; image db latest'],
])('versions: %s', (_name, more, wanted) => {
  const found = versionsOf({ app: 'shop', commit: 'c0ffee', images: [], charts: [], provides: [], ...more });
  expect(found.map(({ kind, name, version }) => `${kind} ${name} ${version}`).join('; ')).toBe(`${wanted}; commit shop c0ffee`);
});
