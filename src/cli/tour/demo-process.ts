/** The demo as a child process: started, killed and stopped from outside, found through the state it writes. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { connect, runningState, type RunningState } from '../../app/index.ts';
import type { KubeClient } from '../../ports/index.ts';
import type { DemoProcess } from './scene.ts';

const START_LIMIT = 60_000;

export interface DemoOptions {
  readonly folder: string;
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
}

export class ChildDemo implements DemoProcess {
  readonly #folder: string;
  readonly #program: string;
  readonly #options: DemoOptions;
  #child: ChildProcess | undefined;
  #state: RunningState | undefined;

  /** `program` is the CLI's own entry file; the folder holds the demo's data and its log. Without a kubeconfig the embedded cluster is used. */
  constructor(program: string, options: DemoOptions) {
    this.#program = program;
    this.#folder = options.folder;
    this.#options = options;
  }

  get embedded(): boolean {
    return this.#options.kubeconfig === undefined && this.#options.context === undefined;
  }

  get logFile(): string {
    return join(this.#folder, 'demo.log');
  }

  /** The clone URL with the credential that pushing needs. */
  get pushUrl(): string {
    const { cloneUrl, gitUser, gitPassword } = this.#state ?? {};
    if (cloneUrl === undefined) throw new Error('the demo has no Git host');
    const url = new URL(cloneUrl);
    url.username = gitUser ?? '';
    url.password = gitPassword ?? '';
    return url.href;
  }

  async start(): Promise<KubeClient> {
    await mkdir(this.#folder, { recursive: true });
    const log = createWriteStream(this.logFile, { flags: 'a' });
    const child = spawn(process.execPath, [this.#program, 'demo', '--data', this.#folder, '--quiet', ...this.#clusterFlags()], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    this.#child = child;
    this.#state = await this.#started(child);
    const { kubeconfig = this.#state.kubeconfig, context } = this.#options;
    const kube = await connect({ kubeconfig, context, cwd: process.cwd(), env: {} });
    if (!kube.ok) throw new Error(kube.error.message);
    return kube.value;
  }

  #clusterFlags(): string[] {
    const { kubeconfig, context } = this.#options;
    return [...(kubeconfig === undefined ? [] : ['--kubeconfig', kubeconfig]), ...(context === undefined ? [] : ['--context', context])];
  }

  async #started(child: ChildProcess): Promise<RunningState> {
    const deadline = performance.now() + START_LIMIT;
    while (performance.now() < deadline && child.exitCode === null && child.signalCode === null) {
      const state = await runningState(this.#folder);
      if (state?.pid === child.pid && state !== undefined) return state;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error(`the demo did not start; see ${this.logFile}`);
  }

  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  stop(): Promise<void> {
    return this.#end('SIGTERM');
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
  }

  loseCluster(): Promise<void> {
    return rm(join(this.#folder, 'cluster'), { recursive: true, force: true });
  }
}
