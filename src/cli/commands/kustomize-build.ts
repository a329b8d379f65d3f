/** `lockstep kustomize build`: builds a kustomization and prints it exactly as kustomize does. */
import { realpathSync } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { runOnFolder } from '../../app/engines.ts';
import { MachineRemotes } from '../../app/remotes.ts';
import {
  type BuildOptions,
  type BuildPlace,
  buildKustomization,
  type Built,
  formatOutput,
  type InflateChart,
  isRepoUrl,
} from '../../core/kustomize/index.ts';
import type { Outcome } from '../../core/problem/index.ts';
import { defineCommand } from '../command.ts';
import { CommandError, UsageError } from '../errors.ts';
import type { FlagTable, FlagValues } from '../flags.ts';
import type { Io } from '../io.ts';

const FLAGS = {
  output: { type: 'string', short: 'o', value: 'PATH', doc: 'Write into this file, or one file for each object into this folder' },
  'load-restrictor': {
    type: 'string',
    value: 'RULE',
    default: 'LoadRestrictionsRootOnly',
    choices: ['LoadRestrictionsRootOnly', 'LoadRestrictionsNone', 'none', ''],
    doc: 'LoadRestrictionsNone lets kustomizations load files from outside their folder',
  },
  reorder: {
    type: 'string',
    value: 'ORDER',
    choices: ['legacy', 'none'],
    doc: 'Deprecated: legacy or none; use sortOptions in the kustomization',
  },
  'enable-helm': { type: 'boolean', doc: 'Render the charts of helmCharts' },
  'helm-api-versions': { type: 'strings', value: 'VERSION', doc: 'API versions charts are told of' },
  'helm-kube-version': { type: 'string', value: 'VERSION', doc: 'Kubernetes version charts are told of' },
  'helm-command': { type: 'string', value: 'PATH', doc: 'Accepted for compatibility; no program is started' },
  'helm-debug': { type: 'boolean', doc: 'Accepted for compatibility' },
  'enable-managedby-label': { type: 'boolean', doc: 'Deprecated: add app.kubernetes.io/managed-by; use buildMetadata' },
  'enable-alpha-plugins': { type: 'boolean', doc: 'Refused: programs and containers are never started' },
  'enable-exec': { type: 'boolean', doc: 'Refused: programs are never started' },
  'enable-star': { type: 'boolean', doc: 'Refused: programs are never started' },
  network: { type: 'boolean', doc: 'Accepted for compatibility; containers are never started' },
  'network-name': { type: 'string', value: 'NAME', doc: 'Accepted for compatibility; containers are never started' },
  mount: { type: 'strings', value: 'MOUNT', doc: 'Accepted for compatibility; containers are never started' },
  env: { type: 'strings', short: 'e', value: 'ENV', doc: 'Accepted for compatibility; containers are never started' },
  'as-current-user': { type: 'boolean', doc: 'Accepted for compatibility; containers are never started' },
} as const satisfies FlagTable;

type Resource = Built['resources'][number];
type Flags = FlagValues<typeof FLAGS>;

export const kustomizeBuild = defineCommand({
  summary: 'Build a kustomization and print it as kustomize does',
  usage: '[DIR | URL]',
  details:
    'Without DIR, the current folder is built. DIR may be the address of a Git repository. Bases, files and charts named by URL are fetched, without credentials.',
  examples: [
    'lockstep kustomize build overlays/production',
    'lockstep kustomize build . -o all.yaml',
    "lockstep kustomize build 'https://github.com/you/config//overlays/production?ref=v1.2.0'",
  ],
  flags: FLAGS,
  args: { min: 0, max: 1 },
  run: ({ args, flags, io }) => build(args[0] ?? '.', flags, io),
});

const REFUSED = ['enable-alpha-plugins', 'enable-exec', 'enable-star'] as const;

async function build(dir: string, flags: Flags, io: Io): Promise<number> {
  const refused = REFUSED.find((flag) => flags[flag]);
  if (refused !== undefined) {
    throw new UsageError(
      `--${refused} is not supported: Lockstep never starts programs or containers; built-in generators and transformers always work`,
    );
  }
  const options = await optionsOf(flags, io);
  const place = isRepoUrl(dir) ? { url: dir } : { source: '', path: await folder(dir, io) };
  const answered = await answeredFor(place, options, io);
  if (!answered.ok) throw new CommandError(answered.error.message);
  const { value, problems } = answered.value;
  for (const { message } of problems.filter(({ severity }) => severity === 'warning')) io.err(`# Warning: ${message}\n`);
  const failure = problems.find(({ severity }) => severity !== 'warning');
  if (failure !== undefined) throw new CommandError(failure.message);
  if (flags.output === undefined) io.out(formatOutput(value));
  else await write(value, resolve(io.cwd, flags.output));
  return 0;
}

async function answeredFor(place: BuildPlace, options: BuildOptions, io: Io): ReturnType<typeof runOnFolder<Outcome<Built>>> {
  const remotes = new MachineRemotes(io.env, (message) => io.err(`${message}\n`));
  try {
    return await runOnFolder('/', (ask) => buildKustomization(ask, place, options), { remotes });
  } finally {
    await remotes.close();
  }
}

/** The folder's place below the root of the machine, links resolved: messages then show whole paths, and bases may lie anywhere. */
async function folder(dir: string, io: Io): Promise<string> {
  const full = resolve(io.cwd, dir);
  if ((await stat(full).catch(() => undefined)) === undefined) return full.slice(1);
  return realpathSync(full).slice(1);
}

async function optionsOf(flags: Flags, io: Io): Promise<BuildOptions> {
  const inflate: InflateChart | undefined = flags['enable-helm']
    ? (await import('../../core/kustomize/helm/index.ts')).chartInflator()
    : undefined;
  const kubeVersion = flags['helm-kube-version'];
  return {
    loadRestrictions: flags['load-restrictor'] === 'LoadRestrictionsNone' || flags['load-restrictor'] === 'none' ? 'none' : 'rootOnly',
    order: flags.reorder === 'none' ? 'none' : 'legacy',
    managedByLabel: flags['enable-managedby-label'] || io.env['KUSTOMIZE_ENABLE_MANAGEDBY_LABEL'] === 'on',
    ...(inflate === undefined
      ? {}
      : { helm: { inflate, apiVersions: flags['helm-api-versions'], ...(kubeVersion === undefined ? {} : { kubeVersion }) } }),
  };
}

/** A file, or a folder with one file for each object. Names as kustomize gives them. */
async function write(built: Built, path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() !== true) {
    await writeFile(path, formatOutput(built));
    return;
  }
  const namespaceOf = ({ object }: Resource): string => object.metadata.namespace ?? 'default';
  const spread = new Set(built.resources.filter(({ cluster }) => !cluster).map(namespaceOf)).size > 1;
  for (const resource of built.resources) {
    const prefix = spread && !resource.cluster ? `${namespaceOf(resource).toLowerCase()}_` : '';
    await writeFile(join(path, prefix + fileName(resource)), formatOutput({ resources: [resource] }));
  }
}

function fileName({ object }: Resource): string {
  const slash = object.apiVersion.indexOf('/');
  const group = slash < 0 ? '' : `${object.apiVersion.slice(0, slash)}_`;
  const version = object.apiVersion.slice(slash + 1);
  return `${group}${version}_${object.kind}_${object.metadata.name ?? ''}.yaml`.toLowerCase();
}
