/** The embedded cluster as a running part: opened on a folder, listening, its kubeconfig written for others to find. */
import { mkdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { inTurns } from '../adapters/kube/in-turns.ts';
import { systemClock, systemRandom } from '../adapters/system/index.ts';
import { createCluster, type Cluster } from '../apiserver/index.ts';
import { parseScenario, type ScenarioFile } from '../core/kube/scenario/index.ts';
import { formatProblem } from '../core/problem/index.ts';
import type { KubeTransport, Log, Metrics } from '../ports/index.ts';
import type { ImportedRules, ImportSummary } from './imported/index.ts';
import { writePrivate } from './state.ts';

export interface EmbeddedOptions {
  /** Folder for its data and the kubeconfig; absent: nothing is kept on disk. */
  readonly folder?: string;
  /** Where the kubeconfig goes. */
  readonly kubeconfig: string;
  /** 0 chooses a free port. */
  readonly port: number;
  readonly host?: string;
  readonly tls: boolean;
  readonly fsync?: boolean;
  readonly kubeVersion?: string;
  /** Path of a scenario file. */
  readonly scenario?: string;
  /** What a real cluster judges by, to be taken over before anybody is served. */
  readonly rules?: ImportedRules;
  readonly log: Log;
  readonly metrics?: Metrics;
}

export interface EmbeddedCluster {
  readonly url: string;
  /** What was taken over, where that was asked for. */
  readonly imported?: ImportSummary;
  readonly kubeconfig: string;
  transport(): KubeTransport;
  /** Lets a part of this process answer behind a Service. */
  serveService: Cluster['serveService'];
  close(): Promise<void>;
}

/** @throws when the folder cannot be used, the port is taken or the scenario is wrong. */
export async function startEmbeddedCluster(options: EmbeddedOptions): Promise<EmbeddedCluster> {
  if (options.folder !== undefined) await mkdir(options.folder, { recursive: true, mode: 0o700 });
  const scenario = options.scenario === undefined ? undefined : await readScenario(options.scenario);
  const cluster = await createCluster({
    clock: systemClock(),
    random: systemRandom(),
    log: options.log,
    storage: options.folder === undefined ? 'memory' : { dataDir: join(options.folder, 'cluster') },
    ...(options.metrics === undefined ? {} : { metrics: options.metrics }),
    ...(options.kubeVersion === undefined ? {} : { kubeVersion: options.kubeVersion }),
    ...(scenario === undefined ? {} : { scenario }),
    ...(options.fsync === undefined ? {} : { fsync: options.fsync }),
  });
  try {
    return await open(cluster, options);
  } catch (error) {
    await cluster.close();
    throw error;
  }
}

async function open(cluster: Cluster, options: EmbeddedOptions): Promise<EmbeddedCluster> {
  const imported = options.rules === undefined ? undefined : await takeOver(cluster, options.rules);
  const listening = await cluster.listen({
    port: options.port,
    tls: options.tls,
    ...(options.host === undefined ? {} : { host: options.host }),
  });
  await writePrivate(options.kubeconfig, cluster.kubeconfig(listening.url));
  return {
    url: listening.url,
    ...(imported === undefined ? {} : { imported }),
    kubeconfig: options.kubeconfig,
    transport: () => inTurns(cluster.transport(), systemClock()),
    serveService: (service, backend) => cluster.serveService(service, backend),
    close: async () => {
      await listening.close();
      await cluster.close();
    },
  };
}

/** Loaded when it is asked for: a cluster on its own is to be small. */
async function takeOver(cluster: Cluster, rules: ImportedRules): Promise<ImportSummary> {
  const { createKubeClient } = await import('../adapters/kube/index.ts');
  const { importRules } = await import('./imported/index.ts');
  const kube = createKubeClient(cluster.transport(), { clock: systemClock() });
  const summary = await importRules(kube, rules);
  await kube.close();
  return summary;
}

async function readScenario(path: string): Promise<ScenarioFile> {
  const { value, problems } = parseScenario(await readFile(path, 'utf8'), basename(path));
  if (problems.length > 0) throw new Error(problems.map(formatProblem).join('\n'));
  return value;
}
