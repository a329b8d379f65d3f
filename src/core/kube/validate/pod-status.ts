/** What a kubelet reports about a Pod. Kubernetes: ValidatePodStatusUpdate. */
import { parseAddress, unmapped } from '../../go/netip/index.ts';
import { isObject, type Json, type JsonObject, objectAt, objects, text } from '../../object/index.ts';
import { qualifiedNameProblems, subdomainProblems } from '../meta/index.ts';
import { fieldError } from '../status/index.ts';
import { type Errors, immutable, IP_HINT, problems } from './checks.ts';

const systemConditions = ['PodScheduled', 'Ready', 'Initialized'];
const NEGATIVE = 'must be a non-negative integer';

const count = (value: Json | undefined): number => (typeof value === 'number' ? value : 0);

const observedErrors = (of: JsonObject, field: string): Errors =>
  count(of.observedGeneration) < 0 ? [fieldError.invalid(`${field}.observedGeneration`, count(of.observedGeneration), NEGATIVE)] : [];

const conditionErrors = (condition: JsonObject, field: string): Errors => [
  ...observedErrors(condition, field),
  ...(systemConditions.includes(text(condition.type))
    ? []
    : problems(`${field}.Type`, text(condition.type), qualifiedNameProblems(text(condition.type)))),
];

/** What has ended stays so, unless it may be started again. */
function endedErrors(
  next: Json | undefined,
  live: Json | undefined,
  of: { readonly field: string; readonly again: Json | undefined },
): Errors {
  if (of.again === 'Always') return [];
  return objects(live).flatMap((before, index) => {
    const ended = objectAt(before.state).terminated;
    if (!isObject(ended) || (count(ended.exitCode) !== 0 && of.again === 'OnFailure')) return [];
    const now = objects(next).find(({ name }) => name === before.name);
    const runs = now !== undefined && !isObject(objectAt(now.state).terminated);
    return runs ? [fieldError.forbidden(`status.${of.field}[${index}].state`, 'may not be transitioned to non-terminated state')] : [];
  });
}

/** The addresses of a Pod or its node: real ones, at most one of each family. Those that were there before may stay. */
function addressErrors(
  next: Json | undefined,
  live: Json | undefined,
  { field, type }: { readonly field: string; readonly type: string },
): Errors {
  const known = new Set(objects(live).map(({ ip }) => text(ip)));
  const list = objects(next).map(({ ip }) => text(ip));
  const families = list.map((ip) => {
    const address = parseAddress(ip, 'sloppy');
    return address === undefined ? 0 : unmapped(address).family;
  });
  const dual = list.length === 2 && families.includes(4) && families.includes(6);
  const shown = `[]core.${type}{${list.map((ip) => `core.${type}{IP:${JSON.stringify(ip)}}`).join(', ')}}`;
  return [
    ...list.flatMap((ip, index) =>
      families[index] === 0 && !known.has(ip) ? [fieldError.invalid(`${field}[${index}]`, ip, IP_HINT)] : [],
    ),
    ...(list.length > 1 && !dual
      ? [fieldError.raw('Invalid', field, `Invalid value: ${shown}: may specify no more than one IP for each IP family`)]
      : []),
  ];
}

function hostErrors(status: JsonObject, live: JsonObject): Errors {
  const first = objects(status.hostIPs)[0];
  if (first === undefined) return [];
  const differs = text(first.ip) !== text(status.hostIP);
  return [
    ...(differs ? [fieldError.invalid('status.hostIPs[0].ip', text(first.ip), 'must be equal to `hostIP`')] : []),
    ...addressErrors(status.hostIPs, live.hostIPs, { field: 'status.hostIPs', type: 'HostIP' }),
  ];
}

export function podStatusErrors(status: JsonObject, live: JsonObject, spec: JsonObject): Errors {
  const nominated = text(status.nominatedNodeName);
  const again = spec.restartPolicy;
  const sidecars = new Set(
    objects(spec.initContainers)
      .filter(({ restartPolicy }) => restartPolicy === 'Always')
      .map(({ name }) => text(name)),
  );
  const firstOnes = objects(live.initContainerStatuses).filter(({ name }) => !sidecars.has(text(name)));
  return [
    ...objects(status.conditions).flatMap((condition, index) => conditionErrors(condition, `status.conditions[${index}]`)),
    ...(nominated === '' || nominated === live.nominatedNodeName
      ? []
      : problems('status.nominatedNodeName', nominated, subdomainProblems(nominated))),
    ...observedErrors(status, 'status'),
    ...immutable(status.qosClass ?? '', live.qosClass ?? '', 'status.qosClass'),
    ...endedErrors(status.containerStatuses, live.containerStatuses, { field: 'containerStatuses', again }),
    ...endedErrors(status.initContainerStatuses, firstOnes, { field: 'initContainerStatuses', again }),
    ...endedErrors(status.ephemeralContainerStatuses, live.ephemeralContainerStatuses, {
      field: 'ephemeralContainerStatuses',
      again: 'Never',
    }),
    ...addressErrors(status.podIPs, live.podIPs, { field: 'status.podIPs', type: 'PodIP' }),
    ...hostErrors(status, live),
  ];
}
