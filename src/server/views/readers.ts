/** Every view that can be read once or followed: from route name to how it is read, as one visitor may see it. */
import type { App } from '../../api/index.ts';
import type { AnswerOf, QueryOf, RouteName } from '../../api/http/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import type { Visible } from '../access/access.ts';
import type { Visitor } from '../access/visitor.ts';
import { offeredActions } from '../actions/index.ts';
import { fromKube, refused, type Refused } from '../http/refused.ts';
import type { Scene } from './scene.ts';
import { detailOf } from './app-detail.ts';
import type { IndexedApp } from './app-index.ts';
import { appList } from './app-list.ts';
import { graphView } from './graph-view.ts';
import { Matrices } from './matrix/index.ts';
import { planView, reasonView } from './plan-view.ts';
import { sourceList } from './sources.ts';
import { timeline } from './timeline.ts';
import { single, type View } from './view.ts';

export interface Reading<N extends RouteName> {
  readonly params: Readonly<Record<string, string>>;
  readonly query: QueryOf<N>;
  readonly visitor: Visitor;
}

export type Reader<N extends RouteName> = (reading: Reading<N>) => Promise<Result<View<AnswerOf<N>>, Refused>>;

export type ViewName = 'apps' | 'matrix' | 'app' | 'tree' | 'plan' | 'timeline' | 'graph' | 'sources';

export type Readers = { readonly [N in ViewName]: Reader<N> };

const APPS = { group: 'lockstep.dev', resource: 'apps' } as const;
const SOURCES = { group: 'lockstep.dev', resource: 'sources' } as const;

/** Namespaces in which the visitor may list Apps. */
export async function visibleApps({ apps }: Scene, { access }: Visitor): Promise<Result<Visible, Refused>> {
  const seen = await access.namespaces(APPS, () => apps.namespaces());
  return seen.ok ? seen : err(fromKube(seen.error));
}

/** The App of a path, if the visitor may get it; whether it exists is told only to them. */
export async function openApp(
  { apps }: Scene,
  { params, visitor }: Pick<Reading<'app'>, 'params' | 'visitor'>,
): Promise<Result<IndexedApp, Refused>> {
  const { namespace = '', name = '' } = params;
  const may = await visitor.access.may({ verb: 'get', ...APPS, namespace, name });
  if (!may.ok) return err(fromKube(may.error));
  if (!may.value)
    return err(refused.forbidden(`you may not see Apps in ${namespace}`, `it takes the right to get apps.lockstep.dev there`));
  const found = apps.get(`${namespace}/${name}`);
  return found === undefined ? err(refused.notFound(`there is no App ${namespace}/${name}`)) : ok(found);
}

export function createReaders(scene: Scene): Readers {
  const matrices = new Matrices(scene.apps);
  const withVisible = async <T>(
    visitor: Visitor,
    read: (seen: Visible) => Result<T, Refused> | Promise<Result<T, Refused>>,
  ): Promise<Result<T, Refused>> => {
    const seen = await visibleApps(scene, visitor);
    return seen.ok ? read(seen.value) : seen;
  };
  return {
    apps: ({ query, visitor }) => withVisible(visitor, (seen) => appList(scene.apps, query, seen)),
    matrix: ({ query, visitor }) => withVisible(visitor, (seen) => matrices.page(query, seen)),
    app: (reading) => readApp(scene, reading),
    tree: async ({ params, query, visitor }) => {
      const app = await openApp(scene, { params, visitor });
      return app.ok ? scene.trees.page(app.value.app, visitor, query) : app;
    },
    plan: async (reading) => {
      const found = await openApp(scene, reading);
      if (!found.ok) return found;
      const { app } = found.value;
      const plan = scene.river.plan(app.metadata);
      if (plan === undefined) return err(refused.notFound('it has no plan yet', 'it is made with the next pass'));
      const mask = await scene.masks.of(app);
      return ok(single(plan.app, mask.view(planView(plan, { by: approvalsOf(scene, app, plan.digest) }))));
    },
    timeline: ({ query, visitor }) => withVisible(visitor, (seen) => timeline(scene.ledger, query, seen)),
    graph: ({ query, visitor }) =>
      withVisible(visitor, (seen) => {
        const apps = [...scene.apps.values()].filter(({ row }) => seen(row.namespace));
        return ok(single('graph', graphView(apps, query.app)));
      }),
    sources: async ({ query, visitor }) => {
      const namespaces = (): Set<string> => new Set([...scene.sources.values()].map(({ metadata }) => metadata.namespace ?? ''));
      const visible = await visitor.access.namespaces(SOURCES, namespaces);
      if (!visible.ok) return err(fromKube(visible.error));
      return sourceList({ sources: scene.sources.values(), apps: usedBy(scene), visible: visible.value }, query);
    },
  };
}

async function readApp(scene: Scene, reading: Reading<'app'>): ReturnType<Reader<'app'>> {
  const found = await openApp(scene, reading);
  if (!found.ok) return found;
  const { app, row } = found.value;
  const actions = await offeredActions(reading.visitor, {
    app,
    approval: row.pending?.approval === true,
    suspended: row.suspended !== undefined,
  });
  if (!actions.ok) return err(fromKube(actions.error));
  const detail = detailOf(found.value, {
    source: scene.sources.get(app.metadata.namespace, app.spec.source.name),
    actions: actions.value,
    commit: await scene.commits.of(app),
    refused: (scene.river.plan(app.metadata)?.refused ?? []).map(reasonView),
  });
  const mask = await scene.masks.of(app);
  return ok(single(row.key, mask.view(detail)));
}

const approvalsOf = ({ approvals }: Scene, app: App, digest: string): readonly string[] =>
  approvals
    .byIndex('app', app.metadata.uid ?? '')
    .filter((object) => (object as unknown as { spec?: { plan?: string } }).spec?.plan === digest)
    .map(({ metadata }) => metadata.name ?? '');

function usedBy({ apps }: Scene): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { source } of apps.values()) counts.set(source, (counts.get(source) ?? 0) + 1);
  return counts;
}
