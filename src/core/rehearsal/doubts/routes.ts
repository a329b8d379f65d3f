/** Ingresses and routes of the Gateway API whose Services, or ports of those, are not there. */
import { type Json, type JsonObject, type KubeObject, objectAt, objects, text } from '../../object/index.ts';
import type { Doubt, Rule } from './doubt.ts';
import type { Standing } from './standing.ts';

export const ingressRule: Rule = (ingress, standing) => {
  const spec = objectAt(ingress['spec']);
  const paths = objects(spec['rules']).flatMap((rule) => objects(objectAt(rule['http'])['paths']));
  const backends = [spec['defaultBackend'], ...paths.map(({ backend }) => backend)];
  return unique(
    backends.flatMap((backend) => {
      const service = objectAt(objectAt(backend)['service']);
      const port = objectAt(service['port']);
      const asked = port['name'] ?? port['number'];
      return (
        backendDoubt(standing, { from: ingress, namespace: ingress.metadata.namespace ?? '', name: text(service['name']), port: asked }) ??
        []
      );
    }),
  );
};

/** Gateway API: spec.rules[].backendRefs[], a Service unless it says otherwise, by number. */
export const gatewayRouteRule: Rule = (route, standing) => {
  const refs = objects(objectAt(route['spec'])['rules']).flatMap((rule) => objects(rule['backendRefs']));
  return unique(
    refs.flatMap((ref) => {
      if (text(ref['group']) !== '' || !['', 'Service'].includes(text(ref['kind']))) return [];
      const namespace = text(ref['namespace']) || (route.metadata.namespace ?? '');
      return backendDoubt(standing, { from: route, namespace, name: text(ref['name']), port: ref['port'] }) ?? [];
    }),
  );
};

interface Backend {
  readonly from: { readonly kind: string; readonly metadata: { readonly name?: string } };
  readonly namespace: string;
  readonly name: string;
  readonly port: Json | undefined;
}

function backendDoubt(standing: Standing, { from, namespace, name, port }: Backend): Doubt | undefined {
  if (name === '') return undefined;
  const what = `${from.kind} ${from.metadata.name ?? ''}`;
  const service = standing.get('Service', namespace, name);
  if (service === undefined)
    return {
      code: 'NoSuchBackend',
      message: `${what} leads to Service ${name}, which is not in namespace ${namespace}: requests get 503`,
      hint: 'correct the name, or deliver the Service',
    };
  const ports = objects(objectAt(service['spec'])['ports']);
  if (port === undefined || ports.some((one) => one['name'] === port || one['port'] === port)) return undefined;
  return {
    code: 'NoSuchBackend',
    message: `${what} leads to port ${String(port)} of Service ${name}, which has ${ports.map(nameOfPort).join(', ') || 'none'}`,
    hint: 'correct the port of the backend',
  };
}

const nameOfPort = (port: JsonObject): string => {
  const { name, port: number } = port;
  return typeof name === 'string' && name !== '' ? `${name} (${String(number)})` : String(number);
};

const unique = (doubts: readonly Doubt[]): readonly Doubt[] => [...new Map(doubts.map((one) => [one.message, one])).values()];

export const isRoute = (kind: string): boolean => /^gateway\.networking\.k8s\.io\/(?:HTTP|GRPC|TCP|TLS)Route$/.test(kind);

/** `class host path` of every path. */
function addressesOf(ingress: KubeObject): readonly string[] {
  const spec = objectAt(ingress['spec']);
  const by = text(spec['ingressClassName']) || (ingress.metadata.annotations?.['kubernetes.io/ingress.class'] ?? '');
  return objects(spec['rules']).flatMap((rule) =>
    objects(objectAt(rule['http'])['paths']).map(
      (path) => `${by} ${text(rule['host']) || '*'}${text(path['path']) || '/'} ${text(path['pathType'])}`,
    ),
  );
}

const isCanary = ({ metadata }: KubeObject): boolean =>
  Object.entries(metadata.annotations ?? {}).some(([key, value]) => key.endsWith('/canary') && value === 'true');

/** The first Ingress of every address, by namespace and name. */
function firstAddresses(standing: Standing): ReadonlyMap<string, KubeObject> {
  const all = standing.all('networking.k8s.io/Ingress').filter((ingress) => !isCanary(ingress));
  const inOrder = all.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)).toReversed();
  return new Map(inOrder.flatMap((ingress) => addressesOf(ingress).map((address) => [address, ingress] as const)));
}

const keyOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ''}/${metadata.name ?? ''}`;

export const sameAddressRule: Rule = (ingress, standing) => {
  if (isCanary(ingress)) return [];
  const first = standing.once(firstAddresses);
  const taken = addressesOf(ingress).find((address) => first.get(address) !== undefined && first.get(address) !== ingress);
  const other = first.get(taken ?? '');
  if (taken === undefined || other === undefined) return [];
  return [
    {
      code: 'SameAddress',
      message: `Ingress ${ingress.metadata.name ?? ''} is for ${taken.split(' ')[1] ?? ''}, and so is Ingress ${keyOf(other)}: which of them answers depends on the controller`,
      hint: 'remove one of the paths, or give it another host',
    },
  ];
};
