/** What around an installation keeps it from working: admission webhooks that refuse everything, NetworkPolicies, a second installation, a full volume. */
import { X509Certificate } from 'node:crypto';
import { CONTROLLER, SYSTEM_NAMESPACE } from '../../../api/install/index.ts';
import { getKey, isObject, type KubeObject } from '../../../core/object/index.ts';
import type { KubeClient } from '../../../ports/index.ts';
import { DEPLOYMENTS, LEASES, PODS, resourceOf } from '../resources.ts';
import { type CheckPorts, fail, type Finding, warn } from './finding.ts';

const WEBHOOKS = ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'].map((kind) => ({
  ...resourceOf({ apiVersion: 'admissionregistration.k8s.io/v1', kind }),
  namespaced: false,
}));
const POLICIES = resourceOf({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' });
const SERVICES = resourceOf({ apiVersion: 'v1', kind: 'Service' });
/** Below this share of the file system, or this many bytes, mirrors and the ledger are about to find no room. */
const LEAST_SHARE = 0.05;
const LEAST_FREE = 256 * 1024 ** 2;

export async function checkSurroundings({ kube, clock }: CheckPorts): Promise<readonly Finding[]> {
  return [...(await admission(kube, clock.now())), ...(await network(kube)), ...(await others(kube, clock.now())), ...(await room(kube))];
}

/** What cannot be listed is somebody else's; rights of whoever runs this are told where they are needed. */
async function all(kube: KubeClient, resource: Parameters<KubeClient['list']>[0], namespace?: string): Promise<readonly KubeObject[]> {
  const listed = await kube.list(resource, namespace === undefined ? {} : { namespace });
  return listed.ok ? listed.value.items : [];
}

interface Webhook {
  readonly name: string;
  readonly failurePolicy?: string;
  readonly clientConfig?: { readonly caBundle?: string; readonly service?: { readonly namespace: string; readonly name: string } };
}

async function admission(kube: KubeClient, now: number): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const resource of WEBHOOKS)
    for (const configuration of await all(kube, resource))
      for (const webhook of (configuration['webhooks'] ?? []) as unknown as readonly Webhook[]) {
        const wrong = endedOf(webhook, now) ?? (await missingOf(webhook, kube));
        if (wrong === undefined) continue;
        const say = webhook.failurePolicy === 'Ignore' ? warn : fail;
        const name = `${resource.kind} ${configuration.metadata.name ?? ''}: ${webhook.name}`;
        const result = webhook.failurePolicy === 'Ignore' ? 'it is passed over' : 'what it is asked about is refused';
        findings.push(say('admission', `${name}: ${wrong.message}; ${result}`, wrong.hint));
      }
  return findings;
}

interface Wrong {
  readonly message: string;
  readonly hint: string;
}

/** Where all authorities that may have signed its certificate have ended, no certificate is good any more. */
function endedOf({ clientConfig }: Webhook, now: number): Wrong | undefined {
  const pem = Buffer.from(clientConfig?.caBundle ?? '', 'base64').toString('utf8');
  const ends = (pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? []).map(endOf);
  const last = Math.max(...ends);
  if (ends.length === 0 || Number.isNaN(last) || last > now) return undefined;
  const hint = 'Renew the certificate of that webhook and its caBundle, or let cert-manager do so; the API server cannot reach it.';
  return { message: `its certificate authority ended at ${new Date(last).toISOString().slice(0, 16)}Z`, hint };
}

function endOf(pem: string): number {
  try {
    return Date.parse(new X509Certificate(pem).validTo);
  } catch {
    return Number.NaN;
  }
}

async function missingOf({ clientConfig }: Webhook, kube: KubeClient): Promise<Wrong | undefined> {
  const service = clientConfig?.service;
  if (service === undefined) return undefined;
  const found = await kube.get(SERVICES, service.namespace, service.name);
  if (found.ok || found.error.code !== 404) return undefined;
  const hint = 'Install what it belongs to again, or delete the configuration it left behind.';
  return { message: `its Service ${service.namespace}/${service.name} does not exist`, hint };
}

interface Port {
  readonly protocol?: string;
  readonly port?: number | string;
  readonly endPort?: number;
}
interface Rule {
  readonly ports?: readonly Port[];
  readonly to?: readonly { readonly ipBlock?: unknown }[];
}
interface PolicySpec {
  readonly podSelector?: { readonly matchLabels?: Readonly<Record<string, string>>; readonly matchExpressions?: readonly unknown[] };
  readonly policyTypes?: readonly string[];
  readonly egress?: readonly Rule[];
}

async function network(kube: KubeClient): Promise<readonly Finding[]> {
  const deployment = await kube.get(DEPLOYMENTS, SYSTEM_NAMESPACE, CONTROLLER);
  if (!deployment.ok) return [];
  const labels = templateLabels(deployment.value);
  const policies = (await all(kube, POLICIES, SYSTEM_NAMESPACE)).map(({ metadata, spec }) => ({
    name: metadata.name ?? '',
    ...(spec as PolicySpec),
  }));
  const limiting = policies.filter((policy) => limitsOut(policy) && selects(policy, labels));
  if (limiting.length === 0) return [];
  const rules = limiting.flatMap(({ egress = [] }) => egress);
  const missing = [
    ...(rules.some((rule) => opens(rule, 53, 'UDP')) ? [] : ['names cannot be resolved (UDP 53)']),
    ...(rules.some((rule) => opens(rule, 443, 'TCP') && leadsOut(rule)) ? [] : ['Git hosts and registries cannot be reached (TCP 443)']),
  ];
  if (missing.length === 0) return [];
  const names = limiting.map(({ name }) => name).join(', ');
  const hint = `Let ${SYSTEM_NAMESPACE}/${CONTROLLER} out in a NetworkPolicy of that namespace: UDP 53, TCP 443 to anywhere (and 22 for SSH), and the API server.`;
  return [fail('network', `NetworkPolicy ${names} closes the way out: ${missing.join('; ')}`, hint)];
}

const templateLabels = (deployment: KubeObject): Readonly<Record<string, string>> => {
  const { template } = (deployment['spec'] ?? {}) as {
    readonly template?: { readonly metadata?: { readonly labels?: Record<string, string> } };
  };
  return template?.metadata?.labels ?? {};
};

const limitsOut = ({ policyTypes, egress }: PolicySpec): boolean => policyTypes?.includes('Egress') ?? egress !== undefined;

/** Expressions are taken to hold: better to name one policy too many. */
const selects = ({ podSelector }: PolicySpec, labels: Readonly<Record<string, string>>): boolean =>
  Object.entries(podSelector?.matchLabels ?? {}).every(([key, value]) => getKey(labels, key) === value);

const opens = ({ ports = [] }: Rule, wanted: number, protocol: string): boolean =>
  ports.length === 0 ||
  ports.some(
    ({ port, endPort, protocol: named = 'TCP' }) =>
      named === protocol &&
      (port === undefined || port === wanted || (typeof port === 'number' && port <= wanted && wanted <= (endPort ?? port))),
  );

/** Selectors of Pods and namespaces stay within the cluster. */
const leadsOut = ({ to = [] }: Rule): boolean => to.length === 0 || to.some(({ ipBlock }) => ipBlock !== undefined);

/** One cluster has one installation: two would heal each other's objects for ever. */
async function others(kube: KubeClient, now: number): Promise<readonly Finding[]> {
  const deployments = (await all(kube, DEPLOYMENTS)).filter(
    ({ metadata }) =>
      getKey(metadata.labels ?? {}, 'app.kubernetes.io/name') === 'lockstep' &&
      (metadata.namespace !== SYSTEM_NAMESPACE || metadata.name !== CONTROLLER),
  );
  const twins = deployments.map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name ?? ''}`);
  const second =
    twins.length === 0
      ? []
      : [
          fail(
            'installations',
            `there is another installation in this cluster: Deployment ${twins.join(', ')}`,
            `Keep one: "lockstep uninstall" there leaves every workload running; Lockstep lives in ${SYSTEM_NAMESPACE}.`,
          ),
        ];
  return [...second, ...(await holder(kube, now))];
}

/** Whoever holds the lease is a Pod of the Deployment, where there is one. */
async function holder(kube: KubeClient, now: number): Promise<readonly Finding[]> {
  const [deployment, lease] = [
    await kube.get(DEPLOYMENTS, SYSTEM_NAMESPACE, CONTROLLER),
    await kube.get(LEASES, SYSTEM_NAMESPACE, 'lockstep'),
  ];
  if (!deployment.ok || !lease.ok || !isObject(lease.value['spec'])) return [];
  const { holderIdentity = '', renewTime = '' } = lease.value['spec'] as { readonly holderIdentity?: string; readonly renewTime?: string };
  const pod = holderIdentity.slice(0, Math.max(0, holderIdentity.lastIndexOf('_')));
  if (pod === '' || (await kube.get(PODS, SYSTEM_NAMESPACE, pod)).ok) return [];
  const fresh = now - Date.parse(renewTime) < 30_000;
  return [
    fresh
      ? warn(
          'lease',
          `${holderIdentity} works on this cluster and is no Pod of ${SYSTEM_NAMESPACE}/${CONTROLLER}`,
          'Somebody runs "lockstep up" against this cluster from elsewhere: end it, and the Deployment takes over.',
        )
      : warn(
          'lease',
          `its holder ${pod} is gone`,
          `The next Pod of ${SYSTEM_NAMESPACE}/${CONTROLLER} takes over by itself, unless none can start: kubectl -n ${SYSTEM_NAMESPACE} describe pods.`,
        ),
  ];
}

/** As the controllers tell it themselves. */
async function room(kube: KubeClient): Promise<readonly Finding[]> {
  const path = `/api/v1/namespaces/${SYSTEM_NAMESPACE}/services/lockstep:status/proxy/metrics`;
  const answer = await kube.raw({ method: 'GET', path });
  const text = answer.ok && answer.value.body.kind === 'bytes' ? Buffer.from(answer.value.body.bytes).toString('utf8') : '';
  const [free, size] = ['free', 'size'].map((what) =>
    Number(new RegExp(`^lockstep_data_${what}_bytes (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN),
  );
  if (free === undefined || size === undefined || !(free < LEAST_FREE || free < size * LEAST_SHARE)) return [];
  const message = `${(free / 1024 ** 2).toFixed(0)} MiB of ${(size / 1024 ** 3).toFixed(1)} GiB are left on the volume of mirrors and the ledger`;
  const hint = 'Make the volume larger (lockstep install --storage-size), or keep less history: spec.retention.ledger of the Platform.';
  return [free < LEAST_FREE / 8 ? fail('storage', message, hint) : warn('storage', message, hint)];
}
