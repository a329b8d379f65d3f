/** Probes of ports that nobody has, budgets that let no Pod go, autoscalers of nothing. */
import { type Json, type JsonObject, objectAt, objects, parseApiVersion, text } from '../../object/index.ts';
import { matchesSelector, selectorOf } from '../../object/selector/index.ts';
import type { Doubt, Rule } from './doubt.ts';
import { selectsNothing } from './services.ts';
import { namePorts, type PodLike, portsOf, servingContainers } from './standing.ts';

const PROBES = ['startupProbe', 'readinessProbe', 'livenessProbe'] as const;

/** Of a workload with a Pod template. */
export const probeRule: Rule = (workload, standing) => {
  const what = `${workload.kind} ${workload.metadata.name ?? ''}`;
  return standing
    .podsFrom(workload)
    .flatMap(({ spec }) =>
      servingContainers(spec).flatMap((container) => PROBES.flatMap((probe) => probeDoubt(what, container, probe) ?? [])),
    );
};

function probeDoubt(what: string, container: JsonObject, probe: (typeof PROBES)[number]): Doubt | undefined {
  const check = objectAt(container[probe]);
  const port = objectAt(check['httpGet'])['port'] ?? objectAt(check['tcpSocket'])['port'] ?? objectAt(check['grpc'])['port'];
  const declared = portsOf(container);
  if (port === undefined || isDeclared(port, declared)) return undefined;
  const named = typeof port === 'string' && !/^\d+$/.test(port);
  if (!named && declared.length === 0) return undefined;
  const has = declared.length === 0 ? 'it names none' : `it has ${namePorts(declared)}`;
  return {
    code: 'NoSuchPort',
    message: `${what}: ${probe} of container ${text(container['name'])} asks port ${String(port)}, which the container does not ${named ? 'name' : 'declare'}; ${has}${named ? ': the kubelet cannot ask it' : ''}`,
    hint: 'correct the port of the probe, or declare it in the container',
  };
}

const isDeclared = (port: Json, declared: ReturnType<typeof portsOf>): boolean =>
  declared.some(({ name, number }) => name === port || number === Number(port));

/** A share counts whole Pods, rounded up. Kubernetes: pkg/controller/disruption. */
const countOf = (value: Json | undefined, of: number): number | undefined =>
  typeof value === 'number'
    ? value
    : typeof value === 'string' && /^\d+%$/.test(value)
      ? Math.ceil((of * Number(value.slice(0, -1))) / 100)
      : undefined;

export const budgetRule: Rule = (budget, standing) => {
  const { namespace = '', name = '' } = budget.metadata;
  const spec = objectAt(budget['spec']);
  const selector = selectorOf(spec['selector']);
  if (!selector.ok) return [];
  // Pods that run are in their templates already.
  const pods = standing.templates.filter((pod) => pod.namespace === namespace && matchesSelector(selector.value, pod.labels));
  if (pods.length === 0) return selectsNothing(`PodDisruptionBudget ${name}`, { namespace, selector: selector.value, standing });
  const all = pods.reduce((sum, { count }) => sum + count, 0);
  const [least, most] = [countOf(spec['minAvailable'], all), countOf(spec['maxUnavailable'], all)];
  const allows = (least === undefined || least < all) && (most === undefined || most > 0);
  if (all === 0 || allows) return [];
  const said = most === undefined ? `minAvailable ${String(spec['minAvailable'])}` : `maxUnavailable ${String(spec['maxUnavailable'])}`;
  return [
    {
      code: 'NothingMayGo',
      message: `PodDisruptionBudget ${name} (${said}) lets none of the ${all} Pods of ${pods[0]?.from ?? ''} be evicted: draining a node waits for ever`,
      hint: 'run one replica more than minAvailable asks for, or allow one to be unavailable',
    },
  ];
};

export const autoscalerRule: Rule = (scaler, standing) => {
  const { namespace = '', name = '' } = scaler.metadata;
  const spec = objectAt(scaler['spec']);
  const target = objectAt(spec['scaleTargetRef']);
  const { group } = parseApiVersion(text(target['apiVersion']));
  const kind = text(target['kind']);
  // Other groups bring scale subresources of their own.
  if (group !== 'apps') return [];
  const scaled = standing.get(`${group}/${kind}`, namespace, text(target['name']));
  if (scaled !== undefined) return standing.podsFrom(scaled).flatMap((pod) => measureDoubts(`HorizontalPodAutoscaler ${name}`, spec, pod));
  return [
    {
      code: 'NoSuchTarget',
      message: `HorizontalPodAutoscaler ${name} scales ${kind} ${text(target['name'])}, which is not in namespace ${namespace}`,
      hint: 'correct scaleTargetRef, or deliver what it names',
    },
  ];
};

/** A share is of what containers request; a limit without a request counts as one. Kubernetes: pkg/controller/podautoscaler, calculatePodRequests. */
function measureDoubts(what: string, spec: JsonObject, { from, spec: pod }: PodLike): readonly Doubt[] {
  const wanted = objects(spec['metrics']).flatMap(({ resource }) => {
    const measured = objectAt(resource);
    return objectAt(measured['target'])['type'] === 'Utilization' ? [text(measured['name'])] : [];
  });
  const shares = spec['targetCPUUtilizationPercentage'] === undefined ? wanted : [...wanted, 'cpu'];
  return shares.flatMap((name) => {
    const without = servingContainers(pod).filter((container) => {
      const { requests, limits } = objectAt(container['resources']);
      return (objectAt(requests)[name] ?? objectAt(limits)[name]) === undefined;
    });
    if (without.length === 0) return [];
    return {
      code: 'CannotMeasure' as const,
      message: `${what} scales ${from} by its share of ${name}, and container ${text(without[0]?.['name'])} requests none: nothing can be measured`,
      hint: `give every container of ${from} a request of ${name}`,
    };
  });
}

export const templated = (kind: string): boolean =>
  ['apps/Deployment', 'apps/StatefulSet', 'apps/DaemonSet', 'batch/Job', 'batch/CronJob'].includes(kind);
