// Builds dist/ with esbuild: one chunk per CLI command, npm packages left external; and the dashboard's page into dist/ui.
// With --if-changed it does nothing when the digest of the sources is the one dist/ was built from, so `npm ci` stays quick
// and an installed package (which ships dist/ but no dev dependencies) never needs esbuild.
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const digestFile = join(root, 'dist/.digest');

function sourceFiles(folder) {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name);
      if (statSync(path).isDirectory()) return sourceFiles(path);
      return name.endsWith('.test.ts') ? [] : [path];
    });
}

function sourceDigest() {
  const hash = createHash('sha256');
  for (const path of [
    ...sourceFiles(join(root, 'src')),
    ...sourceFiles(join(root, 'ui')),
    join(root, 'package.json'),
    fileURLToPath(import.meta.url),
  ]) {
    hash
      .update(`${relative(root, path)}\0`)
      .update(readFileSync(path))
      .update('\0');
  }
  return hash.digest('hex');
}

/** npm does not link a package's own bin; without the link the first `npx lockstep` would install and build again. */
function linkBin() {
  const link = join(root, 'node_modules/.bin/lockstep');
  if (!existsSync(join(root, 'node_modules')) || existsSync(link)) return;
  mkdirSync(dirname(link), { recursive: true });
  rmSync(link, { force: true });
  symlinkSync('../../dist/cli/main.js', link);
}

async function build() {
  const { build } = await import('esbuild');
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  await build({
    absWorkingDir: root,
    entryPoints: entryPoints(),
    outbase: 'src',
    outdir: 'dist',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: externalPackages(),
    plugins: [evaluatedLate],
    sourcemap: 'linked',
    sourcesContent: false,
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
  writeFileSync(join(root, 'dist/LICENSES.txt'), inlinedLicenses());
  for (const folder of apis) copyFileSync(join(root, 'src', folder, 'api.d.ts'), join(root, 'dist', folder, 'index.d.ts'));
  chmodSync(join(root, 'dist/cli/main.js'), 0o755);
  const vite = await import('vite');
  await vite.build({ configFile: join(root, 'ui/vite.config.ts') });
  writeFileSync(digestFile, sourceDigest());
}

/** Packages of many small files that commands need at once: finding and reading those took a tenth of a command's time. Their licences go along. */
const inlined = ['@noble/ciphers', '@noble/hashes', 'bcryptjs', 'fflate', 'lru-cache', 're2js', 'smol-toml'];

function externalPackages() {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return [...Object.keys(dependencies), ...Object.keys(devDependencies)]
    .filter((name) => !inlined.includes(name))
    .flatMap((name) => [name, `${name}/*`]);
}

/** Modules that fill tables of 100 KB and more when they are evaluated, for functions that few commands call: evaluated with the first call. */
const late = { fflate: ['Gunzip', 'gzipSync', 'strToU8'], '@noble/ciphers/aes.js': ['cbc', 'gcm'] };

/** A name that is missing above fails the build. */
const evaluatedLate = {
  name: 'evaluated late',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: new RegExp(`^(${Object.keys(late).join('|')})$`) }, ({ path, kind }) =>
      kind === 'import-statement' ? { path, namespace: 'late', sideEffects: false } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'late' }, ({ path }) => ({
      resolveDir: root,
      contents: late[path]
        .map(
          (name) => `export function ${name}(...args) {
            const real = require(${JSON.stringify(path)}).${name};
            return new.target ? new real(...args) : real(...args);
          }`,
        )
        .join('\n'),
    }));
  },
};

function inlinedLicenses() {
  return inlined
    .map((name) => {
      const folder = join(root, 'node_modules', name);
      const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
      return `${name}\n\n${file === undefined ? `License: ${JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).license}\n` : readFileSync(join(folder, file), 'utf8')}`;
    })
    .join(`\n${'-'.repeat(80)}\n\n`);
}

/** What other programs import: `lockstep/helm`, `lockstep/testing`. Their types are in `api.d.ts`. */
const apis = ['app/helm-api', 'testing/public'];

/** The CLI, the APIs, and every worker thread's own entry (`*.worker.ts`). */
function entryPoints() {
  return [
    'src/cli/main.ts',
    ...apis.map((folder) => `src/${folder}/index.ts`),
    ...sourceFiles(join(root, 'src')).filter((path) => path.endsWith('.worker.ts')),
  ];
}

if (existsSync(join(root, 'src'))) {
  const current = existsSync(digestFile) && readFileSync(digestFile, 'utf8') === sourceDigest();
  if (!(process.argv.includes('--if-changed') && current)) await build();
  linkBin();
}
