/** Contracts, told as stories (S21): what an App provides and requires decides what is applied, in which order, and what is refused. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type World, world } from '../../src/testing/world/index.ts';

interface Kept {
  /** `payments 2.3.0` */
  readonly provides?: string;
  /** `payments >=2.1 <3`; a question mark behind the name makes it optional. */
  readonly requires?: string;
  readonly value: string;
  readonly more?: string;
}

const entry = (text: string): string => {
  const [name = '', ...version] = text.split(' ');
  return `[{name: ${name.replace('?', '')}, version: "${version.join(' ')}"${name.endsWith('?') ? ', optional: true' : ''}}]`;
};

/** An App of one ConfigMap, with its manifest and its App object. */
const files = (name: string, { provides, requires, value, more = '' }: Kept): Record<string, string> => ({
  [`apps/${name}.yaml`]: `apiVersion: lockstep.dev/v1
kind: App
metadata: {name: ${name}, namespace: shop}
spec:
  source: {name: config, path: ${name}}
${provides === undefined ? '' : `  provides: ${entry(provides)}\n`}${requires === undefined ? '' : `  requires: ${entry(requires)}\n`}${more}`,
  [`${name}/config.yaml`]: `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {value: "${value}"}\n`,
});

let w: World;
beforeEach(async () => {
  w = await world();
  await w.source();
  await w.app({ name: 'root', path: 'apps' });
});
afterEach(() => w.close());

const valueOf = async (name: string): Promise<unknown> =>
  ((await w.find(`ConfigMap/shop/${name}`))?.['data'] as { value?: string } | undefined)?.value;

test('S21 providers come first; what runs is written down', async () => {
  await w.commit({
    ...files('a-web', { requires: 'payments >=2.1 <3', value: '1' }),
    ...files('pay', { provides: 'payments 2.3.0', value: '1' }),
  });
  await w.settle();
  expect(await w.condition('Ready', 'a-web')).toMatch(/^Ready=True/);
  const applied = w.events('Applied').map(({ subject }) => subject);
  expect(applied.indexOf('shop/pay')).toBeLessThan(applied.indexOf('shop/a-web'));
  expect((await w.appStatus('pay')).applied?.contracts).toEqual({ provides: [{ name: 'payments', version: '2.3.0' }], requires: [] });
});

test('S21 a change that would break another App is refused with both names and the smallest change; the other goes on', async () => {
  await w.commit({
    ...files('web', { requires: 'payments >=2.1 <3', value: '1' }),
    ...files('pay', { provides: 'payments 2.3.0', value: '1' }),
  });
  await w.settle();
  await w.commit({
    ...files('web', { requires: 'payments >=2.1 <3', value: '2' }),
    ...files('pay', { provides: 'payments 3.0.0', value: '3' }),
  });
  await w.settle();
  expect(await w.condition('Ready', 'pay')).toBe(
    'Ready=False ContractUnmet: shop/web requires payments ">=2.1 <3", and shop/pay provides 3.0.0',
  );
  expect((await w.appStatus('pay')).why?.[0]?.hint).toBe(
    'change shop/web to require payments ">=2.1 <3 || ^3.0.0"; or leave shop/pay at payments 2.3.0',
  );
  expect([await valueOf('pay'), await valueOf('web')]).toEqual(['1', '2']);

  await w.remove('ConfigMap/shop/pay');
  await w.settle();
  expect(await valueOf('pay')).toBe('1');

  await w.commit(files('web', { requires: 'payments >=2.1 <4', value: '2' }));
  await w.settle();
  expect([await valueOf('pay'), await w.condition('Ready', 'pay')]).toEqual(['3', expect.stringMatching(/^Ready=True/)]);
});

test('S21 widened and raised in one commit: the consumer goes first', async () => {
  await w.commit({
    ...files('web', { requires: 'payments ^2', value: '1' }),
    ...files('a-pay', { provides: 'payments 2.3.0', value: '1' }),
  });
  await w.settle();
  const before = w.events('Applied').length;
  await w.commit({
    ...files('web', { requires: 'payments >=2 <4', value: '2' }),
    ...files('a-pay', { provides: 'payments 3.0.0', value: '2' }),
  });
  await w.settle();
  expect([await valueOf('web'), await valueOf('a-pay')]).toEqual(['2', '2']);
  const order = w
    .events('Applied')
    .slice(before)
    .map(({ subject }) => subject);
  expect(order.indexOf('shop/web')).toBeLessThan(order.indexOf('shop/a-pay'));
});

test('S21 where no order of steps is possible: widen requires first', async () => {
  await w.commit({ ...files('web', { requires: 'payments ^2', value: '1' }), ...files('pay', { provides: 'payments 2.3.0', value: '1' }) });
  await w.settle();
  await w.commit({ ...files('web', { requires: 'payments ^3', value: '2' }), ...files('pay', { provides: 'payments 3.0.0', value: '2' }) });
  await w.settle();
  for (const name of ['web', 'pay']) {
    expect(await w.condition('Ready', name)).toMatch(/^Ready=False ContractOrder: /);
    expect((await w.appStatus(name)).why?.[0]?.hint).toBe(
      'widen requires first: let shop/web require payments "^2 || ^3.0.0" in a commit of its own',
    );
  }
  expect([await valueOf('web'), await valueOf('pay')]).toEqual(['1', '1']);

  await w.commit(files('web', { requires: 'payments ^2 || ^3.0.0', value: '1' }));
  await w.settle();
  expect([await valueOf('web'), await valueOf('pay')]).toEqual(['1', '2']);
});

test('S21 optional requirements warn; a circle of first installs is refused with its path', async () => {
  await w.commit({
    ...files('web', { requires: 'cache? ^1', value: '1' }),
    ...files('a', { provides: 'a 1.0.0', requires: 'b ^1', value: '1' }),
    ...files('b', { provides: 'b 1.0.0', requires: 'a ^1', value: '1' }),
  });
  await w.settle();
  expect(await w.condition('Ready', 'web')).toMatch(/^Ready=True/);
  expect(w.events('OptionalContractUnmet').map(({ message }) => message)).toEqual([
    expect.stringContaining('shop/web requires cache "^1", and no App provides it'),
  ]);
  expect(await w.condition('Ready', 'a')).toBe('Ready=False DependencyCycle: requirements run in a circle: shop/a → shop/b → shop/a');
  expect(await valueOf('a')).toBeUndefined();
});

test('S21 a rollback is never blocked, and an override is recorded with its reason', async () => {
  const two = files('pay', { provides: 'payments 2.3.0', value: '1' });
  await w.commit(two);
  await w.settle();
  await w.commit(files('pay', { provides: 'payments 3.0.0', value: '3' }));
  await w.settle();
  await w.commit(files('web', { requires: 'payments ^3', value: '1' }));
  await w.settle();
  await w.commit(two);
  await w.settle();
  expect(await valueOf('pay')).toBe('1');

  const commit = await w.commit(files('pay', { provides: 'payments 4.0.0', value: '4' }));
  await w.settle();
  expect(await w.condition('Ready', 'pay')).toMatch(/ContractUnmet/);
  const revision = `main@sha1:${commit}`;
  await w.edit('App/shop/pay', { metadata: { annotations: { 'lockstep.dev/ignoreDependencies': `${revision} the fire is bigger` } } });
  await w.settle();
  expect(await valueOf('pay')).toBe('4');
  expect(w.events('DependenciesIgnored').map(({ message }) => message)[0]).toMatch(/^goes ahead although .*: the fire is bigger$/);
});

test('S21 what is no longer provided is missed by whoever requires it', async () => {
  await w.commit({ ...files('web', { requires: 'payments ^2', value: '1' }), ...files('pay', { provides: 'payments 2.3.0', value: '1' }) });
  await w.settle();
  await w.commit(files('pay', { value: '2' }));
  await w.settle();
  expect(await w.condition('Ready', 'pay')).toBe(
    'Ready=False ContractUnmet: shop/web requires payments "^2", and no App provides it to every environment',
  );
  expect([await valueOf('pay'), (await w.appStatus('pay')).why?.[0]?.hint]).toEqual([
    '1',
    'put payments back into provides of shop/pay, or remove the requirement from shop/web',
  ]);
});

test('S21 a chart says in its annotations what it provides', async () => {
  const chart = (version: string): Record<string, string> => ({
    'pay/Chart.yaml': `apiVersion: v2\nname: pay\nversion: ${version}\nannotations:\n  lockstep.dev/provides: |\n    - {name: payments, version: ${version}}\n`,
    'pay/templates/config.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: pay}\ndata: {value: "{{ .Chart.Version }}"}\n',
  });
  const { 'apps/pay.yaml': app = '' } = files('pay', { value: '' });
  await w.commit({ 'apps/pay.yaml': app, ...chart('2.3.0'), ...files('web', { requires: 'payments ^2', value: '1' }) });
  await w.settle();
  expect([await valueOf('pay'), await valueOf('web')]).toEqual(['2.3.0', '1']);
  await w.commit(chart('3.0.0'));
  await w.settle();
  expect(await w.condition('Ready', 'pay')).toMatch(/ContractUnmet: shop\/web requires payments "\^2", and shop\/pay provides 3\.0\.0/);
  expect(await valueOf('pay')).toBe('2.3.0');
});

test('S15 dependencies and requirements are one graph: a circle of both is refused with its path, and mended by a commit', async () => {
  const web = { requires: 'payments >=2', value: '1' };
  await w.commit({
    ...files('web', web),
    ...files('pay', { provides: 'payments 2.3.0', value: '1', more: '  dependsOn: [{name: db}]\n' }),
    ...files('db', { value: '1', more: '  dependsOn: [{name: web}]\n' }),
    ...files('other', { value: '1', more: '  dependsOn: [{name: web}]\n' }),
  });
  await w.settle(20_000);
  const said = await Promise.all(['web', 'pay', 'db'].map((name) => w.condition('Ready', name)));
  const circle = 'DependencyCycle: dependencies and requirements run in a circle: shop/db → shop/web → shop/pay → shop/db';
  expect(said.filter((text) => text.includes(circle)).length).toBeGreaterThan(0);
  expect(await w.condition('Ready', 'other')).toMatch(/DependencyNotReady/);
  await w.commit(files('db', { value: '1' }));
  await w.settle(20_000);
  for (const name of ['web', 'pay', 'db', 'other']) expect(await w.condition('Ready', name)).toMatch(/^Ready=True/);
});

test('S21 a provider that others require is not deleted: neither by a commit nor by hand, until nobody requires it', async () => {
  const pay = { provides: 'payments 2.3.0', value: '1', more: '  sync: {onDelete: prune}\n' };
  await w.commit({ ...files('web', { requires: 'payments >=2', value: '1' }), ...files('pay', pay) });
  await w.settle();
  await w.commit({ 'apps/pay.yaml': null });
  await w.settle();
  expect(await w.condition('Ready', 'root')).toMatch(
    /^Ready=False PruneRefused: App\/shop\/pay provides what others require: shop\/web requires payments ">=2"$/,
  );
  expect([await w.condition('Ready', 'pay'), await valueOf('pay')]).toEqual([expect.stringMatching(/^Ready=True/), '1']);

  await w.commit(files('pay', pay));
  await w.settle();
  await w.remove('App/shop/pay');
  await w.settle();
  expect(await w.condition('Ready', 'pay')).toMatch(/PruneRefused: it provides what others require: shop\/web requires payments/);
  expect(await valueOf('pay')).toBe('1');

  await w.commit({ ...files('web', { value: '2' }), 'apps/pay.yaml': null, 'pay/config.yaml': null });
  await w.settle(60_000);
  expect([await valueOf('web'), await valueOf('pay'), await w.find('App/shop/pay')]).toEqual(['2', undefined, undefined]);
  expect(await w.condition('Ready', 'root')).toMatch(/^Ready=True/);
});
