/** Ingresses and routes of the Gateway API whose Services, or ports of those, are not there. */
import { type Json, type JsonObject, objectAt, objects, text } from '../../object/index.ts';
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
