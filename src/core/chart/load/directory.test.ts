/** Which versions of Chart.yaml are taken. */
import { expect, test } from 'vitest';
import { encodeUtf8 } from '../../../std/index.ts';
import type { Ask, Request } from '../../ask/index.ts';
import { loadChart } from './directory.ts';

/** A folder with nothing but a Chart.yaml. */
const folderWith = (text: string): Ask =>
  ((request: Request) =>
    request.kind === 'list'
      ? { entries: [{ path: 'Chart.yaml', type: 'file' }] }
      : { found: 'file', bytes: encodeUtf8(text), text }) as unknown as Ask;

function check(apiVersion: string, expected: string | undefined): void {
  const loaded = loadChart(folderWith(`apiVersion: ${apiVersion}\nname: c\nversion: 1.0.0\n`), { source: '', path: '' });
  expect({ apiVersion, problem: loaded.ok ? undefined : loaded.error }).toEqual({ apiVersion, problem: expected });
}

test.each<[string, string | undefined]>([
  ['v1', undefined],
  ['v2', undefined],
  ['""', undefined],
  ['v3', 'invalid chart apiVersion'],
  ['v9', 'unsupported chart version'],
])('%s', check);
