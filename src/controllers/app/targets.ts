/** Which revision an App is held to in this pass: its newest render, or the one applied last while the newest cannot or may not be applied. */
import { type App, type ReasonCode } from '../../api/index.ts';
import type { Originals } from './three-way.ts';
import type { ReleaseAnswer } from '../../core/ask/index.ts';
import { sameContracts } from '../../core/contract/index.ts';
import { digestOf } from '../../core/plan/digest/index.ts';
import type { Cause, WantedObject } from '../../core/plan/index.ts';
import { refOf } from '../../core/object/index.ts';
import { type Problem, formatProblem, isError } from '../../core/problem/index.ts';
import type { Clock } from '../../ports/index.ts';
import { gitReason } from '../source/git-reason.ts';
import type { Head } from '../source/heads.ts';
import { declaredBy } from './contracts.ts';
import { downgradeOf } from './downgrade.ts';
import type { Engine } from './engine.ts';
import type { Facts, RenderError } from './facts.ts';
import type { Lookups } from './lookups.ts';
import { type Served, scopeIn } from './cluster.ts';
import type { AppMemory, Wanted } from './memory.ts';
import type { RemoteReads } from './remote-reads.ts';
import type { AppRecord, Registry } from './registry.ts';
import {
  type Placed,
  type Render,
  type RenderOptions,
  failed,
  inputOf,
  isRender,
  place,
  placementOf,
  readsOutside,
  readsTheSame,
  render,
} from './render.ts';

/** Why the newest revision is not what is applied. */
export interface Hold {
  readonly code: ReasonCode;
  readonly message: string;
  readonly problems: readonly Problem[];
  readonly transient: boolean;
  /** The object it waits for: `App/shop/db`. */
  readonly about?: string;
  /** What wakes the App when this may have changed. */
  readonly topics?: readonly string[];
  /** It waits for everybody whose objects at this revision are not known yet. */
  readonly pending?: boolean;
  /** When it is looked at again, where the moment is known: nobody else need wait for that. */
  readonly next?: { readonly kind: 'done' } | { readonly kind: 'after'; readonly ms: number };
  /** The render that is held back. */
  readonly newest?: Render;
  /** The same as a target, where nothing but time holds it back. */
  readonly wanted?: Target;
}

export interface Target {
  readonly render: Render;
  readonly objects: readonly WantedObject[];
  /** Hooks and tests, placed like the objects. */
  readonly hooks: readonly WantedObject[];
  readonly cause: Cause;
  /** Why a person has to say yes: it is a lower version than the one that runs (S16). */
  readonly downgrade?: string;
  /** Of a release that is applied by three-way merge: what it had, by object key. Absent: the server merges. */
  readonly originals?: Originals | undefined;
  /** Set when this is not the newest revision; nothing is pruned then. */
  readonly hold?: Hold;
}

export interface TargetRequest {
  readonly app: App;
  readonly record: AppRecord;
  readonly memory: AppMemory;
  readonly head: Head;
  readonly served: Served;
  readonly facts: Facts;
  /** The Source's ignore rules. */
  readonly ignore: string;
  /** It owns something already, so that an empty revision would prune. */
  readonly owns: boolean;
}

export class Targets {
  readonly #registry: Registry;
  readonly #rendering: Pick<RenderOptions, 'engine' | 'turn'>;
  readonly #clock: Clock;
  readonly #lookups: Pick<Lookups, 'set'> | undefined;
  readonly #remotes: Pick<RemoteReads, 'set'> | undefined;
  readonly #placed = new WeakMap<Render, { readonly served: Served; readonly key: string; readonly placed: Placed }>();

  /** Without `lookups` and `remotes` nobody is woken when something that was read outside of Sources changes. */
  constructor(
    registry: Registry,
    engine: Engine,
    ports: { readonly clock: Clock; readonly lookups?: Pick<Lookups, 'set'>; readonly remotes?: Pick<RemoteReads, 'set'> },
  ) {
    const { clock, lookups, remotes } = ports;
    this.#lookups = lookups;
    this.#remotes = remotes;
    this.#registry = registry;
    this.#rendering = { engine, turn: () => clock.turn() };
    this.#clock = clock;
  }

  /** The newest render as a target; a hold when it cannot be one. */
  async newest(request: TargetRequest): Promise<Target | Hold> {
    const { app, record } = request;
    const input = digestOf(inputOf(app, request.ignore) as never);
    const rendered = await this.#render(request, input);
    if (!isRender(rendered)) {
      this.#registry.notRendered(record);
      const { code, transient } = renderReason(rendered);
      return { code, message: rendered.message, problems: [], transient };
    }
    const placed = this.#place(app, rendered, request.served);
    const problems = [...rendered.problems, ...placed.problems];
    const vanished = request.owns && problems.every((problem) => !isError(problem) || problem.code === 'PathNotFound');
    const broken = !vanished && problems.some(isError);
    if (record.dirty || record.render !== rendered || record.input !== input) {
      const refs = broken ? undefined : placed.objects.map(({ object }) => refOf(object));
      this.#registry.rendered(record, { render: rendered, input, refs });
      this.#lookups?.set(record.key, rendered.trace, request.served);
      this.#remotes?.set(record.key, rendered.trace);
    }
    if (broken) {
      this.#registry.settled(record);
      return holdOf(problems);
    }
    const cause = causeOf(app, rendered);
    const downgrade = cause === 'drift' ? undefined : downgradeOf(app, { head: record.head, revision: rendered.revision });
    const found = { render: rendered, objects: placed.objects, hooks: placed.hooks, cause };
    return downgrade === undefined ? found : { ...found, downgrade };
  }

  async #render(request: TargetRequest, input: string): Promise<Render | Parameters<typeof isRender>[0]> {
    const { record, head, app } = request;
    if (record.render !== undefined && record.input === input) {
      const { securedBy } = record.render;
      const sameKeys = securedBy === undefined || securedBy === request.facts.secrets?.id();
      if (!record.dirty && sameKeys) return record.render;
      const inside = sameKeys && !record.render.trace.some((entry) => readsOutside(entry.request));
      if (inside && record.render.commit === head.revision.commit) return record.render;
      if (sameKeys && (await readsTheSame(record.render.trace, head, request.facts))) return record.render;
    }
    this.#registry.renders += 1;
    return render(app, head, { ...this.#rendering, ignore: request.ignore, now: await this.#timeOf(head), facts: request.facts });
  }

  /** The same revision as a revision of a release that its chart reads; undefined when it cannot be rendered so. */
  async renderedAs(request: TargetRequest, target: Target, release: ReleaseAnswer): Promise<Target | undefined> {
    const { app, head, ignore, facts } = request;
    this.#registry.renders += 1;
    const now = await this.#timeOf(head);
    const rendered = await render(app, head, { ...this.#rendering, ignore, now, facts: { ...facts, release } });
    if (!isRender(rendered) || failed(rendered)) return undefined;
    const { objects, hooks } = this.#place(app, rendered, request.served);
    return { ...target, objects, hooks };
  }

  /** The revision's own time, so that a restart renders the same (S12). */
  async #timeOf(head: Head): Promise<number> {
    const commit = await head.mirror.commit(head.revision.commit);
    return commit.ok ? commit.value.committer.at : this.#clock.now();
  }

  /** What was applied whole last, to heal by while the newest revision waits; undefined when it cannot be had. */
  async lastApplied(request: TargetRequest, hold: Hold): Promise<Target | undefined> {
    const { app, memory } = request;
    const applied = app.status?.applied;
    const revision = applied?.inputs[0]?.revision;
    const commit = commitOf(revision);
    if (applied === undefined || revision === undefined || commit === undefined) return undefined;
    const known = memory.applied;
    const render =
      known !== undefined && known.digest === applied.digest && known.placement === placementOf(app)
        ? known
        : await this.renderedAt(request, { revision, commit });
    if (render === undefined || render.digest !== applied.digest) return undefined;
    memory.applied = render;
    const { objects, hooks } = this.#place(app, render, request.served);
    return { render, objects, hooks, cause: 'drift', hold };
  }

  /** Another revision of the same source; undefined when it cannot be rendered any more. */
  async renderedAt(
    { app, head, ignore, facts }: Pick<TargetRequest, 'app' | 'head' | 'ignore' | 'facts'>,
    at: { readonly revision: string; readonly commit: string },
  ): Promise<Render | undefined> {
    const found = await head.mirror.resolve({ commit: at.commit });
    if (!found.ok) return undefined;
    const old: Head = { ...head, revision: { ...found.value, name: at.revision } };
    const rendered = await render(app, old, { ...this.#rendering, ignore, now: await this.#timeOf(old), facts });
    return isRender(rendered) && !failed(rendered) ? rendered : undefined;
  }

  /** The manifests of another revision of the same source, placed as they would be now; undefined when it cannot be rendered any more. */
  async wantedAt(request: TargetRequest, revision: string): Promise<Wanted | undefined> {
    const commit = commitOf(revision);
    const rendered = commit === undefined ? undefined : await this.renderedAt(request, { revision, commit });
    if (rendered === undefined) return undefined;
    return { objects: this.#place(request.app, rendered, request.served).objects, secrets: rendered.secrets };
  }

  /** Placing depends on what the cluster serves; the same render in the same cluster is placed once. */
  #place(app: App, rendered: Render, served: Served): Placed {
    const key = `${app.spec.target.namespace ?? ''}/${app.spec.target.namespaceMode}`;
    const known = this.#placed.get(rendered);
    if (known?.served === served && known.key === key) return known.placed;
    const objects = [...rendered.objects, ...rendered.hooks].map(({ object }) => object);
    const placed = place(app, rendered, scopeIn(served, objects));
    this.#placed.set(rendered, { served, key, placed });
    return placed;
  }
}

const commitOf = (revision: string | undefined): string | undefined => /sha(?:1|256):([0-9a-f]{40,64})$/.exec(revision ?? '')?.[1];

/** A cluster or Vault that does not answer, or a right that is missing, may change without anybody touching the App. */
const renderReason = ({ code }: RenderError): { readonly code: ReasonCode; readonly transient: boolean } =>
  code === 'BudgetExceeded'
    ? { code, transient: false }
    : code === 'ClusterUnreachable' || code === 'Forbidden' || code === 'DecryptKeyUnavailable'
      ? { code, transient: true }
      : gitReason(code);

export const isHold = (target: Target | Hold): target is Hold => 'problems' in target;

/** The same manifests as were applied: whatever differs is drift. Other manifests from the same input: the engine changed. */
function causeOf(app: App, rendered: Render): Cause {
  const applied = app.status?.applied;
  if (applied?.digest === rendered.digest && sameContracts(applied.contracts, declaredBy(app, rendered.contracts))) return 'drift';
  return applied?.renderKey === rendered.renderKey ? 'engine' : 'revision';
}

function holdOf(problems: readonly Problem[]): Hold {
  const errors = problems.filter(isError);
  const code = (errors[0]?.code ?? 'RenderFailed') as ReasonCode;
  const message = errors.map(formatProblem).slice(0, 5).join('; ');
  const more = errors.length > 5 ? `; and ${errors.length - 5} more` : '';
  return { code, message: message + more, problems: errors, transient: false };
}
