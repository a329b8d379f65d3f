/** What Pods ask for and nobody has, or that is a slip of the pen: pull secrets, amounts, the Service of a StatefulSet. */
import { parseQuantity } from '../../object/quantity/index.ts';
import { type Json, type JsonObject, objectAt, objects, text } from '../../object/index.ts';
import type { Doubt, Rule } from './doubt.ts';
import { servingContainers } from './standing.ts';

/** More than a machine that can be rented has, in CPUs. */
const MOST_CPUS = 448;
/** Less than any container starts with: runc refuses limits of memory below 6 MB. */
const LEAST_MEMORY = 6 * 1024 * 1024;

export const pullSecretRule: Rule = (workload, standing) =>
  standing.podsFrom(workload).flatMap(({ namespace, spec, from }) =>
    objects(spec['imagePullSecrets'])
      .map(({ name }) => text(name))
      .filter((name) => name !== '' && standing.get('Secret', namespace, name) === undefined)
      .map((name) => ({
        code: 'NoSuchTarget' as const,
        message: `${from} pulls its images with Secret ${name}, which is not in namespace ${namespace}: what is private cannot be pulled`,
        hint: 'correct imagePullSecrets, or deliver the Secret',
      })),
  );

export const amountRule: Rule = (workload, standing) =>
  standing
    .podsFrom(workload)
    .flatMap(({ from, spec }) =>
      servingContainers(spec).flatMap((container) =>
        amountDoubts(container).map((doubt) => ({ ...doubt, message: `${from}: ${doubt.message}` })),
      ),
    );

function amountDoubts(container: JsonObject): readonly Doubt[] {
  const { requests, limits } = objectAt(container['resources']);
  const [cpu, memory] = [objectAt(requests)['cpu'] ?? objectAt(limits)['cpu'], objectAt(limits)['memory']];
  const name = text(container['name']);
  const [cpus, bytes] = [amountOf(cpu), amountOf(memory)];
  return [
    ...(cpus !== undefined && cpus > MOST_CPUS
      ? [
          {
            code: 'UnlikelyAmount' as const,
            message: `container ${name} asks for ${String(cpu)} CPUs, which no machine has`,
            hint: `write ${String(cpu)}m if thousandths are meant`,
          },
        ]
      : []),
    ...(bytes !== undefined && bytes > 0 && bytes < LEAST_MEMORY
      ? [
          {
            code: 'UnlikelyAmount' as const,
            message: `container ${name} may use ${String(memory)} bytes of memory, with which no container starts`,
            hint: `write ${String(Number.parseInt(String(memory), 10))}Mi if megabytes are meant`,
          },
        ]
      : []),
  ];
}

function amountOf(value: Json | undefined): number | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const parsed = parseQuantity(String(value));
  return parsed.ok ? Number(parsed.value.nanos) / 1e9 : undefined;
}

/** Its Pods have names of their own only below that Service. */
export const statefulSetRule: Rule = (workload, standing) => {
  const { namespace = '', name = '' } = workload.metadata;
  const service = text(objectAt(workload['spec'])['serviceName']);
  if (workload.kind !== 'StatefulSet' || service === '' || standing.get('Service', namespace, service) !== undefined) return [];
  return [
    {
      code: 'NoSuchBackend',
      message: `StatefulSet ${name} is of Service ${service}, which is not in namespace ${namespace}: its Pods cannot be found by name`,
      hint: 'correct serviceName, or deliver the Service',
    },
  ];
};
