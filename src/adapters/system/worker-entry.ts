/** Where a thread's entry file is: built on the spot while developing, below `dist` in the built program. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** `entry` is the path below `src`, without its ending: `adapters/ledger/sqlite.worker`. @throws when it is nowhere, which is a fault of the build. */
export function workerEntry(entry: string): URL {
  if (import.meta.url.endsWith('.ts')) return builtForNow(entry);
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, `${entry}.js`))) {
    if (folder === dirname(folder)) throw new Error(`${entry}.js is missing from the build`);
    folder = dirname(folder);
  }
  return pathToFileURL(join(folder, `${entry}.js`));
}

/** A thread reads no TypeScript, so its entry is built here, as the build does it. */
function builtForNow(entry: string): URL {
  const source = fileURLToPath(new URL(`../../${entry}.ts`, import.meta.url));
  const require = createRequire(import.meta.url);
  const { buildSync } = require('esbuild') as typeof import('esbuild');
  // Inside the project, so that packages are found; one for each process, because tests run beside each other.
  const outfile = join(dirname(require.resolve('esbuild/package.json')), '../.cache/lockstep', `${process.pid}`, `${basename(entry)}.mjs`);
  buildSync({ entryPoints: [source], outfile, bundle: true, format: 'esm', platform: 'node', packages: 'external', logLevel: 'warning' });
  return pathToFileURL(outfile);
}
