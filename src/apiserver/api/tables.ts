/** Table answers for people: the columns of each kind. */
import type { Json, JsonObject, KubeObject } from '../../core/object/index.ts';
import { humanDuration, parseTime } from '../../core/kube/time/index.ts';
import type { Clock } from '../../ports/index.ts';
import type { Tables } from '../wire/present.ts';

const column = (name: string, type: string, format: string): JsonObject => ({ name, type, format, description: '', priority: 0 });

export function plainTables(clock: Clock): Tables {
  return {
    table: (_resource, objects, { meta, columns, include }) => ({
      kind: 'Table',
      apiVersion: 'meta.k8s.io/v1',
      metadata: meta,
      columnDefinitions: columns ? [column('Name', 'string', 'name'), column('Age', 'string', '')] : null,
      rows: objects.map((object) => row(object, clock.now(), include)),
    }),
  };
}

function row(object: KubeObject, now: number, include: string): Json {
  const created = parseTime(object.metadata.creationTimestamp ?? '');
  const cells = [object.metadata.name ?? '', created === undefined ? '<unknown>' : humanDuration(now - created)];
  if (include === 'None') return { cells };
  const partial = { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata };
  return { cells, object: include === 'Object' ? object : partial };
}
