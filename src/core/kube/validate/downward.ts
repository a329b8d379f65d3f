/** What a Pod may tell its containers about itself. Kubernetes: validateObjectFieldSelector, validateContainerResourceFieldSelector, ConvertDownwardAPIFieldLabel. */
import { type JsonObject, text } from '../../object/index.ts';
import { qualifiedNameProblems } from '../meta/index.ts';
import { fieldError } from '../status/index.ts';
import { type Errors, problems } from './checks.ts';

/** Fields that can be converted at all. */
const KNOWN: ReadonlySet<string> = new Set(
  'metadata.annotations metadata.labels metadata.name metadata.namespace metadata.uid spec.nodeName spec.restartPolicy spec.serviceAccountName spec.schedulerName status.phase status.hostIP status.hostIPs status.podIP status.podIPs spec.host'.split(
    ' ',
  ),
);

/** By sorted name, as the server lists them. */
const IN_VARIABLES =
  'metadata.name metadata.namespace metadata.uid spec.nodeName spec.serviceAccountName status.hostIP status.hostIPs status.podIP status.podIPs'.split(
    ' ',
  );
const IN_VOLUMES = 'metadata.annotations metadata.labels metadata.name metadata.namespace metadata.uid'.split(' ');

const AMOUNTS = 'limits.cpu limits.ephemeral-storage limits.memory requests.cpu requests.ephemeral-storage requests.memory'.split(' ');

/** `where` decides which fields there are: a volume follows labels and annotations as they change. */
export function fieldRefErrors(ref: JsonObject, path: string, where: 'variable' | 'volume'): Errors {
  const wanted = text(ref.fieldPath);
  const at = `${path}.fieldPath`;
  if (wanted === '') return [fieldError.required(at, '')];
  const [, map = '', key = ''] = /^(.+)\['(.+)'\]$/.exec(wanted) ?? [];
  if (map !== '') {
    if (map !== 'metadata.labels' && map !== 'metadata.annotations')
      return [fieldError.invalid(at, wanted, `error converting fieldPath: field label does not support subscript: ${wanted}`)];
    return problems(path, key, qualifiedNameProblems(map === 'metadata.annotations' ? key.toLowerCase() : key));
  }
  if (!KNOWN.has(wanted)) return [fieldError.invalid(at, wanted, `error converting fieldPath: field label not supported: ${wanted}`)];
  const allowed = where === 'variable' ? IN_VARIABLES : IN_VOLUMES;
  return wanted === 'spec.host' || allowed.includes(wanted) ? [] : [fieldError.notSupported(at, wanted, allowed)];
}

export function resourceRefErrors(ref: JsonObject, path: string, where: 'variable' | 'volume'): Errors {
  const amount = text(ref.resource);
  if (where === 'volume' && text(ref.containerName) === '') return [fieldError.required(`${path}.containerName`, '')];
  if (amount === '') return [fieldError.required(`${path}.resource`, '')];
  if (AMOUNTS.includes(amount) || /^(?:limits|requests)\.hugepages-/.test(amount)) return [];
  return [fieldError.notSupported(`${path}.resource`, amount, AMOUNTS)];
}
