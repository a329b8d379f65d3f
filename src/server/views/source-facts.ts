/** What a Source says of itself, for rows and headers. Pure. */
import { getCondition, parseDuration, type Source } from '../../api/index.ts';
import type { Level, SourceRow } from '../../api/http/index.ts';
import type { KubeObject } from '../../core/object/index.ts';
import { shownUrl } from './safe-url.ts';
import { when } from './when.ts';

export type SourceFacts = Pick<SourceRow, 'kind' | 'url' | 'ref' | 'revision'>;

export function sourceFacts(object: KubeObject | undefined): SourceFacts {
  const source = object as Source | undefined;
  const { git, oci, helm } = source?.spec ?? {};
  const [first] = source?.status?.refs ?? [];
  const kind = git !== undefined ? 'git' : oci !== undefined ? 'oci' : helm !== undefined ? 'helm' : 'unknown';
  return {
    kind,
    url: shownUrl(git?.url ?? oci?.url ?? helm?.url ?? ''),
    ref: first?.ref ?? '',
    revision: first?.revision ?? '',
  };
}

export function sourceRowOf(object: KubeObject, apps: number): SourceRow {
  const source = object as Source;
  const { namespace, name } = source.metadata;
  const { status, spec } = source;
  const ready = getCondition(status?.conditions, 'Ready');
  const [first] = status?.refs ?? [];
  const fetched = status?.lastFetch;
  const failed = ready?.status === 'False';
  return {
    key: `${namespace}/${name}`,
    namespace,
    name,
    ...sourceFacts(object),
    ...when('revisionAt', first?.at),
    signature: signatureOf(source),
    ...when('fetchedAt', fetched?.at),
    ...when('fetchDuration', milliseconds(fetched?.duration)),
    ...when('fetchBytes', fetched?.bytes),
    interval: spec.interval,
    ...when('suspended', spec.suspend ? true : undefined),
    level: levelOf(source),
    ...when('error', failed ? ready.message : undefined),
    apps,
  };
}

function milliseconds(duration: string | undefined): number | undefined {
  const exact = duration === undefined ? undefined : parseDuration(duration);
  return exact === undefined ? undefined : Math.round(exact);
}

function signatureOf({ spec, status }: Source): SourceRow['signature'] {
  const asked = spec.git?.verify !== undefined || spec.oci?.verify !== undefined || spec.helm?.verify !== undefined;
  const reason = getCondition(status?.conditions, 'Ready')?.reason ?? '';
  if (asked && /verif|signature/i.test(reason)) return 'failed';
  return status?.refs?.find(({ ref }) => ref !== 'index')?.verified === true ? 'verified' : 'notChecked';
}

function levelOf({ spec, status }: Source): Level {
  if (spec.suspend) return 'paused';
  const is = (type: 'Ready' | 'Stalled'): string | undefined => getCondition(status?.conditions, type)?.status;
  if (is('Stalled') === 'True' || is('Ready') === 'False') return 'broken';
  return is('Ready') === 'True' ? 'fine' : 'moving';
}
