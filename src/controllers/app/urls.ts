/** Where an App can be reached, from what its objects say. */
import { type Json, type KubeObject, getKey, isObject } from '../../core/object/index.ts';

const most = 50;

const list = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? (value as readonly Json[]) : []);
const text = (value: Json | undefined, key: string): string => {
  const found = isObject(value) ? getKey(value, key) : undefined;
  return typeof found === 'string' ? found : '';
};
const part = (value: Json | undefined, key: string): Json | undefined => (isObject(value) ? getKey(value, key) : undefined);

/** URLs of Ingresses, HTTP routes and load balancers, sorted. */
export function urlsOf(objects: Iterable<KubeObject>): readonly string[] {
  const found = new Set<string>();
  for (const object of objects) for (const url of urlsOfOne(object)) found.add(url);
  return [...found].sort().slice(0, most);
}

function urlsOfOne(object: KubeObject): readonly string[] {
  const spec = object['spec'];
  if (object.kind === 'Ingress') return ingressUrls(spec);
  if (object.kind === 'HTTPRoute')
    return list(part(spec, 'hostnames')).flatMap((host) => (typeof host === 'string' ? [`https://${host}/`] : []));
  return object.kind === 'Service' && object.apiVersion === 'v1' && text(spec, 'type') === 'LoadBalancer' ? serviceUrls(object) : [];
}

function ingressUrls(spec: Json | undefined): readonly string[] {
  const secure = new Set(list(part(spec, 'tls')).flatMap((tls) => list(part(tls, 'hosts'))));
  return list(part(spec, 'rules')).flatMap((rule) => {
    const host = text(rule, 'host');
    if (host === '') return [];
    const paths = list(part(part(rule, 'http'), 'paths')).map((path) => text(path, 'path') || '/');
    return (paths.length === 0 ? ['/'] : paths).map((path) => `${secure.has(host) ? 'https' : 'http'}://${host}${path}`);
  });
}

function serviceUrls(object: KubeObject): readonly string[] {
  const addresses = list(part(part(object['status'], 'loadBalancer'), 'ingress')).map(
    (ingress) => text(ingress, 'hostname') || text(ingress, 'ip'),
  );
  const ports = list(part(object['spec'], 'ports')).map((port) => part(port, 'port'));
  return addresses
    .filter((address) => address !== '')
    .flatMap((address) => ports.map((port) => `${port === 443 ? 'https' : 'http'}://${address}:${String(port)}`));
}
