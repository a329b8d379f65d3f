/** Replica counts by name. Source: api/internal/builtins/ReplicaCountTransformer.go. */
import type { FieldSpec } from '../config/fieldspec.ts';
import type { Replica } from '../config/types.ts';
import { KustomizeError } from '../problem.ts';
import { gvkText, isSelected } from '../resource/gvk.ts';
import { visitFields } from './fields.ts';
import type { Transformer } from './plugin.ts';
import { scalarSetter } from './setters.ts';

export const replicaTransformer = ({ name = '', count = 0 }: Replica, specs: readonly FieldSpec[]): Transformer => ({
  transform: (map) => {
    let found = false;
    for (const spec of specs) {
      for (const resource of map.resources) {
        if (resource.isEmpty || !resource.ids.some((id) => id.name === name && isSelected(id.gvk, spec))) continue;
        found = true;
        visitFields(resource, spec, { set: scalarSetter(String(count), '!!int'), create: { kind: 'scalar', tag: '!!int' } });
      }
    }
    if (found) return;
    throw new KustomizeError(
      `resource with name ${name} does not match a config with the following GVK [${specs.map(gvkText).join(' ')}]`,
      { field: 'replicas' },
    );
  },
});
