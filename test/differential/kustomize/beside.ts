/** Builds one tree with this engine and with an installed kustomize, and says where they part. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { runOnFolder } from '../../../src/app/engines.ts';
import { buildKustomization, formatOutput } from '../../../src/core/kustomize/index.ts';
import type { Tree } from './tree.ts';

/** A program that builds kustomizations, as found on this machine. */
export interface Original {
  readonly program: string;
  readonly args: readonly string[];
  /** Of kustomize, not of kubectl: `v5.8.1`. */
  readonly version: string;
}

export type Verdict =
  | { readonly kind: 'same' }
  | { readonly kind: 'bothRefuse' }
  | { readonly kind: 'different'; readonly ours: string; readonly theirs: string };

/** `KUSTOMIZE`, else kustomize, else kubectl; undefined where none of them is installed. */
export function findOriginal(): Original | undefined {
  for (const program of [process.env['KUSTOMIZE'], 'kustomize', 'kubectl']) {
    if (program === undefined) continue;
    const isKubectl = program.endsWith('kubectl');
    const said = spawnSync(program, isKubectl ? ['version', '--client'] : ['version'], { encoding: 'utf8' });
    const version = /(?:Kustomize Version: |^)(v\d+\.\d+\.\d+)/m.exec(
      isKubectl ? said.stdout.replace(/^Client.*$/m, '') : (said.stdout ?? ''),
    )?.[1];
    if (said.status === 0 && version !== undefined) return { program, args: [isKubectl ? 'kustomize' : 'build'], version };
  }
  return undefined;
}

const run = promisify(execFile);

/** What building gives: the output, or the message of the failure. */
interface Result {
  readonly output?: string;
  readonly error?: string;
}

async function original({ program, args }: Original, folder: string): Promise<Result> {
  try {
    return { output: (await run(program, [...args, folder], { maxBuffer: 1 << 26 })).stdout };
  } catch (error) {
    const said = String((error as { stderr?: unknown }).stderr);
    // Warnings and dated log lines come before the failure.
    return { error: said.replace(/^(?:(?:#|\d{4}\/).*\n)*[eE]rror: /, '') };
  }
}

async function ours(folder: string): Promise<Result> {
  const place = { source: '', path: folder.slice(1) };
  const answered = await runOnFolder('/', (ask) => buildKustomization(ask, place, { loadRestrictions: 'rootOnly', order: 'legacy' }));
  if (!answered.ok) return { error: answered.error.message };
  const failure = answered.value.problems.find(({ severity }) => severity !== 'warning');
  return failure === undefined ? { output: formatOutput(answered.value.value) } : { error: failure.message };
}

/** What of a message is not compared: addresses of memory, the rest of a panic, the original's own annotations, what Secrets hold. */
const comparable = (message: string): string =>
  message
    .replace(/^panic: (.*)[^]*$/, '$1')
    .replaceAll(/ &\{(?:0x[0-9a-f]+|<nil>) (?:0x[0-9a-f]+|<nil>)\}/g, '')
    .replaceAll('\\"', '"')
    .replaceAll(/,?"internal\.config\.kubernetes\.io\/\w+":"[^"]*"/g, '')
    .replaceAll(/"annotations":\{\},?/g, '')
    .replaceAll('{,', '{')
    .replaceAll(/"(?:data|stringData)":\{[^}]*\},?/g, '')
    .trim();

/** Messages are those of 5.8; other releases need only refuse too. */
const sameMessage = (mine: string, theirs: string, { version }: Original): boolean =>
  !version.startsWith('v5.8.') || comparable(mine) === comparable(theirs);

/** How a program calls itself depends on how it was built. */
const MANAGED_BY = /(app\.kubernetes\.io\/managed-by: kustomize-)\S+/g;

/** Builds `tree` in a folder of its own with both programs. */
export async function compare(tree: Tree, program: Original): Promise<Verdict> {
  const top = realpathSync(mkdtempSync(join(tmpdir(), 'kustomize-beside-')));
  try {
    for (const [path, text] of Object.entries(tree.files)) {
      mkdirSync(dirname(join(top, path)), { recursive: true });
      writeFileSync(join(top, path), text);
    }
    const folder = join(top, tree.root);
    const [mine, theirs] = await Promise.all([ours(folder), original(program, folder)]);
    if (mine.error !== undefined && theirs.error !== undefined && sameMessage(mine.error, theirs.error, program))
      return { kind: 'bothRefuse' };
    if (mine.output !== undefined && mine.output === theirs.output?.replaceAll(MANAGED_BY, '$1v5.8.1')) return { kind: 'same' };
    const shown = ({ output, error }: Result): string => (error === undefined ? (output ?? '') : `FAILS: ${error}`).replaceAll(top, '');
    return { kind: 'different', ours: shown(mine), theirs: shown(theirs) };
  } finally {
    rmSync(top, { recursive: true });
  }
}
