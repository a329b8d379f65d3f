/** What is doubtful, and what is not, in systems of a few objects. */
import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../object/index.ts';
import { doubtsOf } from './index.ts';

type Parts = Readonly<Record<string, unknown>>;
const made = (apiVersion: string, kind: string, name: string, parts: Parts = {}): KubeObject =>
  ({ apiVersion, kind, metadata: { name, namespace: 'shop' }, ...parts }) as unknown as KubeObject;

const container = (more: Parts = {}): Parts => ({ name: 'main', image: 'web:1', ports: [{ name: 'http', containerPort: 8080 }], ...more });
const deployment = (containers: readonly Parts[] = [container()], replicas = 2): KubeObject =>
  made('apps/v1', 'Deployment', 'web', {
    spec: { replicas, template: { metadata: { labels: { app: 'web', tier: 'front' } }, spec: { containers } } },
  });
const service = (spec: Parts): KubeObject => made('v1', 'Service', 'web', { spec });
const good = service({ selector: { app: 'web' }, ports: [{ name: 'web', port: 80, targetPort: 'http' }] });
const ingress = (name: string, port: Parts): KubeObject =>
  made('networking.k8s.io/v1', 'Ingress', 'front', {
    spec: { rules: [{ http: { paths: [{ path: '/', backend: { service: { name, port } } }] } }] },
  });
const budget = (spec: Parts): KubeObject =>
  made('policy/v1', 'PodDisruptionBudget', 'web', { spec: { selector: { matchLabels: { app: 'web' } }, ...spec } });
const binding = (roleRef: Parts, account: string): KubeObject =>
  made('rbac.authorization.k8s.io/v1', 'RoleBinding', 'web', { roleRef, subjects: [{ kind: 'ServiceAccount', name: account }] });
const scaler = (name: string, more: Parts = {}): KubeObject =>
  made('autoscaling/v2', 'HorizontalPodAutoscaler', 'web', {
    spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name }, ...more },
  });
const asking = (value: string): KubeObject =>
  made('apps/v1', 'Deployment', 'client', {
    spec: {
      template: { metadata: { labels: { app: 'client' } }, spec: { containers: [{ name: 'main', env: [{ name: 'WEB_URL', value }] }] } },
    },
  });
const policy = (spec: Parts): KubeObject => made('networking.k8s.io/v1', 'NetworkPolicy', 'rule', { spec });
const allowing = (labels: Parts, ports: readonly Parts[] = []): Parts => ({
  podSelector: { matchLabels: { app: 'web' } },
  ingress: [{ from: [{ podSelector: { matchLabels: labels } }], ports }],
});
const probed = (port: unknown): KubeObject => deployment([container({ readinessProbe: { httpGet: { path: '/', port } } })]);
const role = made('rbac.authorization.k8s.io/v1', 'Role', 'reader');
const account = made('v1', 'ServiceAccount', 'web');

const check = (objects: readonly KubeObject[], others: readonly KubeObject[] = []): readonly string[] =>
  doubtsOf(
    objects.map((object) => ({ app: 'team/shop', object })),
    others,
  ).map(({ object, message, hint }) => `${object}: ${message} → ${hint}`);

describe('in doubt', () => {
  const rows: readonly [string, readonly KubeObject[], string][] = [
    [
      'a Service of labels that nobody has',
      [deployment(), service({ selector: { app: 'wbe' }, ports: [{ port: 80 }] })],
      'Service/shop/web: Service web selects no Pod: none in namespace shop has the labels app=wbe → the Pods of Deployment/web have app=web: correct the selector or the labels',
    ],
    [
      'a Service of which one label is wrong',
      [deployment(), service({ selector: { app: 'web', tier: 'back' }, ports: [{ port: 80 }] })],
      'Service/shop/web: Service web selects no Pod: none in namespace shop has the labels app=web,tier=back → the Pods of Deployment/web have tier=front: correct the selector or the labels',
    ],
    [
      'a targetPort by a name that nobody has',
      [deployment(), service({ selector: { app: 'web' }, ports: [{ port: 80, targetPort: 'htpp' }] })],
      'Service/shop/web: Service web: port 80 leads to htpp, a name that no container of its Pods (Deployment/web) gives a port; they have http (8080) → correct targetPort, or name the port in Deployment/web',
    ],
    [
      'a targetPort by a number that nobody declares',
      [deployment(), service({ selector: { app: 'web' }, ports: [{ port: 80 }] })],
      'Service/shop/web: Service web: port 80 leads to 80, which no container of its Pods (Deployment/web) declares; they have http (8080) → correct targetPort, or declare the port in Deployment/web',
    ],
    [
      'an Ingress to a Service that is not there',
      [deployment(), good, ingress('wbe', { number: 80 })],
      'Ingress/shop/front: Ingress front leads to Service wbe, which is not in namespace shop: requests get 503 → correct the name, or deliver the Service',
    ],
    [
      'an Ingress to a port that the Service lacks',
      [deployment(), good, ingress('web', { number: 8080 })],
      'Ingress/shop/front: Ingress front leads to port 8080 of Service web, which has web (80) → correct the port of the backend',
    ],
    [
      'a budget of all of them',
      [deployment(), budget({ minAvailable: '100%' })],
      'PodDisruptionBudget/shop/web: PodDisruptionBudget web (minAvailable 100%) lets none of the 2 Pods of Deployment/web be evicted: draining a node waits for ever → run one replica more than minAvailable asks for, or allow one to be unavailable',
    ],
    [
      'a binding of a Role that is not there',
      [account, binding({ kind: 'Role', name: 'raeder' }, 'web')],
      'RoleBinding/shop/web: RoleBinding web gives Role raeder, which is not there: it gives nothing → correct roleRef, or deliver the Role',
    ],
    [
      'a binding for nobody',
      [role, binding({ kind: 'Role', name: 'reader' }, 'wbe')],
      'RoleBinding/shop/web: RoleBinding web is for ServiceAccount shop/wbe, which is not there → correct the subject, or deliver the ServiceAccount',
    ],
    [
      'an autoscaler of nothing',
      [deployment(), scaler('wbe')],
      'HorizontalPodAutoscaler/shop/web: HorizontalPodAutoscaler web scales Deployment wbe, which is not in namespace shop → correct scaleTargetRef, or deliver what it names',
    ],
    [
      'a probe of a port that has another name',
      [probed('helth')],
      'Deployment/shop/web: Deployment web: readinessProbe of container main asks port helth, which the container does not name; it has http (8080): the kubelet cannot ask it → correct the port of the probe, or declare it in the container',
    ],
    [
      'a probe of a port that is not declared',
      [probed(9999)],
      'Deployment/shop/web: Deployment web: readinessProbe of container main asks port 9999, which the container does not declare; it has http (8080) → correct the port of the probe, or declare it in the container',
    ],
    [
      'an address of a Service that is not there',
      [deployment(), good, asking('http://webb:8080')],
      'Deployment/shop/client: Deployment/client asks http://webb:8080 (WEB_URL): there is no Service webb in namespace shop → there is Service web: correct the address',
    ],
    [
      'an address with a port that the Service lacks',
      [deployment(), good, asking('http://web.shop.svc:8080/api')],
      'Deployment/shop/client: Deployment/client asks http://web.shop.svc:8080 (WEB_URL): Service web has no port 8080, it has 80 → correct the port in the address',
    ],
    [
      'a policy that lets nobody in',
      [deployment(), good, asking('http://web'), policy({ podSelector: { matchLabels: { app: 'web' } }, policyTypes: ['Ingress'] })],
      'NetworkPolicy/shop/rule: NetworkPolicy rule cuts Deployment/client off from Service web (WEB_URL, port http of Deployment/web): no policy of Deployment/web lets it in → let it in: a rule `from` the Pods of Deployment/client in a policy for Deployment/web',
    ],
    [
      'a policy that lets others in',
      [deployment(), good, asking('web:80'), policy(allowing({ app: 'admin' }))],
      'NetworkPolicy/shop/rule: NetworkPolicy rule cuts Deployment/client off from Service web (WEB_URL, port http of Deployment/web): no policy of Deployment/web lets it in → let it in: a rule `from` the Pods of Deployment/client in a policy for Deployment/web',
    ],
    [
      'a policy that lets nobody out',
      [
        deployment(),
        good,
        asking('http://web'),
        policy({ podSelector: { matchLabels: { app: 'client' } }, policyTypes: ['Egress'], egress: [{ ports: [{ port: 53 }] }] }),
      ],
      'NetworkPolicy/shop/rule: NetworkPolicy rule keeps Deployment/client from Service web (WEB_URL, port http of Deployment/web): no policy of Deployment/client lets it out to there → let it out: a rule `to` the Pods of Deployment/web in a policy for Deployment/client',
    ],
    [
      'a pull secret that is not there',
      [
        made('apps/v1', 'Deployment', 'web', {
          spec: { template: { spec: { imagePullSecrets: [{ name: 'hub' }], containers: [container()] } } },
        }),
      ],
      'Deployment/shop/web: Deployment/web pulls its images with Secret hub, which is not in namespace shop: what is private cannot be pulled → correct imagePullSecrets, or deliver the Secret',
    ],
    [
      'CPUs where thousandths are meant',
      [deployment([container({ resources: { requests: { cpu: 500 } } })])],
      'Deployment/shop/web: Deployment/web: container main asks for 500 CPUs, which no machine has → write 500m if thousandths are meant',
    ],
    [
      'bytes where megabytes are meant',
      [deployment([container({ resources: { limits: { memory: '256' } } })])],
      'Deployment/shop/web: Deployment/web: container main may use 256 bytes of memory, with which no container starts → write 256Mi if megabytes are meant',
    ],
    [
      'a share of what nobody requests',
      [
        deployment(),
        scaler('web', {
          metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }],
        }),
      ],
      'HorizontalPodAutoscaler/shop/web: HorizontalPodAutoscaler web scales Deployment/web by its share of cpu, and container main requests none: nothing can be measured → give every container of Deployment/web a request of cpu',
    ],
    [
      'a StatefulSet of a Service that is not there',
      [made('apps/v1', 'StatefulSet', 'db', { spec: { serviceName: 'bd', template: { spec: { containers: [container()] } } } })],
      'StatefulSet/shop/db: StatefulSet db is of Service bd, which is not in namespace shop: its Pods cannot be found by name → correct serviceName, or deliver the Service',
    ],
    [
      'a webhook of nobody',
      [
        made('admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration', 'guard', {
          webhooks: [{ name: 'a.b.c', clientConfig: { service: { namespace: 'shop', name: 'guard' } } }],
        }),
      ],
      'ValidatingWebhookConfiguration/shop/guard: ValidatingWebhookConfiguration guard asks Service shop/guard, which is not there: whatever webhook a.b.c is for is refused → correct the Service, or deliver it',
    ],
    [
      'two Ingresses for one address',
      [
        deployment(),
        good,
        ingress('web', { number: 80 }),
        { ...ingress('web', { number: 80 }), metadata: { namespace: 'shop', name: 'second' } },
      ],
      'Ingress/shop/second: Ingress second is for */, and so is Ingress shop/front: which of them answers depends on the controller → remove one of the paths, or give it another host',
    ],
  ];
  test.each(rows)('%s', (_name, objects, said) => expect(check(objects)).toEqual([said]));
});

describe('not in doubt', () => {
  const rows: readonly (readonly [string, readonly KubeObject[], (readonly KubeObject[])?])[] = [
    ['a Service whose port has a name', [deployment(), good]],
    [
      'a Service of Pods that somebody else makes',
      [good],
      [
        made('v1', 'Pod', 'web-1', {
          metadata: { name: 'web-1', namespace: 'shop', labels: { app: 'web' } },
          spec: { containers: [container()] },
        }),
      ],
    ],
    ['a Service without a selector', [service({ ports: [{ port: 80 }] })]],
    ['a Service that is another name', [service({ type: 'ExternalName', selector: { app: 'x' } })]],
    [
      'a port of containers that declare none',
      [deployment([container({ ports: [] })]), service({ selector: { app: 'web' }, ports: [{ port: 80 }] })],
    ],
    ['an Ingress by the name of a port', [deployment(), good, ingress('web', { name: 'web' })]],
    ['a budget that lets one go', [deployment(), budget({ minAvailable: 1 })]],
    ['a budget of a workload that is scaled to nothing', [deployment([container()], 0), budget({ minAvailable: 1 })]],
    ['a role of every cluster', [account, binding({ kind: 'ClusterRole', name: 'view' }, 'web')]],
    ['the account of every namespace', [role, binding({ kind: 'Role', name: 'reader' }, 'default')]],
    ['a probe by number', [probed(8080)]],
    ['a probe by name', [probed('http')]],
    ['an autoscaler of what is there', [deployment(), scaler('web')]],
    [
      'a Service of Pods that an operator will make',
      [service({ selector: { app: 'db' }, ports: [{ port: 5432 }] }), made('acid.example.com/v1', 'Database', 'db')],
    ],
    [
      'a role of every cluster in its namespace',
      [account, binding({ kind: 'Role', name: 'extension-apiserver-authentication-reader' }, 'web')],
    ],
    ['an address elsewhere', [asking('https://api.example.com')]],
    ['a word that no Service is called', [asking('debug')]],
    ['an address with a path', [deployment(), good, asking('http://web/api?x=1')]],
    ['a policy that lets it in', [deployment(), good, asking('http://web'), policy(allowing({ app: 'client' }, [{ port: 'http' }]))]],
    [
      'a policy that lets a range of ports in',
      [deployment(), good, asking('http://web'), policy(allowing({ app: 'client' }, [{ port: 8000, endPort: 9000 }]))],
    ],
    [
      'requests by their limits',
      [deployment([container({ resources: { limits: { cpu: '1' } } })]), scaler('web', { targetCPUUtilizationPercentage: 80 })],
    ],
    ['a pull secret', [deployment(), made('v1', 'Secret', 'hub')]],
    ['a policy for a whole namespace', [made('networking.k8s.io/v1', 'NetworkPolicy', 'deny', { spec: { podSelector: {} } })]],
  ];
  for (const [name, objects, others] of rows) test(name, () => expect(check(objects, others)).toEqual([]));
});

test('what an App that is left out may deliver is not missed', () => {
  const objects = [role, binding({ kind: 'Role', name: 'reader' }, 'wbe'), asking('http://payments.pay.svc')];
  const found = (...leftOut: string[]): readonly string[] =>
    doubtsOf(
      objects.map((object) => ({ app: 'team/shop', object })),
      [],
      new Set(leftOut),
    ).map(({ code }) => code);
  expect([found(), found('pay'), found('pay', 'shop')]).toEqual([['NoSuchSubject', 'NoSuchBackend'], ['NoSuchSubject'], []]);
});
