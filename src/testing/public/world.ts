/** The world that `lockstep/testing` hands out: the stage of a rehearsal, with the folders that are delivered into it as repositories. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCharts } from '../../adapters/charts/index.ts';
import { createGitMirrors } from '../../adapters/git/index.ts';
import { createWebFiles } from '../../adapters/http/index.ts';
import { silentLog } from '../../adapters/log/index.ts';
import { systemClock } from '../../adapters/system/index.ts';
import { parseDuration } from '../../api/index.ts';
import { openOrigin, type Origin, ownMirrors, Recorder, Stage, type StagePorts } from '../../app/rehearsal/index.ts';
import { parseScenario, type ScenarioFile } from '../../core/kube/scenario/index.ts';
import type { KubeObject } from '../../core/object/index.ts';
import { formatProblem } from '../../core/problem/index.ts';
import { decodeManifests } from '../../core/yaml/index.ts';
import type { ApiResource, GitMirrors } from '../../ports/index.ts';
import type * as api from './api.d.ts';

/** Worlds begin here, so that nothing depends on the day a test runs. */
const BEGINNING = Date.UTC(2026, 0, 1);

export function scenarioOf(text: string): ScenarioFile {
  const { value, problems } = parseScenario(text, 'scenario');
  if (problems.length > 0) throw new Error(problems.map(formatProblem).join('\n'));
  return value;
}

/** Milliseconds. */
export function spanOf(text: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds === undefined) throw new Error(`"${text}" is no duration; write 30s, 5m, 1h`);
  return milliseconds;
}

/** Each delivered folder is a repository of its own. */
class Folders implements GitMirrors {
  readonly #origins = new Map<string, Origin>();
  readonly #others: GitMirrors;

  constructor(others: GitMirrors) {
    this.#others = others;
  }

  set(origin: Origin): void {
    this.#origins.set(origin.urls[0] ?? '', origin);
  }

  open(repository: Parameters<GitMirrors['open']>[0]): ReturnType<GitMirrors['open']> {
    const origin = this.#origins.get(repository.url);
    return origin === undefined ? this.#others.open(repository) : ownMirrors(origin, this.#others).open(repository);
  }

  close(): Promise<void> {
    return this.#others.close();
  }
}

export class TestWorld implements api.World {
  readonly stage: Stage;
  readonly recorder: Recorder;
  readonly #folders: Folders;
  readonly #scratch: string;
  readonly #local: GitMirrors;
  readonly #ports: StagePorts;
  #copies = 0;

  private constructor(parts: { stage: Stage; folders: Folders; scratch: string; local: GitMirrors; ports: StagePorts }) {
    this.stage = parts.stage;
    this.#folders = parts.folders;
    this.#scratch = parts.scratch;
    this.#local = parts.local;
    this.#ports = parts.ports;
    this.recorder = new Recorder(this.stage.admin, this.stage.clock);
  }

  static async open({ kubeVersion, scenario, seed }: api.WorldOptions): Promise<TestWorld> {
    const file = scenario === undefined ? {} : { scenario: scenarioOf(scenario) };
    const scratch = await mkdtemp(join(tmpdir(), 'lockstep-world-'));
    const clock = systemClock();
    const git = { clock, log: silentLog(), environment: process.env };
    const local = createGitMirrors({ ...git, root: join(scratch, 'local'), allowLocal: true });
    const folders = new Folders(createGitMirrors({ ...git, root: join(scratch, 'mirrors') }));
    const ports: StagePorts = { mirrors: folders, charts: createCharts({ folder: join(scratch, 'charts'), clock }), web: createWebFiles() };
    const stage = await Stage.open(ports, {
      start: BEGINNING,
      ordered: true,
      include: () => true,
      ...(kubeVersion === undefined ? {} : { kubeVersion }),
      ...(seed === undefined ? {} : { seed }),
      ...file,
    });
    const world = new TestWorld({ stage, folders, scratch, local, ports });
    await stage.finish(stage.controllers.start());
    return world;
  }

  /** Makes a folder, as it is now, the newest revision of the repository `url`. */
  async publish(url: string, path: string): Promise<void> {
    this.#copies += 1;
    const scratch = join(this.#scratch, `copy-${this.#copies}`);
    const opened = await openOrigin({ target: path, cwd: process.cwd(), scratch, aliases: [url] }, this.#local);
    if (!opened.ok) throw new Error(opened.error);
    this.#folders.set(opened.value);
    this.stage.controllers.announce({ urls: [url] });
  }

  get now(): number {
    return this.stage.clock.now() - BEGINNING;
  }

  async #resource(kind: string): Promise<ApiResource> {
    const served = await this.stage.admin.discover({ refresh: true });
    const found = (served.ok ? served.value.resources : []).find((one) => one.kind === kind && !one.resource.includes('/'));
    if (found === undefined) throw new Error(`the world has no kind ${kind}`);
    return found;
  }

  async find(name: string): Promise<api.KubeObject | undefined> {
    const [kind = '', ...rest] = name.split('/');
    const found = await this.stage.admin.get(await this.#resource(kind), rest.length > 1 ? (rest[0] ?? '') : '', rest.at(-1) ?? '');
    if (!found.ok && found.error.code !== 404) throw new Error(`${name}: ${found.error.message}`);
    return found.ok ? found.value : undefined;
  }

  async get(name: string): Promise<api.KubeObject> {
    const found = await this.find(name);
    if (found === undefined) throw new Error(`${name} is not there`);
    return found;
  }

  async list(
    kind: string,
    where: { readonly namespace?: string; readonly labelSelector?: string } = {},
  ): Promise<readonly api.KubeObject[]> {
    const listed = await this.stage.admin.list(await this.#resource(kind), where);
    if (!listed.ok) throw new Error(`${kind}: ${listed.error.message}`);
    return listed.value.items;
  }

  async apply(objects: api.KubeObject | string): Promise<void> {
    for (const object of typeof objects === 'string' ? documents(objects) : [objects as KubeObject]) await this.stage.put(object);
    await this.stage.quiet();
  }

  async remove(name: string): Promise<void> {
    const [kind = '', ...rest] = name.split('/');
    const deleted = await this.stage.admin.delete(await this.#resource(kind), rest.length > 1 ? (rest[0] ?? '') : '', rest.at(-1) ?? '');
    if (!deleted.ok) throw new Error(`${name}: ${deleted.error.message}`);
    await this.stage.quiet();
  }

  async advance(time: string): Promise<void> {
    const { clock } = this.stage;
    const end = clock.monotonic() + spanOf(time);
    await this.stage.quiet();
    for (let due = true; due;) due = await this.stage.step(end);
    await clock.advance(end - clock.monotonic());
    await this.stage.quiet();
  }

  async until(holds: () => boolean | Promise<boolean>, timeout = '10m'): Promise<void> {
    const end = this.stage.clock.monotonic() + spanOf(timeout);
    await this.stage.quiet();
    while (!(await holds())) if (!(await this.stage.step(end))) throw new Error(`it is still not so after ${timeout}`);
  }

  setScenario(scenario: string | undefined): void {
    this.stage.setScenario(scenario === undefined ? undefined : scenarioOf(scenario));
  }

  async close(): Promise<void> {
    await this.recorder.stop();
    await this.stage.close();
    await Promise.all([this.#local.close(), this.#folders.close(), this.#ports.charts.close(), this.#ports.web.close()]);
    await rm(this.#scratch, { recursive: true, force: true });
  }
}

function documents(text: string): readonly KubeObject[] {
  const { value, problems } = decodeManifests(text);
  if (problems.length > 0) throw new Error(problems.map(formatProblem).join('\n'));
  return value.map(({ object }) => object as KubeObject);
}
