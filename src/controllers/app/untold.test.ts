/** S18: what counts as a secret in what is told of an App. */
import { expect, test } from 'vitest';
import { maskText, secretTexts, untold } from './secret-texts.ts';

const names = ['web', 'shop', 'apps/payments/api', 'prometheus-operator'];

test.each([
  [
    'a user that is named like the folder',
    ['payments', 'hunter2hunter2'],
    'apps/payments/api/a.yaml: hunter2hunter2',
    'apps/payments/api/a.yaml: ***',
  ],
  ['a value that only contains the folder', ['apps/payments/api-key'], 'apps/payments/api-key', '***'],
  ['a value that an object is named after', ['prometheus'], 'Role shop/prometheus-operator', 'Role shop/prometheus-operator'],
  ['a word of API servers', ['namespace', 'not found'], 'namespaces "shop" not found', 'namespaces "shop" not found'],
  ['one that is a part of another', ['hunter', 'hunter2hunter2'], 'hunter2hunter2', '***'],
])('%s', (_name, secrets, text, masked) => {
  expect(maskText(text, untold(secrets, names))).toBe(masked);
});

test('a configuration file in a Secret: its secrets count, and not the words that messages are made of', () => {
  const file = [
    'global: {smtp_auth_password: onlyletters, url: "https://hooks.example.com/T00"}',
    'inhibit_rules: [{equal: [namespace, alertname], source: critical}]',
    'receivers: [{name: Watchdog, api_key: [severalletters]}, {name: pager-2}]',
  ].join('\n');
  const leaves = secretTexts({ stringData: { 'alertmanager.yaml': file } }).filter((text) => !file.startsWith(text));
  expect(leaves).toEqual(['onlyletters', 'https://hooks.example.com/T00', 'severalletters', 'pager-2']);
});
