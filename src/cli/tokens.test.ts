/** Command lines, as Go's pflag splits them. */
import { expect, test } from 'vitest';
import { UsageError } from './errors.ts';
import { type FlagShapes, splitTokens } from './tokens.ts';

const shapes: FlagShapes = {
  namespace: { isBoolean: false, short: 'n' },
  set: { isBoolean: false },
  debug: { isBoolean: true, short: 'd' },
  wait: { isBoolean: true },
  'no-hooks': { isBoolean: true },
  'dry-run': { isBoolean: false, alone: 'unset' },
  generate: { isBoolean: true, short: 'g' },
};

function check(line: string, expected: { readonly flags?: Record<string, readonly string[]>; readonly args?: readonly string[] }): void {
  const { values, args } = splitTokens(shapes, line.split(' '));
  expect({ line, flags: Object.fromEntries(values), args }).toEqual({ line, flags: expected.flags ?? {}, args: expected.args ?? [] });
}

test.each([
  ['a -n x b', { flags: { namespace: ['x'] }, args: ['a', 'b'] }],
  ['-nx', { flags: { namespace: ['x'] } }],
  ['-n=x', { flags: { namespace: ['x'] } }],
  ['-dgn x', { flags: { debug: ['true'], generate: ['true'], namespace: ['x'] } }],
  ['--set -a=1 --set=b=--c', { flags: { set: ['-a=1', 'b=--c'] } }],
  ['--namespace --debug', { flags: { namespace: ['--debug'] } }],
  ['--debug=false --debug', { flags: { debug: ['false', 'true'] } }],
  ['--no-hooks', { flags: { 'no-hooks': ['true'] } }],
  ['--no-wait', { flags: { wait: ['false'] } }],
  ['--dry-run client', { flags: { 'dry-run': ['unset'] }, args: ['client'] }],
  ['--dry-run=client', { flags: { 'dry-run': ['client'] } }],
  ['- -- --debug -n', { args: ['-', '--debug', '-n'] }],
])('%s', check);

test.each([
  ['--nope', 'unknown flag: --nope'],
  ['--no-set', 'unknown flag: --no-set'],
  ['--__proto__', 'unknown flag: --__proto__'],
  ['-dx', "unknown shorthand flag: 'x' in -dx"],
  ['--set', 'flag needs an argument: --set'],
  ['-dn', "flag needs an argument: 'n' in -dn"],
])('refuses %s', (line, message) => {
  expect(() => splitTokens(shapes, line.split(' '))).toThrow(new UsageError(message));
});
