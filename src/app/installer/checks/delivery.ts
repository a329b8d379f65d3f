/** What is to be delivered: Sources with their credentials, Apps with their identities, and how they fare. */
import { type App, type Condition, getCondition, type Reason, reasons, type Source, type TargetCluster } from '../../../api/index.ts';
import { SYSTEM_NAMESPACE } from '../../../api/install/index.ts';
import { getKey } from '../../../core/object/index.ts';
import type { KubeClient } from '../../../ports/index.ts';
import { APPS, resourceOf, SECRETS, SOURCES } from '../resources.ts';
import { type CheckPorts, fail, type Finding, ok, warn } from './finding.ts';

const CLUSTERS = resourceOf({ apiVersion: 'lockstep.dev/v1', kind: 'TargetCluster' });
const ACCOUNTS = resourceOf({ apiVersion: 'v1', kind: 'ServiceAccount' });
const MOST_NAMED = 10;

export async function checkDelivery({ kube, clock }: CheckPorts): Promise<readonly Finding[]> {
  const [sources, apps] = [await kube.list(SOURCES), await kube.list(APPS)];
  const refused = [sources, apps].find((listed) => !listed.ok);
  if (refused?.ok === false) return [warn('Apps', refused.error.message, 'Run doctor as somebody who may list Apps and Sources.')];
  const allSources = sources.ok ? (sources.value.items as unknown as readonly Source[]) : [];
  const allApps = apps.ok ? (apps.value.items as unknown as readonly App[]) : [];
  return [
    ...(await checkSources(allSources, kube)),
    ...(await checkIdentities(allApps, kube)),
    ...unhealthy(
      'App',
      allApps.map((app) => ({ ...app, conditions: app.status?.conditions })),
    ),
    ...(await checkClusters(kube)),
    ...looked(allApps, clock.now()),
  ];
}

async function checkSources(sources: readonly Source[], kube: KubeClient): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const source of sources) {
    const secret = source.spec.auth?.secretRef.name;
    const { namespace, name } = source.metadata;
    if (secret === undefined) continue;
    const found = await kube.get(SECRETS, namespace, secret);
    if (!found.ok && found.error.code === 404)
      findings.push(
        fail(
          'Source',
          `${namespace}/${name}: there is no Secret ${secret}`,
          `Create it in namespace ${namespace} with username and password, bearerToken or identity.`,
        ),
      );
  }
  return [
    ...findings,
    ...stale(sources),
    ...unhealthy(
      'Source',
      sources.map((source) => ({ ...source, conditions: source.status?.conditions })),
    ),
  ];
}

/** They are Ready by what was fetched before; what is pushed now is not seen (S17). */
function stale(sources: readonly Source[]): readonly Finding[] {
  return sources.flatMap(({ metadata, status }) => {
    const fresh = getCondition(status?.conditions, 'SourceFresh');
    if (fresh?.status !== 'False' || getCondition(status?.conditions, 'Ready')?.status === 'False') return [];
    const said = `${metadata.namespace}/${metadata.name}: ${fresh.reason}: ${fresh.message}`;
    return [
      warn(
        'Source',
        said,
        `Nothing new is delivered from there. From a Pod of ${SYSTEM_NAMESPACE}: can it reach the host? ${hintFor(fresh.reason)}`,
      ),
    ];
  });
}

async function checkIdentities(apps: readonly App[], kube: KubeClient): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const seen = new Set<string>();
  for (const { metadata, spec } of apps) {
    const key = `${metadata.namespace}/${spec.serviceAccountName}`;
    if (seen.has(key) || spec.target.cluster !== undefined) continue;
    seen.add(key);
    const found = await kube.get(ACCOUNTS, metadata.namespace, spec.serviceAccountName);
    if (found.ok || found.error.code !== 404 || key === 'lockstep-system/lockstep') continue;
    findings.push(
      fail(
        'identity',
        `there is no ServiceAccount ${key}, as which Apps of that namespace are applied`,
        `kubectl -n ${metadata.namespace} create serviceaccount ${spec.serviceAccountName}, and bind a Role to it.`,
      ),
    );
  }
  return findings;
}

interface Reported {
  readonly metadata: { readonly namespace: string; readonly name: string };
  readonly conditions: readonly Condition[] | undefined;
}

function unhealthy(kind: string, objects: readonly Reported[]): readonly Finding[] {
  const bad = objects.filter(({ conditions }) => getCondition(conditions, 'Ready')?.status === 'False');
  const findings = bad.slice(0, MOST_NAMED).map(({ metadata, conditions }) => {
    const ready = getCondition(conditions, 'Ready');
    return warn(
      kind,
      `${metadata.namespace}/${metadata.name}: ${ready?.reason ?? ''}: ${ready?.message ?? ''}`,
      hintFor(ready?.reason ?? ''),
    );
  });
  const more = bad.length > MOST_NAMED ? [warn(kind, `and ${bad.length - MOST_NAMED} more`, 'lockstep get shows all of them.')] : [];
  const ready = objects.filter(({ conditions }) => getCondition(conditions, 'Ready')?.status === 'True').length;
  const good = bad.length === 0 && objects.length > 0 ? [ok(kind, `${ready} of ${objects.length} are ready, none has failed`)] : [];
  return [...findings, ...more, ...good];
}

/** TargetClusters that do not answer or are refused. */
async function checkClusters(kube: KubeClient): Promise<readonly Finding[]> {
  const listed = await kube.list(CLUSTERS);
  if (!listed.ok) return [];
  const clusters = listed.value.items as unknown as readonly TargetCluster[];
  const bad = clusters.filter(({ status }) => getCondition(status?.conditions, 'Ready')?.status !== 'True');
  const findings = bad.map(({ metadata, status }) => {
    const { reason = 'ClusterUnreachable', message = 'no controller has looked at it' } = getCondition(status?.conditions, 'Ready') ?? {};
    return fail('TargetCluster', `${metadata.namespace}/${metadata.name}: ${reason}: ${message}`, hintFor(reason));
  });
  return bad.length === 0 && clusters.length > 0 ? [ok('TargetCluster', `${clusters.length} answer`)] : findings;
}

const hintFor = (reason: string): string => getKey<Reason>(reasons, reason)?.hint ?? 'docs/reference/reasons.md lists what to do.';

const PATIENCE = 60_000;

/** Apps that nobody has looked at. */
function looked(apps: readonly App[], now: number): readonly Finding[] {
  const left = apps.filter(
    ({ metadata, status }) => status?.conditions === undefined && now - Date.parse(metadata.creationTimestamp ?? '') > PATIENCE,
  );
  const first = left[0]?.metadata;
  return first === undefined
    ? []
    : [
        fail(
          'Apps',
          `${left.length} Apps have no status, for example ${first.namespace}/${first.name}`,
          'No controller works on this cluster, or it cannot read Apps.',
        ),
      ];
}
