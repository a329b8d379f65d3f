/** Defects, made at random in the files of a green system: what a tired person does. Each knows which Apps it hurts and what a good message says. */

export type Files = Readonly<Record<string, string>>;

export interface Mutation {
  readonly name: string;
  /** What was done, for people. */
  readonly what: string;
  readonly files: Files;
  /** Apps of which one has to be named; empty: nothing is wrong. */
  readonly apps: readonly string[];
  /** What the cause has to say. */
  readonly cause: RegExp;
}

/** A number below `limit`. */
export type Draw = (limit: number) => number;

type Operator = (files: Files, draw: Draw) => Mutation | undefined;

const pick = <T>(all: readonly T[], draw: Draw): T | undefined => all[draw(all.length)];

/** Files below folders that Apps deliver as plain manifests, with the names of those Apps. */
function delivered(files: Files): readonly { readonly path: string; readonly app: string }[] {
  const apps = Object.entries(files).flatMap(([path, text]) => {
    const folder = /^ {2}source: \{name: \w+, path: ([^,}]+)\}/m.exec(text)?.[1];
    const app = /^metadata:\n(?: {2}.*\n)*? {2}name: (\S+)/m.exec(text)?.[1];
    return path.startsWith('apps/') && folder !== undefined && app !== undefined ? [{ folder, app }] : [];
  });
  return Object.keys(files).flatMap((path) =>
    apps.filter(({ folder }) => path.startsWith(`${folder}/`) && !folder.startsWith('charts/')).map(({ app }) => ({ path, app })),
  );
}

const appFiles = (files: Files): readonly string[] => Object.keys(files).filter((path) => path.startsWith('apps/'));
const nameOf = (path: string): string => path.replace(/^apps\/|\.yaml$/g, '');

function edit(files: Files, path: string, change: (text: string) => string): Files {
  return { ...files, [path]: change(files[path] ?? '') };
}

const choose = (
  files: Files,
  draw: Draw,
  fits: (path: string, text: string) => boolean,
): { readonly path: string; readonly app: string } | undefined =>
  pick(
    delivered(files).filter(({ path }) => fits(path, files[path] ?? '')),
    draw,
  );

const without = (files: Files, gone: string): Files => Object.fromEntries(Object.entries(files).filter(([path]) => path !== gone));

const DEFECTS: Readonly<Record<string, Operator>> = {
  'drop an object': (files, draw) => {
    const found = choose(
      files,
      draw,
      (path, text) => /config\.yaml$|credentials\.yaml$/.test(path) && /^kind: (ConfigMap|Secret)$/m.test(text),
    );
    if (found === undefined) return undefined;
    const name = /^ {2}name: (\S+)/m.exec(files[found.path] ?? '')?.[1] ?? '';
    return {
      name: 'drop an object',
      what: `without ${found.path}`,
      files: without(files, found.path),
      apps: [found.app],
      cause: new RegExp(`"${name}" not found`),
    };
  },
  'break YAML': (files, draw) => {
    const found = choose(files, draw, (path) => path.endsWith('.yaml') && !path.includes('kustomization'));
    if (found === undefined) return undefined;
    return {
      name: 'break YAML',
      what: `a tab in ${found.path}`,
      files: edit(files, found.path, (text) => text.replace(/\n {2}/, '\n\t')),
      apps: [found.app],
      cause: /yaml|tab|character/i,
    };
  },
  'an unknown kind': (files, draw) => {
    const found = choose(files, draw, (_path, text) => /^kind: (Deployment|Service|ConfigMap)$/m.test(text));
    if (found === undefined) return undefined;
    return {
      name: 'an unknown kind',
      what: `a slip in the kind of ${found.path}`,
      files: edit(files, found.path, (text) => text.replace(/^kind: (\w+)$/m, 'kind: $1x')),
      apps: [found.app],
      cause: /x\b.*(serve|kind)|(serve|kind).*x\b/s,
    };
  },
  'remove a key': (files, draw) => {
    const found = choose(
      files,
      draw,
      (_path, text) => /^ +image: /m.test(text) && !/kind: CronJob/.test(text) && !/^resources: /m.test(text),
    );
    if (found === undefined) return undefined;
    return {
      name: 'remove a key',
      what: `no image in ${found.path}`,
      files: edit(files, found.path, (text) => text.replace(/^ +image: .*\n/m, '')),
      apps: [found.app],
      cause: /image/,
    };
  },
  'make a cycle': (files, draw) => {
    const leaf = pick(
      appFiles(files).filter((path) => /dependsOn:\n {4}- name: platform/.test(files[path] ?? '')),
      draw,
    );
    if (leaf === undefined) return undefined;
    const path = 'apps/platform.yaml';
    return {
      name: 'make a cycle',
      what: `platform depends on ${nameOf(leaf)}`,
      files: edit(files, path, (text) => `${text.trimEnd()}\n  dependsOn:\n    - name: ${nameOf(leaf)}\n`),
      apps: ['platform', nameOf(leaf)],
      cause: /circle/,
    };
  },
  'depend on nothing': (files, draw) => {
    const path = pick(
      appFiles(files).filter((one) => (files[one] ?? '').includes('    - name: platform')),
      draw,
    );
    if (path === undefined) return undefined;
    return {
      name: 'depend on nothing',
      what: `${nameOf(path)} depends on an App that is not there`,
      files: edit(files, path, (text) => text.replace('- name: platform', '- name: platfrom')),
      apps: [nameOf(path)],
      cause: /platfrom does not exist/,
    };
  },
  'a second owner': (files, draw) => {
    const found = choose(files, draw, (_path, text) => /^kind: ConfigMap$/m.test(text) && !text.includes('---'));
    const other = choose(files, draw, (path, text) => path.endsWith('service.yaml') && path !== found?.path && !text.includes('---'));
    if (found === undefined || other === undefined || found.app === other.app) return undefined;
    const namespace = /target: \{namespace: ([^,}]+)/.exec(files[`apps/${found.app}.yaml`] ?? '')?.[1];
    if (namespace === undefined) return undefined;
    const copy = (files[found.path] ?? '').replace(/^metadata:\n/m, `metadata:\n  namespace: ${namespace}\n`);
    return {
      name: 'a second owner',
      what: `${found.path} in ${other.app} too`,
      files: { ...files, [`${other.path.replace(/[^/]+$/, '')}copy.yaml`]: copy },
      apps: [found.app, other.app],
      cause: /belongs to|owned|claims/,
    };
  },
  'break a test': (files, draw) => {
    const found = choose(files, draw, (_path, text) => /^kind: Job$/m.test(text));
    if (found === undefined) return undefined;
    return {
      name: 'break a test',
      what: `the Job in ${found.path} fails`,
      files: edit(files, found.path, (text) =>
        text.replace(/^ {2}template:\n/m, '  template:\n    metadata:\n      annotations: {lockstep.dev/simulate: fail}\n'),
      ),
      apps: [found.app],
      cause: /Job|backoff/i,
    };
  },
  'raise a version': (files, draw) => {
    const required = new Set(
      Object.values(files).flatMap((text) => [...text.matchAll(/- \{name: (\S+), version: "[^"]*"\}/g)].map(([, name]) => name)),
    );
    const path = pick(
      appFiles(files).filter((one) => required.has(/ {2}provides:\n {4}- \{name: ([^,]+)/.exec(files[one] ?? '')?.[1])),
      draw,
    );
    if (path === undefined) return undefined;
    return {
      name: 'raise a version',
      what: `${nameOf(path)} provides 99.0.0`,
      files: edit(files, path, (text) => text.replace(/( {2}provides:\n {4}- \{name: [^,]+, version: )[^}]+/, '$199.0.0')),
      apps: [nameOf(path)],
      cause: /provides 99\.0\.0/,
    };
  },
};

const HARMLESS: Readonly<Record<string, Operator>> = {
  'another value': (files, draw) => {
    const found = choose(files, draw, (_path, text) => /LOG_LEVEL: \w+/.test(text));
    if (found === undefined) return undefined;
    return {
      name: 'another value',
      what: found.path,
      files: edit(files, found.path, (text) => text.replace(/LOG_LEVEL: \w+/, 'LOG_LEVEL: warn')),
      apps: [],
      cause: /^$/,
    };
  },
  'another label': (files, draw) => {
    const found = choose(files, draw, (_path, text) => /^metadata:\n {2}name:/m.test(text));
    if (found === undefined) return undefined;
    return {
      name: 'another label',
      what: found.path,
      files: edit(files, found.path, (text) => text.replace(/^metadata:\n/m, 'metadata:\n  annotations: {example.com/touched: "yes"}\n')),
      apps: [],
      cause: /^$/,
    };
  },
  'one replica more': (files, draw) => {
    const found = choose(files, draw, (_path, text) => /^ {2}replicas: \d$/m.test(text));
    if (found === undefined) return undefined;
    return {
      name: 'one replica more',
      what: found.path,
      files: edit(files, found.path, (text) => text.replace(/^ {2}replicas: \d$/m, '  replicas: 4')),
      apps: [],
      cause: /^$/,
    };
  },
};

/** One mutation; about one in five does no harm, to see what cries wolf. */
export function mutate(files: Files, draw: Draw): Mutation {
  for (;;) {
    const operators = Object.values(draw(5) === 0 ? HARMLESS : DEFECTS);
    const made = pick(operators, draw)?.(files, draw);
    if (made !== undefined) return made;
  }
}
