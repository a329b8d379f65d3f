/** `lockstep cluster`: only the embedded cluster, for any Kubernetes client. */
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { consoleLog } from '../../adapters/log/index.ts';
import { systemClock } from '../../adapters/system/index.ts';
// Not by the face of app: all of Lockstep would be loaded into a process that is to be small.
import { startEmbeddedCluster } from '../../app/cluster.ts';
import { STATE_FOLDER } from '../../app/state.ts';
import type { ImportedRules, ImportSummary } from '../../app/imported/index.ts';
import { defineCommand } from '../command.ts';
import { CommandError } from '../errors.ts';
import type { Io } from '../io.ts';

export const cluster = defineCommand({
  summary: 'Serve an embedded Kubernetes API and print its kubeconfig',
  usage: '',
  details: 'Workloads become ready as they would, but nothing runs: their state is marked as simulated.',
  examples: [
    'lockstep cluster',
    'lockstep cluster --data ./cluster --port 6443',
    'lockstep cluster --kube-version 1.31',
    'lockstep cluster --import-schemas ~/.kube/config',
  ],
  flags: {
    data: { type: 'string', value: 'DIR', doc: 'Keep the data in this folder; without it everything is gone at the end' },
    port: { type: 'integer', value: 'N', doc: 'Port on loopback; 0 chooses a free one', default: 0 },
    tls: {
      type: 'boolean',
      doc: 'HTTPS with a generated authority; without it everybody on this machine is the administrator',
      default: true,
    },
    fsync: { type: 'boolean', doc: 'Survive power loss, not only the end of the process' },
    scenario: { type: 'string', value: 'FILE', doc: 'What goes wrong: faults by namespace (docs/embedded-cluster.md)' },
    'import-schemas': {
      type: 'string',
      value: 'KUBECONFIG',
      doc: 'Judge as a real cluster does: take its custom types, admission policies with their parameters, webhooks (recorded, never called), classes, namespaces, limits and quotas; it is only read',
    },
    'import-context': { type: 'string', value: 'NAME', doc: 'The context of that kubeconfig; without it the current one' },
    'kube-version': { type: 'string', value: '1.NN', doc: 'The Kubernetes version it says it is' },
  },
  args: { min: 0, max: 0 },
  run: async ({ flags, io }) => {
    const state = resolve(io.cwd, flags.data ?? STATE_FOLDER);
    await mkdir(state, { recursive: true, mode: 0o700 });
    const kubeconfig = join(state, 'kubeconfig');
    const rules = await rulesOf(flags, io);
    const kubeVersion = flags['kube-version'] ?? rules?.kubeVersion;
    const running = await startEmbeddedCluster({
      kubeconfig,
      port: flags.port,
      tls: flags.tls,
      fsync: flags.fsync,
      log: consoleLog({ write: io.err, clock: systemClock(), level: 'warn' }),
      ...(flags.data === undefined ? {} : { folder: state }),
      ...(flags.scenario === undefined ? {} : { scenario: resolve(io.cwd, flags.scenario) }),
      ...(kubeVersion === undefined ? {} : { kubeVersion }),
      ...(rules === undefined ? {} : { rules }),
    }).catch((error: unknown) => {
      throw new CommandError(`the cluster cannot start: ${error instanceof Error ? error.message : String(error)}`);
    });
    if (running.imported !== undefined) io.err(summaryText(running.imported, kubeVersion));
    io.out(`Serving ${running.url}\nexport KUBECONFIG=${kubeconfig}\nCtrl-C stops it.\n`);
    await new Promise<void>((done) => io.signal.addEventListener('abort', () => done(), { once: true }));
    await running.close();
    return 0;
  },
});

interface ImportFlags {
  readonly 'import-schemas'?: string | undefined;
  readonly 'import-context'?: string | undefined;
}

async function rulesOf(flags: ImportFlags, io: Io): Promise<ImportedRules | undefined> {
  const { 'import-schemas': kubeconfig, 'import-context': context } = flags;
  if (kubeconfig === undefined && context !== undefined) throw new CommandError('--import-context needs --import-schemas KUBECONFIG');
  if (kubeconfig === undefined) return undefined;
  const { connect } = await import('../../app/connect.ts');
  const { readRules } = await import('../../app/imported/index.ts');
  const connected = await connect({ kubeconfig, context, cwd: io.cwd, env: io.env });
  if (!connected.ok) throw new CommandError(`${kubeconfig}: ${connected.error.message}`);
  const read = await readRules(connected.value);
  await connected.value.close();
  if (read.ok) return read.value;
  throw new CommandError(`cannot read what the cluster of ${kubeconfig} judges by: ${read.error}`);
}

function summaryText({ counts, left }: ImportSummary, kubeVersion: string | undefined): string {
  const taken = counts.map(([kind, count]) => `${kind} (${count})`).join(', ');
  const version = kubeVersion === undefined ? '' : ` (Kubernetes ${kubeVersion})`;
  return [
    `Imported${version}: ${taken === '' ? 'nothing, the cluster has none' : taken}`,
    ...left.map((line) => `not imported: ${line}`),
    '',
  ].join('\n');
}
