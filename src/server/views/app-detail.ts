/** The page of one App but its objects: what its spec and status say, in the words of every screen. Pure. */
import { type App, getCondition, type HistoryEntry, targetOf } from '../../api/index.ts';
import type { AppDetail, AppRow } from '../../api/http/index.ts';
import type { KubeObject } from '../../core/object/index.ts';
import type { IndexedApp } from './app-index.ts';
import { shortRevision, whyView } from './app-row.ts';
import { safeUrl, safeUrls } from './safe-url.ts';
import { sourceFacts } from './source-facts.ts';
import { when } from './when.ts';

export interface DetailInput {
  readonly source: KubeObject | undefined;
  readonly actions: AppDetail['actions'];
  /** Refusals of its plan as a whole. */
  readonly refused: AppDetail['refused'];
  readonly commit: AppDetail['commit'];
}

export function detailOf({ app, row }: IndexedApp, { source, actions, refused, commit }: DetailInput): AppDetail {
  const { spec, status } = app;
  const target = targetOf(app);
  const facts = sourceFacts(source);
  return {
    ...row,
    generation: `${app.metadata.uid ?? ''}/${app.metadata.resourceVersion ?? ''}`,
    headline: headlineOf(app, row),
    reasons: (status?.why ?? []).map(whyView),
    warnings: status?.warnings ?? [],
    ...when('waitingFor', waitingOf(status?.waitingFor)),
    conditions: (status?.conditions ?? []).map(({ type, status: is, reason, message, lastTransitionTime: since }) => ({
      type,
      status: is,
      reason,
      message,
      since,
    })),
    source: {
      name: spec.source.name,
      kind: facts.kind,
      url: facts.url,
      path: spec.source.path ?? '',
      chart:
        spec.source.chart === undefined ? '' : `${spec.source.chart}${spec.source.version === undefined ? '' : ` ${spec.source.version}`}`,
      revision: facts.revision,
    },
    target: { cluster: target.cluster ?? '', namespace: target.namespace },
    ...when('commit', commit),
    ...when('lastGood', lastGoodOf(app)),
    inputs: inputsOf(status?.applied?.inputs),
    ...when('attempted', attemptOf(status?.attempted)),
    history: (status?.history ?? []).flatMap((entry) => attemptOf(entry) ?? []),
    drift: (status?.drift ?? []).map(({ object, missing, fields, manager, at, contested }) => ({
      object: { group: object.group ?? '', kind: object.kind, namespace: object.namespace ?? '', name: object.name },
      fields: fields ?? [],
      ...when('missing', missing),
      ...when('manager', manager),
      ...when('at', at),
      ...when('contested', contested),
    })),
    urls: safeUrls(status?.urls),
    links: (spec.links ?? []).flatMap(({ name, url }) => {
      const safe = safeUrl(url);
      return safe === undefined ? [] : [{ name, url: safe }];
    }),
    images: status?.images ?? [],
    dependsOn: (spec.dependsOn ?? []).map((on) => dependencyKey(app, on)),
    objects: status?.inventory?.count ?? 0,
    refused,
    actions,
  };
}

/** `namespace/name` for Apps, `Kind/namespace/name` for anything else. */
export function dependencyKey(app: App, on: NonNullable<App['spec']['dependsOn']>[number]): string {
  const { kind, namespace = app.metadata.namespace, name } = on;
  return kind === 'App' ? `${namespace}/${name}` : `${kind}/${namespace}/${name}`;
}

function waitingOf(waiting: NonNullable<App['status']>['waitingFor']): AppDetail['waitingFor'] {
  if (waiting === undefined) return undefined;
  const { message, since, owner, deadline, next, chain = [] } = waiting;
  return { message, since, owner, ...when('deadline', deadline), ...when('next', next), chain };
}

/** The newest attempt that succeeded with another revision than the one that is tried now. */
function lastGoodOf({ status }: App): AppDetail['lastGood'] {
  const tried = status?.attempted?.inputs[0]?.revision ?? status?.applied?.inputs[0]?.revision;
  const good = (status?.history ?? []).find(({ phase, inputs }) => phase === 'Succeeded' && inputs[0]?.revision !== tried);
  const revision = good?.inputs[0]?.revision;
  return good === undefined || revision === undefined ? undefined : { revision: shortRevision(revision), at: good.at };
}

const inputsOf = (inputs: NonNullable<NonNullable<App['status']>['applied']>['inputs'] | undefined): AppDetail['inputs'] =>
  (inputs ?? []).map(({ source, revision, digest }) => ({ source, revision, ...when('digest', digest) }));

function attemptOf(attempt: HistoryEntry | undefined): AppDetail['attempted'] {
  if (attempt === undefined) return undefined;
  const { at, phase, inputs } = attempt;
  return {
    at,
    phase,
    inputs: inputsOf(inputs),
    ...when('id', attempt.id),
    ...when('finishedAt', attempt.finishedAt),
    ...when('digest', attempt.digest),
    ...when('by', attempt.by),
    ...when('message', attempt.message),
    ...when('creates', attempt.creates),
    ...when('changes', attempt.changes),
    ...when('prunes', attempt.prunes),
  };
}

/** “Running main@3f2c1a since 14:02, healthy; 1 field drifted.” */
function headlineOf(app: App, row: AppRow): AppDetail['headline'] {
  const { health, revision, since } = row;
  const word = health.state.toLowerCase();
  return {
    verb: verbOf(app, row),
    revision,
    ...when('since', since),
    health: health.provenance === 'observed' ? word : `${word} (${health.provenance})`,
    notes: notesOf(app, row),
  };
}

function verbOf({ metadata, status }: App, { level, sync, suspended }: AppRow): AppDetail['headline']['verb'] {
  if (metadata.deletionTimestamp !== undefined) return 'Deleting';
  if (suspended !== undefined) return 'Suspended';
  if (level === 'broken') return 'Failing';
  if (sync === 'Waiting' || status?.attempted?.phase === 'Waiting') return 'Waiting';
  if (level === 'moving') return status?.attempted === undefined ? 'New' : 'Deploying';
  return 'Running';
}

const plural = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

function notesOf(app: App, { drifted, pending, suspended, sync }: AppRow): readonly string[] {
  const { status } = app;
  const gone = (status?.drift ?? []).filter(({ missing }) => missing).length;
  const fields = drifted - gone;
  const fresh = getCondition(status?.conditions, 'SourceFresh');
  const changes = pending === undefined ? 0 : pending.creates + pending.changes + pending.prunes;
  return [
    ...(suspended?.reason === undefined ? [] : [suspended.reason]),
    ...(fields > 0 ? [`${plural(fields, 'field')} drifted`] : []),
    ...(gone > 0 ? [`${plural(gone, 'object')} gone`] : []),
    ...(sync === 'Contested' ? ['another manager keeps changing it'] : []),
    ...(changes > 0
      ? [pending?.approval === true ? `${plural(changes, 'change')} to approve` : `${plural(changes, 'change')} on the way`]
      : []),
    ...(status?.pinned === undefined ? [] : [`held at ${shortRevision(status.pinned.revision)}`]),
    ...(fresh?.status === 'False' ? ['the source is not fresh'] : []),
  ];
}
