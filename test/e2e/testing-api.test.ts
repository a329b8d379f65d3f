/** `lockstep/testing` as a team uses it: the published module, under Node's own test runner. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { projectRoot } from './program.ts';

const execute = promisify(execFile);

test("the tests of the example's chart pass", async () => {
  const { stdout } = await execute(process.execPath, ['--test', '--test-reporter=tap', 'examples/market/tests/service.test.mjs'], {
    cwd: projectRoot,
  });
  expect(stdout).toContain('# fail 0');
  expect(stdout).toContain('# pass 10');
});
