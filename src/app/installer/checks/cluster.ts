/** The API server, our kinds in it, and whether somebody works there. */
import { crds } from '../../../api/index.ts';
import { CONTROLLER, DATA_CLAIM, SYSTEM_NAMESPACE } from '../../../api/install/index.ts';
import { isObject, type Json, type KubeObject } from '../../../core/object/index.ts';
import { CLAIMS, CRDS, DEPLOYMENTS, LEASES, SECRETS } from '../resources.ts';
import { type CheckPorts, fail, type Finding, ok, warn } from './finding.ts';

const OLDEST_MINOR = 29;
const SKEW = 5_000;

async function reach({ kube, clock }: CheckPorts): Promise<readonly Finding[]> {
  const version = await kube.version();
  if (!version.ok)
    return [
      fail('API server', version.error.message, 'Check address, network and credentials of the kubeconfig; "kubectl version" must work.'),
    ];
  const minor = Number(/^v?1\.(\d+)/.exec(version.value)?.[1] ?? Number.NaN);
  const age =
    minor < OLDEST_MINOR ? [warn('API server', `${version.value} is old`, `Lockstep is tested with 1.${OLDEST_MINOR} and newer.`)] : [];
  const asked = clock.now();
  const answer = await kube.raw({ method: 'GET', path: '/version' });
  const date = answer.ok ? Date.parse(answer.value.headers['date'] ?? '') : Number.NaN;
  return [ok('API server', version.value), ...age, ...skewOf(date, (asked + clock.now()) / 2)];
}

/** The header has whole seconds. */
function skewOf(there: number, here: number): readonly Finding[] {
  if (Number.isNaN(there)) return [];
  const skew = Math.abs(there + 500 - here);
  if (skew <= SKEW) return [ok('clock', 'agrees with the API server')];
  const seconds = Math.round(skew / 1000);
  return [
    warn(
      'clock',
      `differs from the API server by ${seconds} s`,
      'Set the clocks by NTP: tokens, windows and times in the history depend on them.',
    ),
  ];
}

async function kinds({ kube }: CheckPorts): Promise<readonly Finding[]> {
  const wrong: Finding[] = [];
  for (const crd of crds()) {
    const name = crd.metadata.name ?? '';
    const found = await kube.get(CRDS, '', name);
    if (!found.ok && found.error.code === 404) wrong.push(fail('kinds', `${name} is not there`, 'Run "lockstep install".'));
    else if (!found.ok)
      wrong.push(warn('kinds', `${name}: ${found.error.message}`, 'Run doctor as somebody who may read CustomResourceDefinitions.'));
    else if (!isEstablished(found.value)) wrong.push(fail('kinds', `${name} is not established`, `kubectl describe crd ${name} says why.`));
    else if (schemaOf(found.value) !== schemaOf(crd))
      wrong.push(
        warn(
          'kinds',
          `${name} is of another version of Lockstep than this program`,
          'Run "lockstep install" (or "lockstep bootstrap") of the newer one.',
        ),
      );
  }
  return wrong.length > 0 ? wrong : [ok('kinds', `${crds().length} kinds of this version are served`)];
}

interface CrdStatus {
  readonly conditions?: readonly { readonly type: string; readonly status: string }[];
}

const isEstablished = (crd: KubeObject): boolean =>
  ((crd['status'] ?? {}) as CrdStatus).conditions?.some(({ type, status }) => type === 'Established' && status === 'True') === true;

/** As text in which the order of keys makes no difference. */
function schemaOf(crd: KubeObject): string {
  const { versions = [] } = (crd['spec'] ?? {}) as { readonly versions?: readonly { readonly schema?: Json }[] };
  return JSON.stringify(versions[0]?.schema, (_key, value: unknown) =>
    isObject(value) ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))) : value,
  );
}

async function controllers(ports: CheckPorts): Promise<readonly Finding[]> {
  return [...(await deployment(ports)), ...(await lease(ports)), ...(await installation(ports))];
}

async function deployment({ kube }: CheckPorts): Promise<readonly Finding[]> {
  const found = await kube.get(DEPLOYMENTS, SYSTEM_NAMESPACE, CONTROLLER);
  if (!found.ok) return [];
  const status = (found.value['status'] ?? {}) as { readonly availableReplicas?: number };
  const running =
    (status.availableReplicas ?? 0) > 0
      ? ok('Deployment', `${SYSTEM_NAMESPACE}/${CONTROLLER} is available`)
      : fail(
          'Deployment',
          `${SYSTEM_NAMESPACE}/${CONTROLLER} has no available Pod`,
          `kubectl -n ${SYSTEM_NAMESPACE} describe pods says why.`,
        );
  const claim = await kube.get(CLAIMS, SYSTEM_NAMESPACE, DATA_CLAIM);
  const phase = claim.ok ? ((claim.value['status'] ?? {}) as { readonly phase?: string }).phase : 'missing';
  const volume =
    phase === 'Bound'
      ? ok('storage', `volume ${DATA_CLAIM} is bound`)
      : fail('storage', `volume ${DATA_CLAIM} is ${phase ?? 'not bound'}`, 'Choose a StorageClass: lockstep install --storage-class NAME.');
  return [running, volume, ...(await webhooks(kube))];
}

/** Git hosts reach the receiver from elsewhere; here is seen whether anything answers behind its Service. */
async function webhooks(kube: CheckPorts['kube']): Promise<readonly Finding[]> {
  const path = `/api/v1/namespaces/${SYSTEM_NAMESPACE}/services/lockstep:webhooks/proxy/hooks/`;
  const answer = await kube.raw({ method: 'GET', path });
  // Any answer of its own is one, and whoever may not use the proxy cannot tell.
  if (answer.ok || answer.error.code === 403 || answer.error.code === 404) return [];
  return [
    warn(
      'webhooks',
      `nobody answers at Service ${SYSTEM_NAMESPACE}/lockstep, port webhooks: ${answer.error.message}`,
      'Pushes are seen only when a Source looks by itself. See that the Pod runs, and that an Ingress leads to this port (docs/webhooks.md).',
    ),
  ];
}

interface LeaseSpec {
  readonly holderIdentity?: string;
  readonly renewTime?: string;
  readonly leaseDurationSeconds?: number;
}

async function lease({ kube, clock }: CheckPorts): Promise<readonly Finding[]> {
  const found = await kube.get(LEASES, SYSTEM_NAMESPACE, 'lockstep');
  const nobody = 'Start one: "lockstep install" in the cluster, or "lockstep up --kubeconfig FILE".';
  if (!found.ok && found.error.code === 404) return [warn('lease', 'no controller has ever worked on this cluster', nobody)];
  if (!found.ok) return [warn('lease', found.error.message, `Run doctor as somebody who may read Leases in ${SYSTEM_NAMESPACE}.`)];
  const { holderIdentity = '', renewTime = '', leaseDurationSeconds = 15 } = (found.value['spec'] ?? {}) as LeaseSpec;
  const age = Math.round((clock.now() - Date.parse(renewTime)) / 1000);
  if (holderIdentity === '') return [warn('lease', 'nobody holds it: no controller runs', nobody)];
  // Clocks differ: a short lease is not judged by the second.
  return age <= Math.max(30, leaseDurationSeconds * 2)
    ? [ok('lease', `held by ${holderIdentity}`)]
    : [fail('lease', `held by ${holderIdentity}, but not renewed for ${age} s: no controller runs`, nobody)];
}

async function installation({ kube }: CheckPorts): Promise<readonly Finding[]> {
  const found = await kube.get(SECRETS, SYSTEM_NAMESPACE, 'lockstep-installation');
  if (!found.ok && found.error.code === 404) return [];
  if (!found.ok) return [warn('identity', found.error.message, `Run doctor as somebody who may read Secrets in ${SYSTEM_NAMESPACE}.`)];
  const data = (found.value['data'] ?? {}) as { readonly name?: string; readonly key?: string };
  const whole = data.name !== undefined && Buffer.from(data.key ?? '', 'base64').length >= 32;
  return whole
    ? [ok('identity', `installation ${Buffer.from(data.name ?? '', 'base64').toString('utf8')}`)]
    : [
        fail(
          'identity',
          `Secret ${SYSTEM_NAMESPACE}/lockstep-installation lacks its name or its key`,
          'Restore it from a backup; proofs of ownership depend on it.',
        ),
      ];
}

export const checkCluster = { reach, kinds, controllers } as const;
