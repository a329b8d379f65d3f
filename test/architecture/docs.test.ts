/** The reference pages agree with the tables they are written from (`UPDATE_DOCS=1` writes them anew), and the other pages show no command or flag that is not in them. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
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

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(projectRoot, 'docs'))
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
];

/** Every `lockstep …` of a page: in backticks, or as a line of a block, where two spaces begin what it is for. */
const shownIn = (page: string): readonly string[] =>
  [...readFileSync(join(projectRoot, page), 'utf8').matchAll(/(?:`|^)(?:npx )?lockstep ([a-z][^`#|\n]*)/gm)].map(
    ([, text = '']) => text.split(/ {2,}/)[0]?.trim() ?? '',
  );

/** What is wrong with it; undefined when nothing is. */
async function wrongWith(text: string): Promise<string | undefined> {
  const named = COMMANDS.filter(({ name }) => `${text} `.startsWith(`${name} `)).toSorted((a, b) => b.name.length - a.name.length)[0];
  if (named === undefined)
    return COMMANDS.some(({ name }) => name.startsWith(`${text} `)) || /[|,…]/.test(text) ? undefined : `no command: ${text}`;
  const { flags } = await named.load();
  const known = new Set(['help', 'h', ...Object.entries(flags).flatMap(([name, { short }]) => [name, short ?? name])]);
  const asked = [...text.matchAll(/(?<=\s)(?:--([a-z][\w-]*)|-([a-zA-Z]))/g)].map(([, long, short]) => long ?? short ?? '');
  const missing = asked.filter((flag) => !known.has(flag));
  return missing.length === 0 ? undefined : `${named.name} has no flag ${missing.join(', ')}: ${text}`;
}

test('the pages show commands and flags that there are', async () => {
  const shown = pages.flatMap(shownIn);
  expect(shown.length).toBeGreaterThan(50);
  expect((await Promise.all(shown.map(wrongWith))).filter((wrong) => wrong !== undefined)).toEqual([]);
  expect(await wrongWith('plan shop --hurry')).toContain('hurry');
  expect(await wrongWith('hurry shop')).toContain('no command');
});
