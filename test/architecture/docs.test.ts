/** The reference pages agree with the tables they are written from. `UPDATE_DOCS=1` writes them anew. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { apiReference, reasonsReference } from '../../src/api/docs/index.ts';
import { COMMANDS } from '../../src/cli/commands/index.ts';
import { httpReference } from '../../src/api/http/index.ts';
import { cliReference } from '../../src/cli/reference.ts';
import { projectRoot } from './sources.ts';

test.each([
  ['docs/reference/api.md', apiReference],
  ['docs/reference/reasons.md', reasonsReference],
  ['docs/reference/http-api.md', httpReference],
  ['docs/reference/cli.md', () => cliReference(COMMANDS)],
] as const)('%s', async (file, write) => {
  const path = join(projectRoot, file);
  if (process.env['UPDATE_DOCS'] === '1') {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, await write());
  }
  expect(existsSync(path) ? readFileSync(path, 'utf8') : '').toBe(await write());
});
