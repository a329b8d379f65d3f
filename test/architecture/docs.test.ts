/** The reference pages agree with the tables they are written from. `UPDATE_DOCS=1` writes them anew. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { chartFiles, rightsReference } from '../../src/api/install/index.ts';
import { annotationsReference, apiReference, newsReference, reasonsReference } from '../../src/api/docs/index.ts';
import { COMMANDS } from '../../src/cli/commands/index.ts';
import { httpReference } from '../../src/api/http/index.ts';
import { cliReference } from '../../src/cli/reference.ts';
import { projectRoot } from './sources.ts';

const { version } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { readonly version: string };

test.each([
  ['docs/reference/api.md', apiReference],
  ['docs/reference/annotations.md', annotationsReference],
  ['docs/reference/reasons.md', reasonsReference],
  ['docs/reference/news.md', newsReference],
  ['docs/reference/http-api.md', httpReference],
  ['docs/reference/rights.md', rightsReference],
  ['docs/reference/cli.md', () => cliReference(COMMANDS)],
  ...[...chartFiles(version)].map(([path, text]) => [`charts/lockstep/${path}`, () => text] as const),
] as const)('%s', async (file, write) => {
  const path = join(projectRoot, file);
  if (process.env['UPDATE_DOCS'] === '1') {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, await write());
  }
  expect(existsSync(path) ? readFileSync(path, 'utf8') : '').toBe(await write());
});
