/**
 * What the buttons do, plan first: without `confirm` an action only says what it would do; with it, it is done as the visitor, if what it was said about has
 * not changed meanwhile.
 */
import { createHash } from 'node:crypto';
import { type App, names } from '../../api/index.ts';
import type { ActionName, ActionPlan, ActionRequest } from '../../api/http/index.ts';
import { formatRef, type Json, type JsonObject } from '../../core/object/index.ts';
import type { Plan } from '../../core/plan/index.ts';
import type { ApiResource, Clock } from '../../ports/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import type { Visitor } from '../access/visitor.ts';
import { badInput, fromKube, refused, type Refused } from '../http/refused.ts';
import type { River } from '../ports.ts';
import { shellQuote } from '../shell-quote.ts';
import { rollback } from './rollback.ts';

export interface ActionCall {
  readonly action: ActionName;
  readonly app: App;
  readonly visitor: Visitor;
  readonly body: ActionRequest;
  /** The controller's newest plan of the App. */
  readonly plan: Plan | undefined;
}

export interface Prepared {
  readonly effects: ActionPlan['effects'];
  readonly command: string;
  readonly carryOut: () => Promise<Result<string, Refused>>;
}

const APPS: ApiResource = { group: 'lockstep.dev', version: 'v1', kind: 'App', resource: 'apps', namespaced: true, verbs: [] };
const APPROVALS: ApiResource = { ...APPS, kind: 'Approval', resource: 'approvals' };

const MANAGER = 'lockstep-dashboard';

export class Actions {
  readonly #clock: Clock;
  readonly #river: Pick<River, 'rollback'>;

  constructor(clock: Clock, river: Pick<River, 'rollback'>) {
    this.#clock = clock;
    this.#river = river;
  }

  async run(call: ActionCall): Promise<Result<ActionPlan, Refused>> {
    const { action, app, body } = call;
    const prepared = await this.#prepare(call);
    if (!prepared.ok) return prepared;
    const { effects, command, carryOut } = prepared.value;
    const { confirm, ...asked } = body;
    // What was shown is what is confirmed; news that change nothing of it are no reason to ask again.
    const { uid = '', generation = 0 } = app.metadata;
    const digest = digestOf([action, uid, generation, effects as unknown as Json, command, asked as Json]);
    const plan = { action, app: `${app.metadata.namespace}/${app.metadata.name}`, effects, digest, command };
    if (confirm === undefined) return ok({ ...plan, done: false });
    if (confirm !== digest) return err(refused.planStale('what this was about has changed since', 'look at the new plan and confirm that'));
    const result = await carryOut();
    return result.ok ? ok({ ...plan, done: true, result: result.value }) : result;
  }

  #prepare(call: ActionCall): Result<Prepared, Refused> | Promise<Result<Prepared, Refused>> {
    switch (call.action) {
      case 'sync':
        return ok(this.#sync(call));
      case 'suspend':
        return this.#suspend(call);
      case 'resume':
        return ok(resume(call));
      case 'approve':
        return approve(call);
      case 'rollback':
        return rollback(call, this.#river);
      case 'test':
        return this.#test(call);
    }
  }

  #sync({ app, visitor, body, plan }: ActionCall): Prepared {
    const token = `${body.once === true ? 'once:' : ''}${new Date(this.#clock.now()).toISOString()}`;
    return {
      effects: [
        { text: `Fetches ${app.spec.source.name}, plans, and applies what has changed`, danger: false },
        ...touching(plan, ({ operation }) => operation !== 'keep' && operation !== 'skip'),
        ...(app.spec.suspend && body.once !== true ? [{ text: 'It is suspended: nothing will be applied', danger: false }] : []),
      ],
      command: `lockstep sync ${nameOf(app)}${body.once === true ? ' --once' : ''}`,
      carryOut: () => patch(visitor, app, { metadata: { annotations: { [names.reconcileAt]: token } } }, 'asked'),
    };
  }

  #test({ app, visitor }: ActionCall): Result<Prepared, Refused> {
    const tests = app.status?.tests ?? [];
    if (tests.length === 0)
      return err(refused.conflict('it has no tests', 'tests are Helm’s test hooks, and objects with the annotation lockstep.dev/test'));
    const token = `${new Date(this.#clock.now()).toISOString()} `;
    return ok({
      effects: [
        {
          text: `Runs ${tests.length === 1 ? 'its test' : `its ${tests.length} tests`} again; what is deployed does not change`,
          danger: false,
        },
        ...tests.slice(0, MOST_TOLD).map(({ name, phase }) => ({ text: `${name}: ${phase} the last time`, danger: false })),
      ],
      command: `lockstep test ${nameOf(app)}`,
      carryOut: () => patch(visitor, app, { metadata: { annotations: { [names.testAt]: token } } }, 'asked'),
    });
  }

  #suspend({ app, visitor, body }: ActionCall): Result<Prepared, Refused> {
    const { reason, until } = body;
    if (until !== undefined && Date.parse(until) <= this.#clock.now())
      return err(badInput({ field: 'until', message: 'lies in the past' }));
    const spec = { suspend: true, suspendReason: reason ?? null, suspendUntil: until ?? null };
    return ok({
      effects: [
        { text: 'Nothing is applied, healed, pruned or tested any more; fetching, planning, drift and health go on', danger: false },
        {
          text: until === undefined ? 'It stays suspended until somebody resumes it' : `It resumes by itself at ${until}`,
          danger: until === undefined,
        },
      ],
      command: `lockstep suspend ${nameOf(app)}${reason === undefined ? '' : ` --reason ${shellQuote(reason)}`}`,
      carryOut: () => patch(visitor, app, { spec }, 'suspended'),
    });
  }
}

function resume({ app, visitor, plan }: ActionCall): Prepared {
  const prunes = plan?.items.filter(({ operation }) => operation === 'prune').length ?? 0;
  return {
    effects: [
      { text: 'Applies what came meanwhile, and heals again', danger: false },
      ...(prunes === 0 ? [] : [{ text: `Its newest plan deletes ${prunes} object${prunes === 1 ? '' : 's'}`, danger: true }]),
    ],
    command: `lockstep resume ${nameOf(app)}`,
    carryOut: () => patch(visitor, app, { spec: { suspend: false, suspendReason: null, suspendUntil: null } }, 'resumed'),
  };
}

function approve({ app, visitor, body, plan }: ActionCall): Result<Prepared, Refused> {
  const { name, namespace, uid = '' } = app.metadata;
  const digest = body.plan ?? app.status?.plan?.digest;
  if (digest === undefined) return err(refused.conflict('it has no plan that waits'));
  if (digest !== app.status?.plan?.digest && digest !== plan?.digest)
    return err(refused.planStale('this plan is not its newest one', 'look at the new plan and approve that'));
  const object = {
    apiVersion: 'lockstep.dev/v1',
    kind: 'Approval',
    metadata: { generateName: `${name.slice(0, 200)}-`, namespace },
    spec: { app: { name, uid }, plan: digest, ...(body.reason === undefined ? {} : { reason: body.reason }) },
  };
  return ok({
    effects: [{ text: `Says yes to exactly the plan ${digest.slice(0, 19)}…`, danger: false }, ...touching(plan, ({ waits }) => waits)],
    command: `lockstep approve ${nameOf(app)} ${digest}`,
    carryOut: async () => {
      const created = await visitor.client.create(APPROVALS, object, { fieldManager: MANAGER });
      return created.ok ? ok('approved') : err(fromKube(created.error));
    },
  });
}

/** More than this many lines nobody reads in a dialog; the plan's own page has them all. */
const MOST_TOLD = 50;

/** One line for each object that a plan touches, deletions first. */
function touching(plan: Plan | undefined, told: (item: Plan['items'][number]) => boolean): ActionPlan['effects'] {
  const items = (plan?.items ?? []).filter(told);
  const takes = ({ operation }: Plan['items'][number]): boolean => operation === 'prune' || operation === 'recreate';
  const lines = [...items.filter(takes), ...items.filter((item) => !takes(item))].map((item) => ({
    text: `${item.operation} ${formatRef(item.ref)}`,
    danger: takes(item),
  }));
  const more = lines.length - MOST_TOLD;
  return more > 0
    ? [...lines.slice(0, MOST_TOLD), { text: `and ${more} more objects`, danger: lines.slice(MOST_TOLD).some(({ danger }) => danger) }]
    : lines;
}

const nameOf = ({ metadata }: App): string => `${metadata.namespace}/${metadata.name}`;

async function patch({ client }: Visitor, app: App, value: JsonObject, said: string): Promise<Result<string, Refused>> {
  const patched = await client.patch(APPS, app.metadata, { type: 'application/merge-patch+json', value, fieldManager: MANAGER });
  return patched.ok ? ok(said) : err(fromKube(patched.error));
}

const digestOf = (parts: Json): string => `sha256:${createHash('sha256').update(JSON.stringify(parts)).digest('hex')}`;
