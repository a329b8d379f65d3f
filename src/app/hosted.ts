/** The demo: a whole Lockstep with a Git host of its own, following a repository made from a folder. */
import { join } from 'node:path';
import { SYSTEM_NAMESPACE } from '../api/install/index.ts';
import type { JsonObject, KubeObject } from '../core/object/index.ts';
import { systemRandom } from '../adapters/system/index.ts';
import { createGitHost, type GitHost } from '../githost/index.ts';
import type { ApiResource, KubeClient, KubeError, Log } from '../ports/index.ts';
import type { Result } from '../std/index.ts';
import { applyRoot, type RootOptions } from './install.ts';
import { lastState, writeState, type RunningState } from './state.ts';
import { doorsOf, StartError, startSystem, type System, type SystemOptions } from './system.ts';

export interface HostedOptions extends SystemOptions {
  /** Folder that becomes the first commit; it is left alone when the repository is there already. */
  readonly seed: string;
  /** Name of the repository. */
  readonly repository: string;
  /** 0 chooses a free port; the last one is used again where that is possible, so that clones stay valid. */
  readonly gitPort: number;
  readonly root: Omit<RootOptions, 'url' | 'ref'>;
}

export interface HostedSystem {
  readonly system: System;
  readonly state: RunningState;
  stop(): Promise<void>;
}

const GIT_USER = 'lockstep';

/** @throws StartError when something of it cannot start. */
export async function startHosted(options: HostedOptions): Promise<HostedSystem> {
  const remembered = await rememberedHost(options.folder);
  const password = remembered?.password ?? Buffer.from(systemRandom().bytes(12)).toString('base64url');
  const host = createGitHost({ root: join(options.folder, 'git'), credential: { user: GIT_USER, password }, log: options.log });
  try {
    await host.createRepository(options.repository, options.seed, { message: `Import ${options.repository}` });
    const base = await listen(host, options.gitPort === 0 ? (remembered?.port ?? 0) : options.gitPort, options.log);
    return await follow(options, { host, password, url: `${base}/${options.repository}.git` });
  } catch (error) {
    await host.close();
    throw error instanceof StartError
      ? error
      : new StartError(`the Git host cannot start: ${error instanceof Error ? error.message : String(error)}`);
  }
}

interface Hosting {
  readonly host: GitHost;
  readonly password: string;
  readonly url: string;
}

async function follow(options: HostedOptions, { host, password, url }: Hosting): Promise<HostedSystem> {
  const system = await startSystem(options);
  host.onPush(() => system.controllers.announce({ urls: [url] }));
  const secretName = `${options.root.names.source}-git`;
  const kept = await keepCredential(system.kube, secretName, { username: GIT_USER, password });
  const applied = kept.ok ? await applyRoot(system.kube, { ...options.root, url, ref: { branch: 'main' }, secretName }) : kept;
  if (!applied.ok) {
    await system.stop();
    throw new StartError(`the root App cannot be applied: ${applied.error.message}`);
  }
  const state: RunningState = {
    pid: process.pid,
    kubeconfig: system.kubeconfig ?? '',
    cloneUrl: url,
    gitUser: GIT_USER,
    gitPassword: password,
    statusUrl: system.statusUrl,
    ...doorsOf(system),
  };
  await writeState(options.folder, state);
  return {
    system,
    state,
    stop: async () => {
      await host.close();
      await system.stop();
    },
  };
}

const SECRETS: ApiResource = { group: '', version: 'v1', kind: 'Secret', resource: 'secrets', namespaced: true, verbs: [] };

/** With it Lockstep may push: reverts and rollbacks are commits. */
function keepCredential(kube: KubeClient, name: string, stringData: JsonObject): Promise<Result<KubeObject, KubeError>> {
  const object = { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: SYSTEM_NAMESPACE }, stringData };
  return kube.apply(SECRETS, object, { fieldManager: 'lockstep', force: true });
}

/** Port and password of the last run in this folder: clones and scripts made then go on working. */
async function rememberedHost(folder: string): Promise<{ readonly port: number; readonly password: string } | undefined> {
  const last = await lastState(folder);
  if (last?.cloneUrl === undefined || last.gitPassword === undefined) return undefined;
  return { port: Number(new URL(last.cloneUrl).port), password: last.gitPassword };
}

async function listen(host: GitHost, port: number, log: Log): Promise<string> {
  try {
    return await host.listen(port);
  } catch (error) {
    if (port === 0) throw error;
    log.warn('the port of the Git host is taken; another one is used', { port });
    return host.listen(0);
  }
}
