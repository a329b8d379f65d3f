/** What a step of the tour sees and does: the cluster through its real API, the repository through real git, the process from outside. */
import type { App } from '../../api/index.ts';
import type { KubeObject } from '../../core/object/index.ts';
import type { ApiResource, KubeClient } from '../../ports/index.ts';
import { isReady, listApps } from '../apps.ts';
import { findResource } from '../resources.ts';
import type { WorkingCopy } from './working-copy.ts';

/** The demo as a process of its own, so that it can be killed. */
export interface DemoProcess {
  /** False on a real cluster, whose data is not ours to throw away. */
  readonly embedded: boolean;
  /** Starts it (again) and resolves when its API answers. */
  start(): Promise<KubeClient>;
  /** SIGKILL: no clean-up, no goodbye. */
  kill(): Promise<void>;
  /** SIGTERM, then waits for its end. */
  stop(): Promise<void>;
  /** Deletes what the embedded cluster stored. */
  loseCluster(): Promise<void>;
}

const POLL = 25;

export class Scene {
  readonly process: DemoProcess;
  readonly repository: WorkingCopy;
  readonly #signal: AbortSignal;
  #kube: KubeClient;

  constructor(process: DemoProcess, parts: { readonly kube: KubeClient; readonly repository: WorkingCopy; readonly signal: AbortSignal }) {
    this.process = process;
    this.repository = parts.repository;
    this.#kube = parts.kube;
    this.#signal = parts.signal;
  }

  get kube(): KubeClient {
    return this.#kube;
  }

  async restart(): Promise<void> {
    await this.#kube.close();
    this.#kube = await this.process.start();
  }

  /** Polls until `check` gives something. @throws naming what was waited for, and what stood in the way. */
  async until<T>(what: string, check: () => Promise<T | undefined | false>, limit = 30_000): Promise<T> {
    const deadline = performance.now() + limit;
    for (;;) {
      this.#signal.throwIfAborted();
      const found = await check();
      if (found !== undefined && found !== false) return found;
      if (performance.now() > deadline) throw new Error(`waited ${limit / 1000} s for: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, POLL));
    }
  }

  /** Fails if `check` stops holding within `duration` milliseconds. */
  async throughout(what: string, duration: number, check: () => Promise<boolean>): Promise<void> {
    const end = performance.now() + duration;
    while (performance.now() < end) {
      this.#signal.throwIfAborted();
      if (!(await check())) throw new Error(`did not hold: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, POLL));
    }
  }

  async find(type: string, namespace: string, name: string): Promise<KubeObject | undefined> {
    const found = await this.#kube.get(await this.resource(type), namespace, name);
    if (found.ok) return found.value;
    if (found.error.code === 404) return undefined;
    throw new Error(found.error.message);
  }

  async list(type: string, namespace: string): Promise<readonly KubeObject[]> {
    const list = await this.#kube.list(await this.resource(type), { namespace });
    if (!list.ok) throw new Error(list.error.message);
    return list.value.items;
  }

  resource(type: string): Promise<ApiResource> {
    return findResource(this.#kube, type);
  }

  apps(): Promise<readonly App[]> {
    return listApps(this.#kube);
  }

  async app(name: string): Promise<App> {
    const app = (await this.apps()).find(({ metadata }) => metadata.name === name);
    if (app === undefined) throw new Error(`there is no App ${name}`);
    return app;
  }

  /** Waits until the App is Ready and runs `commit` or something newer that it did not need. */
  allReady(count: number, limit?: number): Promise<readonly App[]> {
    return this.until(
      `${count} Apps to be Ready`,
      async () => {
        const apps = await this.apps();
        return apps.length === count && apps.every(isReady) && apps;
      },
      limit,
    );
  }

  /** Changes an object as some other tool would: by a merge patch under that tool's field manager. */
  async edit(
    target: { readonly type: string; readonly namespace: string; readonly name: string },
    patch: KubeObject['metadata'],
    manager: string,
  ): Promise<void> {
    const patched = await this.#kube.patch(await this.resource(target.type), target, {
      type: 'application/merge-patch+json',
      value: patch,
      fieldManager: manager,
    });
    if (!patched.ok) throw new Error(patched.error.message);
  }

  async delete(type: string, namespace: string, name: string): Promise<void> {
    const deleted = await this.#kube.delete(await this.resource(type), namespace, name);
    if (!deleted.ok) throw new Error(deleted.error.message);
  }
}
