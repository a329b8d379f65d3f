/** Ports that several containers declare. Kubernetes: pkg/api/pod/warnings.go. */
import { type JsonObject, objects, text } from '../../object/index.ts';

interface Seen {
  readonly path: string;
  readonly ip: string;
  readonly host: number;
}

const hostPort = (port: JsonObject): number => (typeof port.hostPort === 'number' ? port.hostPort : 0);

function clash(own: Seen, other: Seen): string | undefined {
  if (own.ip === other.ip && own.host === other.host) return 'duplicate';
  if (own.host === 0 || other.host === 0) return 'overlapping';
  const oneIsOpen = (own.ip === '') !== (other.ip === '');
  return own.host === other.host && oneIsOpen ? 'dangerously ambiguous' : undefined;
}

/** Go's `%+v` of a container port. */
const goPort = (port: JsonObject): string =>
  `{Name:${text(port.name)} HostPort:${String(hostPort(port))} ContainerPort:${String(port.containerPort ?? 0)} Protocol:${text(port.protocol)} HostIP:${text(port.hostIP)}}`;

export function portWarnings(containers: readonly (readonly [JsonObject, string])[]): readonly string[] {
  const ports = containers.flatMap(([container, path]) =>
    objects(container.ports).map((port, index) => ({ port, path: `${path}.ports[${index}]` })),
  );
  return ports.length === 0 ? [] : [...definitionWarnings(ports), ...nameWarnings(ports)];
}

type Placed = readonly { readonly port: JsonObject; readonly path: string }[];

function definitionWarnings(ports: Placed): readonly string[] {
  const known = new Map<string, Seen[]>();
  return ports.flatMap(({ port, path }) => {
    const own: Seen = { path, ip: text(port.hostIP), host: hostPort(port) };
    const key = `${String(port.containerPort)}/${text(port.protocol)}`;
    const others = known.get(key) ?? [];
    known.set(key, [...others, own]);
    const alone = own.ip !== '' && own.host === 0 ? [`${path}: hostIP set without hostPort: ${goPort(port)}`] : [];
    const clashes = others.flatMap((other) => {
      const how = clash(own, other);
      return how === undefined ? [] : [`${path}: ${how} port definition with ${other.path}`];
    });
    return [...alone, ...clashes];
  });
}

function nameWarnings(ports: Placed): readonly string[] {
  const named = new Map<string, string>();
  return ports.flatMap(({ port, path }) => {
    const name = text(port.name);
    const other = named.get(name);
    if (name === '') return [];
    if (other === undefined) {
      named.set(name, path);
      return [];
    }
    const then = `services and probes that select ports by name will use ${other}`;
    return [`${path}: duplicate port name ${JSON.stringify(name)} with ${other}, ${then}`];
  });
}
