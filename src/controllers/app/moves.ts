/** S4: changing the target would leave the old objects behind; it is refused unless the App says that it means it. */
import type { App } from '../../api/index.ts';
import { formatRef, refOf } from '../../core/object/index.ts';
import type { InventoryEntry, Reason, WantedObject } from '../../core/plan/index.ts';

/** Objects of the same group, kind and name that were delivered to another namespace and are wanted in this one. */
export function movedObjects(app: App, wanted: readonly WantedObject[], inventory: readonly InventoryEntry[]): Reason | undefined {
  const there = new Set(wanted.map(({ object }) => nameless(refOf(object)) + refOf(object).namespace));
  const names = new Map(wanted.map(({ object }) => [nameless(refOf(object)), refOf(object)]));
  const owned = new Set(inventory.map((entry) => nameless(entry) + entry.namespace));
  const moved = inventory.filter((entry) => {
    const to = names.get(nameless(entry));
    return (
      entry.namespace !== '' && to !== undefined && !there.has(nameless(entry) + entry.namespace) && !owned.has(nameless(to) + to.namespace)
    );
  });
  const namespaced = inventory.filter(({ namespace }) => namespace !== '');
  const [first] = moved;
  if (first === undefined || moved.length < namespaced.length) return undefined;
  const to = names.get(nameless(first))?.namespace ?? '';
  return {
    rule: 'S4',
    code: 'MoveRefused',
    message: `the target changed from namespace ${first.namespace} to ${to}: ${moved.length} objects, ${formatRef(first)} first, would be left behind or deleted`,
    hint: `annotate App ${app.metadata.namespace}/${app.metadata.name} with lockstep.dev/move: allowed`,
  };
}

const nameless = ({ group, kind, name }: { readonly group: string; readonly kind: string; readonly name: string }): string =>
  `${group}/${kind}/${name}/`;
