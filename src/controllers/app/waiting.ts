/** `status.waitingFor`: what an App waits for, through the whole chain, in one sentence. Pure but for looking at what the informers know. */
import { type App, type AppStatus, claimOf, getCondition, nextStep } from '../../api/index.ts';
import type { KubeObject } from '../../core/object/index.ts';
import { type Claim, explain } from '../../core/why/index.ts';
import type { Verdict } from './verdict.ts';

export type WaitingFor = NonNullable<AppStatus['waitingFor']>;

/** Apps and Sources by `namespace/name`. */
export interface Known {
  readonly app: (key: string) => KubeObject | undefined;
  readonly source: (key: string) => KubeObject | undefined;
}

/** Reasons that what runs in the cluster ends, not Lockstep. */
const ofTheCluster: ReadonlySet<string> = new Set(['Progressing', 'Degraded', 'HealthUnknown', 'Missing', 'Pruning', 'ServerOverloaded']);

const longest = 32_768;

/** The status with `waitingFor` as it follows from it; without it while the App is Ready. */
export function withWaitingFor(app: App, status: AppStatus, scene: { readonly verdict: Verdict; readonly known: Known }): AppStatus {
  const { waitingFor: _old, ...rest } = status;
  const { verdict, known } = scene;
  const ready = getCondition(status.conditions, 'Ready');
  if (ready === undefined || ready.status === 'True') return rest;
  const { deadline } = verdict;
  const said = claimOf({ ...(app as unknown as KubeObject), status: rest as never });
  if (said === undefined) return rest;
  const first: Claim = { ...said, ...(deadline === undefined ? {} : { deadline }) };
  const { sentence, chain, next } = explain(first, (object) => claimIn(object, status, known));
  return {
    ...rest,
    waitingFor: {
      message: sentence.slice(0, longest),
      since: first.since ?? ready.lastTransitionTime,
      ...(deadline === undefined ? {} : { deadline }),
      owner: ownerOf(verdict),
      ...(next === '' ? {} : { next }),
      chain: chain.map(({ object, reason, message, since }) => ({ object, reason, message, ...(since === undefined ? {} : { since }) })),
    },
  };
}

const ownerOf = ({ moving, reason }: Verdict): WaitingFor['owner'] =>
  !moving ? 'person' : ofTheCluster.has(reason) ? 'cluster' : 'lockstep';

/** What another object of the chain says of itself: our own kinds by their status, anything else by its health. */
function claimIn(object: string, { health }: AppStatus, known: Known): Claim | undefined {
  const [kind = '', ...key] = object.split('/');
  const found = kind === 'App' ? known.app(key.join('/')) : kind === 'Source' ? known.source(key.join('/')) : undefined;
  if (found !== undefined) return claimOf(found);
  if (kind === 'App' || kind === 'Source') {
    const next = nextStep(kind === 'Source' ? 'SourceNotFound' : 'DependencyNotReady');
    return { object, reason: 'Missing', message: 'it does not exist', ...(next === undefined ? {} : { next }) };
  }
  if (health?.cause?.object !== object) return undefined;
  const { state, message = '' } = health.cause;
  return { object, reason: state, message, ...(health.since === undefined ? {} : { since: health.since }) };
}
