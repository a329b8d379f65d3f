/** Network policies that keep Pods from whom they ask. Kubernetes: networking.k8s.io/v1, NetworkPolicy; address ranges are taken to let everybody in. */
import { type Json, type JsonObject, type KubeObject, objectAt, objects, text } from '../../object/index.ts';
import { matchesSelector, selectorOf } from '../../object/selector/index.ts';
import { type Call, callsOf } from './calls.ts';
import type { Doubt, Rule } from './doubt.ts';
import { type PodLike, portsOf, servingContainers, type Standing } from './standing.ts';

type Direction = 'Ingress' | 'Egress';
const PEERS = { Ingress: 'from', Egress: 'to' } as const;
const RULES = { Ingress: 'ingress', Egress: 'egress' } as const;

/** What a policy is asked about: the other side, and the port of the Pod that is asked. */
interface Contact {
  readonly peer: PodLike;
  readonly port: Json | undefined;
  /** Has the port, by its name. */
  readonly server: PodLike;
}

const allCalls = (standing: Standing): readonly { readonly pod: PodLike; readonly call: Call }[] =>
  standing.templates.flatMap((pod) => callsOf(pod, standing).map((call) => ({ pod, call })));

/** Of one policy: calls that it is the first to cut. */
export const reachRule: Rule = (policy, standing) => {
  return standing.once(allCalls).flatMap(({ pod, call }) => cutOff(policy, pod, call, standing) ?? []);
};

function cutOff(policy: KubeObject, pod: PodLike, call: Call, standing: Standing): Doubt | undefined {
  const server = serverOf(call, standing);
  if (server === undefined || server.pod.from === pod.from) return undefined;
  const { name = '' } = policy.metadata;
  const to = `Service ${call.service} (${call.variable}${server.port === undefined ? '' : `, port ${String(server.port)} of ${server.pod.from}`})`;
  if (cutBy(standing, { direction: 'Ingress', pod: server.pod, contact: { peer: pod, port: server.port, server: server.pod } }) === policy)
    return {
      code: 'CutOff',
      message: `NetworkPolicy ${name} cuts ${pod.from} off from ${to}: no policy of ${server.pod.from} lets it in`,
      hint: `let it in: a rule \`from\` the Pods of ${pod.from} in a policy for ${server.pod.from}`,
    };
  if (cutBy(standing, { direction: 'Egress', pod, contact: { peer: server.pod, port: server.port, server: server.pod } }) === policy)
    return {
      code: 'CutOff',
      message: `NetworkPolicy ${name} keeps ${pod.from} from ${to}: no policy of ${pod.from} lets it out to there`,
      hint: `let it out: a rule \`to\` the Pods of ${server.pod.from} in a policy for ${pod.from}`,
    };
  return undefined;
}

/** The Pods behind what is asked, and the port that they are asked at. */
function serverOf(
  { service, namespace, port }: Call,
  standing: Standing,
): { readonly pod: PodLike; readonly port: Json | undefined } | undefined {
  const spec = objectAt(standing.get('Service', namespace, service)?.['spec']);
  const selector = selectorOf({ matchLabels: objectAt(spec['selector']) });
  if (!selector.ok || selector.value.length === 0) return undefined;
  const pod = standing.templates.find((one) => one.namespace === namespace && matchesSelector(selector.value, one.labels));
  const ports = objects(spec['ports']);
  const asked = ports.find((one) => one['port'] === port) ?? (ports.length === 1 ? ports[0] : undefined);
  return pod === undefined ? undefined : { pod, port: asked?.['targetPort'] ?? asked?.['port'] };
}

interface Question {
  readonly direction: Direction;
  /** Whom the policies are for. */
  readonly pod: PodLike;
  readonly contact: Contact;
}

/** The first of the policies that together do not allow it; undefined: it is allowed. */
function cutBy(standing: Standing, { direction, pod, contact }: Question): KubeObject | undefined {
  const own = standing.all('networking.k8s.io/NetworkPolicy').filter((policy) => isFor(policy, pod) && concerns(policy, direction));
  const isAllowed = own.some((policy) =>
    objects(objectAt(policy['spec'])[RULES[direction]]).some((rule) => {
      const at = policy.metadata.namespace ?? '';
      return allowsPeer(rule[PEERS[direction]], { at, peer: contact.peer, standing }) && allowsPort(rule['ports'], contact);
    }),
  );
  return isAllowed ? undefined : own[0];
}

function isFor(policy: KubeObject, pod: PodLike): boolean {
  const selector = selectorOf(objectAt(objectAt(policy['spec'])['podSelector']));
  return policy.metadata.namespace === pod.namespace && selector.ok && matchesSelector(selector.value, pod.labels);
}

/** Without types a policy is about what comes in, and about what goes out where it has rules for that. */
function concerns(policy: KubeObject, direction: Direction): boolean {
  const { policyTypes, egress } = objectAt(policy['spec']);
  if (Array.isArray(policyTypes) && policyTypes.length > 0) return policyTypes.includes(direction);
  return direction === 'Ingress' || egress !== undefined;
}

interface Peering {
  /** Namespace of the policy. */
  readonly at: string;
  readonly peer: PodLike;
  readonly standing: Standing;
}

function allowsPeer(peers: Json | undefined, { at, peer, standing }: Peering): boolean {
  const all = objects(peers);
  return (
    all.length === 0 ||
    all.some(({ ipBlock, namespaceSelector, podSelector }) => {
      if (ipBlock !== undefined) return true;
      const namespaces = namespaceSelector === undefined ? undefined : selectorOf(namespaceSelector);
      const isPlace =
        namespaces === undefined
          ? peer.namespace === at
          : namespaces.ok && matchesSelector(namespaces.value, labelsOf(standing, peer.namespace));
      const pods = podSelector === undefined ? undefined : selectorOf(podSelector);
      return isPlace && (pods === undefined || (pods.ok && matchesSelector(pods.value, peer.labels)));
    })
  );
}

/** Every namespace has its name for a label. */
const labelsOf = (standing: Standing, namespace: string): Readonly<Record<string, string>> => ({
  'kubernetes.io/metadata.name': namespace,
  ...standing.get('Namespace', '', namespace)?.metadata.labels,
});

function allowsPort(ports: Json | undefined, { port, server }: Contact): boolean {
  const all = objects(ports);
  const declared = servingContainers(server.spec).flatMap(portsOf);
  const numberOf = (value: Json | undefined): number | undefined =>
    typeof value === 'number' ? value : declared.find(({ name }) => name === text(value))?.number;
  const asked = numberOf(port);
  // Where it is not known which port is meant, nothing is said.
  if (all.length === 0 || asked === undefined) return true;
  return all.some((one: JsonObject) => {
    const [first, last] = [numberOf(one['port']), one['endPort']];
    return (
      one['port'] === undefined || first === asked || (typeof last === 'number' && first !== undefined && first <= asked && asked <= last)
    );
  });
}
