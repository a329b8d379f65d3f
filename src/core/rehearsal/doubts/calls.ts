/** Whom Pods ask: addresses of Services in their variables, written there or taken from a ConfigMap. */
import { type Json, type JsonObject, objectAt, objects, text } from '../../object/index.ts';
import type { Rule } from './doubt.ts';
import { type PodLike, servingContainers, type Standing } from './standing.ts';

export interface Call {
  readonly variable: string;
  /** As it is written: `http://payments:8080`. */
  readonly address: string;
  readonly service: string;
  readonly namespace: string;
  /** Of the Service; absent where the address does not say. */
  readonly port?: number;
}

/** Longer values are documents, not addresses. */
const MOST_CHARACTERS = 400;
const ADDRESS = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(?:[^@/\s]*@)?([a-z0-9](?:[-a-z0-9.]*[a-z0-9])?)(?::(\d{1,5}))?(?:[/?].*)?$/;
const DEFAULT_PORTS: Readonly<Record<string, number>> = { http: 80, https: 443 };

export function callsOf(pod: PodLike, standing: Standing): readonly Call[] {
  const containers = [...servingContainers(pod.spec), ...objects(pod.spec['initContainers'])];
  const all = containers.flatMap((container) =>
    variablesOf(container, pod.namespace, standing).flatMap(([name, value]) =>
      value.split(/[\s,;]+/).flatMap((address) => callOf(name, address, pod.namespace, standing) ?? []),
    ),
  );
  return [...new Map(all.map((call) => [`${call.namespace}/${call.service}:${call.port ?? ''}`, call])).values()];
}

function variablesOf(container: JsonObject, namespace: string, standing: Standing): readonly (readonly [string, string])[] {
  const dataOf = (name: Json | undefined): JsonObject => objectAt(standing.get('ConfigMap', namespace, text(name))?.['data']);
  const all = [
    ...objects(container['envFrom']).flatMap(({ configMapRef, prefix }) =>
      Object.entries(dataOf(objectAt(configMapRef)['name'])).map(([key, value]) => [`${text(prefix)}${key}`, text(value)] as const),
    ),
    ...objects(container['env']).map(({ name, value, valueFrom }) => {
      const ref = objectAt(objectAt(valueFrom)['configMapKeyRef']);
      return [text(name), text(value) || text(dataOf(ref['name'])[text(ref['key'])])] as const;
    }),
  ];
  return all.filter(([, value]) => value !== '' && value.length <= MOST_CHARACTERS);
}

/** What has a scheme is an address; a name alone is one where a Service is called that. */
function callOf(variable: string, address: string, own: string, standing: Standing): Call | undefined {
  const [, scheme, host = '', written] = ADDRESS.exec(address) ?? [];
  const [service = '', second, third] = host.split('.');
  if (service === '' || service === 'localhost' || /^[\d.]+$/.test(host)) return undefined;
  const namespace = second ?? own;
  const isThere = standing.get('Service', namespace, service) !== undefined;
  const isOfCluster = third === 'svc' || (second === undefined && scheme !== undefined);
  if (!isThere && !isOfCluster) return undefined;
  const port = written === undefined ? DEFAULT_PORTS[scheme ?? ''] : Number(written);
  return {
    variable,
    address: `${scheme === undefined ? '' : `${scheme}://`}${host}${written === undefined ? '' : `:${written}`}`,
    service,
    namespace,
    ...(port === undefined ? {} : { port }),
  };
}

/** Of a workload with a Pod template. */
export const callRule: Rule = (workload, standing) =>
  standing.podsFrom(workload).flatMap((pod) =>
    callsOf(pod, standing).flatMap(({ variable, address, service, namespace, port }) => {
      const found = standing.get('Service', namespace, service);
      const what = `${pod.from} asks ${address} (${variable})`;
      if (found === undefined && !standing.lacks('Service', namespace, service)) return [];
      if (found === undefined) {
        const near = standing.nearest('Service', namespace, service);
        return {
          code: 'NoSuchBackend' as const,
          message: `${what}: there is no Service ${service} in namespace ${namespace}`,
          hint: near === undefined ? 'correct the address, or deliver the Service' : `there is Service ${near}: correct the address`,
        };
      }
      const { type, ports: declared } = objectAt(found['spec']);
      const ports = objects(declared).map((one) => one['port']);
      // Without an address of its own a Service has no ports: its Pods are asked.
      const isDirect = type === 'ExternalName' || objectAt(found['spec'])['clusterIP'] === 'None';
      if (port === undefined || isDirect || ports.length === 0 || ports.includes(port)) return [];
      return {
        code: 'NoSuchPort' as const,
        message: `${what}: Service ${service} has no port ${port}, it has ${ports.map(String).join(', ')}`,
        hint: 'correct the port in the address',
      };
    }),
  );
