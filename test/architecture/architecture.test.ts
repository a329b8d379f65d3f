/** The house rules as tests: layers, faces, cycles, purity. See docs/adr/0001-the-house.md and ARCHITECTURE.md. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { codeOnly, projectRoot, sourceFiles, type SourceFile } from './sources.ts';

const files = sourceFiles();

/** What each layer may import besides itself. Layers in one row of the design are siblings and do not see each other. */
const INNER = ['std', 'core', 'api', 'ports'];
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  std: [],
  core: ['std'],
  api: ['std', 'core'],
  ports: ['std', 'core', 'api'],
  adapters: INNER,
  runtime: INNER,
  helm: INNER,
  controllers: [...INNER, 'adapters', 'runtime', 'helm'],
  apiserver: [...INNER, 'adapters', 'runtime'],
  githost: [...INNER, 'adapters', 'runtime'],
  server: [...INNER, 'adapters', 'runtime'],
  app: [...INNER, 'adapters', 'runtime', 'helm', 'controllers', 'apiserver', 'githost', 'server'],
  cli: [...INNER, 'adapters', 'runtime', 'helm', 'app'],
  testing: [...INNER, 'adapters', 'runtime', 'helm', 'controllers', 'apiserver', 'githost', 'server', 'app'],
};

/** Order of the folders in core: a folder imports only folders of earlier rows. */
const CORE_ROWS: readonly (readonly string[])[] = [
  ['problem', 'object'],
  ['ask', 'go'],
  ['yaml', 'tree'],
  ['schema', 'cel', 'crypto'],
  ['template', 'substitute', 'merge', 'diff', 'secrets'],
  ['chart', 'plain', 'health', 'graph', 'why'],
  ['kustomize', 'unittest', 'release', 'contract', 'policy', 'amend'],
  ['helmfile', 'kube', 'ledger'],
  ['plan', 'lint', 'rehearsal'],
];

/** Packages that core may use: pure computation only. */
const CORE_PACKAGES = [
  're2js',
  'semver',
  'fflate',
  '@noble/hashes',
  '@noble/ciphers',
  '@cfworker/json-schema',
  '@marcbachmann/cel-js',
  'smol-toml',
  'diff',
  'bcryptjs',
];

const layerOf = (path: string): string => path.split('/')[0] ?? '';
const inside = (...layers: string[]): SourceFile[] => files.filter(({ path }) => layers.includes(layerOf(path)));
const coreFolder = (path: string): string => path.split('/')[1] ?? '';
const isProjectImport = (target: string): boolean => !target.startsWith('..');

test('layers import only what lies below them', () => {
  const wrong = files.flatMap(({ path, imports }) =>
    imports
      .filter(({ isPackage, target }) => !isPackage && isProjectImport(target))
      .filter(({ target }) => layerOf(target) !== layerOf(path) && !(LAYERS[layerOf(path)] ?? []).includes(layerOf(target)))
      .map(({ target }) => `${path} imports ${target}`),
  );
  expect(wrong).toEqual([]);
});

test('every source file is in a known layer', () => {
  expect(files.map(({ path }) => layerOf(path)).filter((layer) => !(layer in LAYERS))).toEqual([]);
});

test('folders of core import only earlier folders', () => {
  const row = (folder: string): number => CORE_ROWS.findIndex((folders) => folders.includes(folder));
  const wrong = inside('core').flatMap(({ path, imports }) =>
    imports
      .filter(({ isPackage, target }) => !isPackage && target.startsWith('core/') && coreFolder(target) !== coreFolder(path))
      .filter(({ target }) => row(coreFolder(target)) < 0 || row(coreFolder(target)) >= row(coreFolder(path)))
      .map(({ target }) => `${path} imports ${target}`),
  );
  expect(wrong).toEqual([]);
});

test('a folder of core is imported only through a face', () => {
  const wrong = files.flatMap(({ path, imports }) =>
    imports
      .filter(({ isPackage, target }) => !isPackage && target.startsWith('core/') && !target.endsWith('/index.ts'))
      .filter(({ target }) => layerOf(path) !== 'core' || coreFolder(target) !== coreFolder(path))
      .map(({ target }) => `${path} imports ${target}`),
  );
  expect(wrong).toEqual([]);
});

/** Faces that may be wider, each with its reason; printed, so that the list stays short. */
const WIDE_FACES: Readonly<Record<string, string>> = {
  'core/object/index.ts':
    'the one place for access by computed key and for reading fields that may hold anything, which every folder needs whole',
};

test('a face that others import exports at most 12 values', () => {
  const imported = new Set(
    files.flatMap(({ path, imports }) =>
      imports.filter(({ target }) => layerOf(path) !== 'core' || coreFolder(target) !== coreFolder(path)).map(({ target }) => target),
    ),
  );
  const wide = inside('core')
    .filter(({ path }) => path.endsWith('/index.ts') && imported.has(path))
    .map(({ path, text }) => ({ path, count: exportedValues(text) }))
    .filter(({ count }) => count > 12);
  for (const { path, count } of wide) console.log(`wide face ${path} (${count} values): ${WIDE_FACES[path] ?? 'no reason given'}`);
  expect(wide.filter(({ path }) => !(path in WIDE_FACES))).toEqual([]);
  expect(Object.keys(WIDE_FACES).filter((path) => !wide.some((face) => face.path === path))).toEqual([]);
});

function exportedValues(text: string): number {
  const lists = [...codeOnly(text).matchAll(/export\s+(type\s+)?\{([^}]*)\}/g)].filter((match) => match[1] === undefined);
  const names = lists
    .flatMap((match) => (match[2] ?? '').split(','))
    .filter((name) => name.trim() !== '' && !name.trim().startsWith('type '));
  return names.length + [...codeOnly(text).matchAll(/export\s+(?:const|function|class|async function)\s/g)].length;
}

test('there are no import cycles at load time', () => {
  const edges = new Map(
    files.map(({ path, imports }) => [path, imports.filter((edge) => !edge.isPackage && !edge.typeOnly).map((edge) => edge.target)]),
  );
  expect(findCycle(edges)).toBeUndefined();
});

function findCycle(edges: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const state = new Map<string, 'open' | 'closed'>();
  const trail: string[] = [];
  const visit = (path: string): string[] | undefined => {
    if (state.get(path) === 'closed') return undefined;
    if (state.get(path) === 'open') return [...trail.slice(trail.indexOf(path)), path];
    state.set(path, 'open');
    trail.push(path);
    for (const target of edges.get(path) ?? []) {
      const cycle = visit(target);
      if (cycle !== undefined) return cycle;
    }
    trail.pop();
    state.set(path, 'closed');
    return undefined;
  };
  for (const path of edges.keys()) {
    const cycle = visit(path);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

test('core uses only packages that compute', () => {
  const wrong = inside('std', 'core', 'api').flatMap(({ path, imports }) =>
    imports
      .filter(({ isPackage, target }) => isPackage && !CORE_PACKAGES.some((name) => target === name || target.startsWith(`${name}/`)))
      .map(({ target }) => `${path} imports ${target}`),
  );
  expect(wrong).toEqual([]);
});

/** What would make a pure function depend on the moment, the machine or the last call. */
const IMPURE: readonly (readonly [string, RegExp])[] = [
  ['Date.now', /\bDate\.now\b/],
  ['new Date()', /\bnew Date\(\s*\)/],
  ['Math.random', /\bMath\.random\b/],
  ['localeCompare', /\.localeCompare\b/],
  ['toLocale…', /\.toLocale(?:String|DateString|TimeString)\b/],
  ['eval', /\beval\(/],
  ['new Function', /\bnew Function\b/],
  ['globalThis', /\bglobalThis\b/],
  ['module-level let', /^(?:export )?let\s/m],
  [
    'module-level mutable collection',
    /^(?:export )?const \w+(?:: (?:Map|Set|WeakMap|WeakSet)\b[^=\n]*)? = new (?:Map|Set|WeakMap|WeakSet)(?:<[^\n]*>)?\(\);?$/m,
  ],
];

test('core is pure', () => {
  const wrong = inside('std', 'core', 'api').flatMap(({ path, text }) => {
    const code = codeOnly(text);
    return IMPURE.filter(([, pattern]) => pattern.test(code)).map(([name]) => `${path}: ${name}`);
  });
  expect(wrong).toEqual([]);
});

test('the compiler sees neither Node nor browser types in core', () => {
  const tsc = join(projectRoot, 'node_modules/.bin/tsc');
  const listed = execFileSync(tsc, ['-p', 'src/core', '--listFilesOnly'], { cwd: projectRoot, encoding: 'utf8' });
  expect(listed.split('\n').filter((path) => /@types\/node|lib\.dom|undici/.test(path))).toEqual([]);
});

test('every file opens by saying why it exists', () => {
  expect(files.filter(({ text }) => !/^(?:#![^\n]*\n)?\/\*\*|^(?:#![^\n]*\n)?\/\//.test(text)).map(({ path }) => path)).toEqual([]);
});

test('no file or folder has a name that says nothing', () => {
  const empty = /(?:^|\/)(?:utils?|helpers?|common|misc|manager)(?:\.ts$|\/)/;
  expect(files.filter(({ path }) => empty.test(path)).map(({ path }) => path)).toEqual([]);
});
