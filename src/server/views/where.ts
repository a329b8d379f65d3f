/** Where a commit, an image or a chart is: every App that it concerns, whether it runs there, and if not, why. */
import { type App, getCondition, nextStep } from '../../api/index.ts';
import type { QueryOf, WherePage, WherePlace } from '../../api/http/index.ts';
import { parseImage } from '../../core/amend/index.ts';
import { imagesOf } from '../../core/ledger/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import type { Visible } from '../access/access.ts';
import { badInput, type Refused } from '../http/refused.ts';
import type { River, Whereabouts } from '../ports.ts';
import type { IndexedApp } from './app-index.ts';
import { shortRevision } from './app-row.ts';
import { when } from './when.ts';

export interface WhereParts {
  readonly apps: Iterable<IndexedApp>;
  readonly river: Pick<River, 'whereabouts' | 'chartWhereabouts' | 'wanted'>;
  readonly visible: Visible;
}

type Query = QueryOf<'where'>;

export async function where(query: Query, { apps, river, visible }: WhereParts): Promise<Result<WherePage, Refused>> {
  const { commit, image, chart, environment, namespace } = query;
  if ([commit, image, chart].filter((one) => one !== undefined).length !== 1)
    return err(badInput({ field: 'commit', message: 'exactly one of commit, image and chart is asked for' }));
  const asked = [...apps].filter(
    ({ row }) =>
      visible(row.namespace) && (environment ?? row.environment) === row.environment && (namespace ?? row.namespace) === row.namespace,
  );
  const found =
    commit === undefined
      ? asked.map((one) => (chart === undefined ? ofImage(one, image ?? '', river) : ofChart(one, chart, river)))
      : await Promise.all(asked.map((one) => ofCommit(one, commit, river)));
  return ok({ places: found.filter((place) => place !== undefined).toSorted((a, b) => (a.app < b.app ? -1 : 1)) });
}

async function ofCommit(one: IndexedApp, commit: string, river: WhereParts['river']): Promise<WherePlace | undefined> {
  const found = await river.whereabouts(one.app, commit);
  if (found === undefined) return undefined;
  const { state, by } = found;
  return { ...standing(one, found), state, ...when('by', by) };
}

/** Undefined: it is not made from a chart of that name. */
function ofChart(one: IndexedApp, chart: string, river: WhereParts['river']): WherePlace | undefined {
  const at = chart.indexOf('@');
  const asked = at < 0 ? { name: chart } : { name: chart.slice(0, at), version: chart.slice(at + 1) };
  const found = river.chartWhereabouts(one.app, asked);
  if (found === undefined) return undefined;
  const state = found.state === 'unknown' ? 'other' : found.state;
  return { ...standing(one, state === 'other' ? { state: 'unaffected', attempted: true } : found), state };
}

/** Undefined: it has nothing to do with images of that name. */
function ofImage(one: IndexedApp, image: string, river: WhereParts['river']): WherePlace | undefined {
  const running = imagesLike(one.app.status?.images ?? [], image);
  const objects = river.wanted(one.app.metadata)?.objects ?? [];
  const wanted = imagesLike(imagesOf(objects.map(({ object }) => object)), image);
  if (running.all.length === 0 && wanted.all.length === 0) return undefined;
  const state = running.exact.length > 0 ? 'live' : wanted.exact.length > 0 ? 'waiting' : 'other';
  return { ...standing(one, { state: state === 'other' ? 'unaffected' : state, attempted: true }), state, images: [...running.all] };
}

interface Alike {
  /** Of the repository. */
  readonly all: readonly string[];
  /** In the version that was asked for; any, when none was. */
  readonly exact: readonly string[];
}

function imagesLike(images: readonly string[], wanted: string): Alike {
  const { repository, tag, digest } = parseImage(wanted);
  const all = [...new Set(images)].filter((image) => {
    const own = parseImage(image).repository;
    return own === repository || own.endsWith(`/${repository}`);
  });
  const fits = (image: string): boolean => {
    const own = parseImage(image);
    return (tag === '' || own.tag === tag) && (digest === '' || own.digest === digest);
  };
  return { all, exact: all.filter(fits) };
}

/** How the App stands, for people who wait for it. */
function standing(
  { app, key, row }: IndexedApp,
  { state, attempted }: Pick<Whereabouts, 'state' | 'attempted'>,
): Omit<WherePlace, 'state'> {
  const { status } = app;
  const ready = getCondition(status?.conditions, 'Ready');
  const isReady = ready?.status === 'True' && status?.observedGeneration === app.metadata.generation;
  const there = state === 'unaffected' || (state === 'live' && isReady);
  const why = status?.why?.[0];
  const reason = ready?.reason ?? 'New';
  return {
    app: key,
    environment: row.environment,
    ready: isReady,
    stuck: !there && (state === 'rejected' || state === 'reverted' || isStuck(app, attempted)),
    revision: shortRevision(status?.applied?.inputs[0]?.revision),
    ...when('since', status?.applied?.at),
    reason,
    message: there ? '' : messageOf(app, state),
    ...when('hint', there ? undefined : (why?.hint ?? nextStep(reason))),
  };
}

/** Given up with the commit in it, not before. */
const isStuck = ({ status }: App, attempted: boolean): boolean =>
  attempted && getCondition(status?.conditions, 'Stalled')?.status === 'True';

function messageOf({ status }: App, state: Whereabouts['state']): string {
  if (state === 'unknown') return 'the branch that it follows does not have it yet';
  if (state === 'rejected') return status?.pinned?.reason ?? 'it failed, and the revision before is held';
  return (
    status?.waitingFor?.message ??
    status?.why?.[0]?.message ??
    getCondition(status?.conditions, 'Ready')?.message ??
    'it has not been looked at yet'
  );
}
