/** Healing with manners (S8): paced per object, given up per field when another controller keeps changing it back, and told with field and manager. */
import type { App, Drift } from '../../api/index.ts';
import { type Ingredients, versionsOf } from '../../core/ledger/index.ts';
import { type KubeObject, formatRef, refKey } from '../../core/object/index.ts';
import { formatProblem, isError } from '../../core/problem/index.ts';
import { type Plan, type PlanItem, type Seen, countPlan, formatChange } from '../../core/plan/index.ts';
import type { GitMirror } from '../../ports/index.ts';
import { commitNote } from '../events/commit-note.ts';
import { touchedBy, touchedOf } from '../events/touched.ts';
import { rfc3339 } from '../time.ts';
import type { ActResult } from './act.ts';
import { describeDrift, managerAt } from './assess.ts';
import { isPeoplesTool } from './managers.ts';
import type { AppMemory } from './memory.ts';
import type { Parts } from './parts.ts';
import type { Done } from './pass-end.ts';
import type { Target } from './targets.ts';

export interface HealRecord {
  readonly app: App;
  readonly plan: Plan;
  readonly seen: ReadonlyMap<string, Seen>;
  readonly result: ActResult;
  readonly memory: AppMemory;
  readonly revision: string;
  /** The field manager we apply as. */
  readonly manager: string;
}

export class Healer {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** A plan in which objects that were healed a moment ago are left for later. */
  pace(plan: Plan, memory: AppMemory): Plan {
    if (plan.cause !== 'drift') return plan;
    const now = this.#parts.ports.clock.monotonic();
    const items = plan.items.map((item) => (heals(item) && memory.healPause(refKey(item.ref), now) > 0 ? paused(item) : item));
    return { ...plan, items };
  }

  /** After an act: events, counts, contests. */
  record(done: HealRecord): void {
    const { plan, result } = done;
    const written = new Set(result.written);
    for (const item of plan.items) if (plan.cause === 'drift' && heals(item) && written.has(refKey(item.ref))) this.#healed(item, done);
    if (plan.cause !== 'drift' && written.size > 0) this.#changed(done, written);
    for (const key of result.pruned) this.#pruned(key, done);
    // A delete whose answer was lost: the object is found gone, and telling it again under the same id adds nothing.
    for (const item of plan.items)
      if (item.operation === 'skip' && item.reasons.some(({ code }) => code === 'Gone')) this.#pruned(refKey(item.ref), done);
  }

  /** What one act wrote. A revision in several waves is several of these; the plan that was left tells them apart. */
  #changed({ app, plan, revision }: HealRecord, written: ReadonlySet<string>): void {
    const touched = touchedBy(plan, written);
    if (touched.length === 0) return;
    const shown = touched.slice(0, 3).map(({ object, operation }) => `${object} ${PAST[operation]}`);
    const message = `${shown.join(', ')}${touched.length > 3 ? ` and ${touched.length - 3} more` : ''}`;
    const step = `${plan.digest}\0${touched.map(({ object }) => object).join(' ')}`;
    this.#parts.journal.record(app as unknown as KubeObject, { type: 'Changed', message, revision, step, touched });
  }

  #healed(item: PlanItem, { app, seen, memory, revision, manager: own }: HealRecord): void {
    const key = refKey(item.ref);
    const live = seen.get(key)?.live ?? null;
    const now = this.#parts.ports.clock.monotonic();
    memory.healedObject(key, now);
    const name = formatRef(item.ref);
    const changes =
      live === null ? [] : item.changes.map((change) => ({ ...change, manager: managerAt(live, change.path, own) ?? 'unknown' }));
    const message =
      live === null ? `${name} was gone and is created again` : `${name}: ${changes.slice(0, 10).map(formatChange).join('; ')}`;
    const step = `${key}\0${live?.metadata.resourceVersion ?? `gone at ${now}`}`;
    this.#parts.journal.record(app as unknown as KubeObject, { type: 'Healed', message, revision, step, touched: [touchedOf(item)] });
    for (const { path, manager } of changes) if (!isPeoplesTool(manager)) this.#count({ app, memory, key, live }, { path, manager });
  }

  #count(
    of: { readonly app: App; readonly memory: AppMemory; readonly key: string; readonly live: KubeObject | null },
    field: { readonly path: string; readonly manager: string },
  ): void {
    const { app, memory, key, live } = of;
    if (live === null || !memory.healedField(key, field, this.#parts.ports.clock.monotonic())) return;
    const since = rfc3339(this.#parts.ports.clock.now());
    memory.contests.set(key, [...(memory.contests.get(key) ?? []), { ...field, since }]);
    memory.yields.set(key, [...(memory.yields.get(key) ?? []), { path: field.path, atCreate: 'keep' }]);
    const message = `${field.manager} keeps changing ${field.path} of ${key.split('/').slice(1).join('/')}; it is left alone until the next revision`;
    this.#parts.journal.record(app as unknown as KubeObject, {
      type: 'Contested',
      message,
      warning: true,
      step: `${key}\0${field.path}\0${since}`,
    });
  }

  #pruned(key: string, { app, plan, revision }: HealRecord): void {
    const item = plan.items.find(({ ref }) => refKey(ref) === key);
    if (item === undefined) return;
    const message = `${formatRef(item.ref)} is deleted: Git no longer has it`;
    this.#parts.journal.record(app as unknown as KubeObject, {
      type: 'Pruned',
      message,
      revision,
      step: key,
      touched: [{ object: formatRef(item.ref), operation: 'prune', fields: [] }],
    });
  }

  /** Drift that stays: told once per state of the object. */
  detected({ app, drift, plan }: { readonly app: App; readonly drift: readonly Drift[]; readonly plan: Plan }): void {
    const known = new Set((app.status?.drift ?? []).map(describeDrift));
    for (const entry of drift) {
      const message = describeDrift(entry);
      if (known.has(message)) continue;
      this.#parts.journal.record(app as unknown as KubeObject, {
        type: 'DriftDetected',
        message,
        warning: true,
        step: `${message}\0${entry.at ?? ''}`,
        revision: plan.revision,
      });
    }
  }

  /** A revision is applied whole: what runs from now on. */
  async applied(app: App, { render }: Target, { planned, running, mirror }: Done & Running): Promise<void> {
    const { creates, changes, prunes } = countPlan(planned.plan);
    const message = `applied ${render.revision}: ${creates} created, ${changes} changed, ${prunes} pruned in the last pass`;
    const before = app.status?.applied?.inputs[0]?.revision;
    const commit = await commitNote(mirror, render.commit);
    const details = { plan: planned.plan.digest, manifests: render.digest, ...(before === undefined ? {} : { before }) };
    this.#parts.journal.record(app as unknown as KubeObject, {
      type: 'Applied',
      message,
      revision: render.revision,
      // The same revision may come back after another one ran: what it follows tells the two apart.
      step: [render.renderKey, app.status?.applied?.at ?? ''].join('\0'),
      versions: versionsOf({ app: app.metadata.name, commit: render.commit, provides: app.spec.provides ?? [], ...running }),
      ...(commit === undefined ? {} : { commit, actor: commit.author }),
      details,
    });
    for (const problem of render.problems) {
      if (problem.code !== 'PlainSecretInGit' || isError(problem)) continue;
      const told = formatProblem(problem);
      this.#parts.journal.record(app as unknown as KubeObject, { type: problem.code, message: told, warning: true, step: told });
    }
  }
}

/** What a revision runs, and where its commit can be read. */
export interface Running {
  readonly running: Pick<Ingredients, 'images' | 'charts'>;
  readonly mirror: Pick<GitMirror, 'commit'>;
}

const PAST = {
  create: 'created',
  change: 'changed',
  adopt: 'adopted',
  transfer: 'taken over',
  recreate: 'created again',
  prune: 'deleted',
} as const;

const heals = (item: PlanItem): boolean => item.operation === 'change' || item.operation === 'create';

const paused = (item: PlanItem): PlanItem => ({
  ...item,
  operation: 'skip',
  reasons: [...item.reasons, { rule: 'S8', code: 'HealPaused', message: 'healed a moment ago' }],
});
