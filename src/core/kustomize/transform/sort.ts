/** The order of the output. Source: api/internal/builtins/SortOrderTransformer.go. */
import type { SortOptions } from '../config/types.ts';
import { byCodePoint } from '../node/json.ts';
import { KustomizeError } from '../problem.ts';
import { LEGACY_ORDER, type ResId, kindRanks, sameGvk, sortText } from '../resource/gvk.ts';
import type { ResMap } from '../resource/res-map.ts';

interface Sorted {
  readonly id: ResId;
  readonly rank: number;
  readonly gvkOrder: string;
  readonly idOrder: string;
}

function compare(left: Sorted, right: Sorted): number {
  if (left.rank !== right.rank) return left.rank - right.rank;
  if (sameGvk(left.id.gvk, right.id.gvk)) return byCodePoint(left.idOrder, right.idOrder);
  const coreNamespace =
    left.id.gvk.kind === 'Namespace' && right.id.gvk.kind === 'Namespace' && (left.id.gvk.group === '' || right.id.gvk.group === '');
  return coreNamespace ? byCodePoint(right.gvkOrder, left.gvkOrder) : byCodePoint(left.gvkOrder, right.gvkOrder);
}

/** Checks the options and sorts. */
export function sortResources(map: ResMap, { order = '', legacySortOptions }: SortOptions): void {
  if (order !== 'fifo' && order !== 'legacy') {
    throw new KustomizeError("the field 'sortOptions.order' must be one of [fifo, legacy]", { field: 'sortOptions.order' });
  }
  if (order === 'fifo') {
    if (legacySortOptions === undefined) return;
    throw new KustomizeError(`the field 'sortOptions.legacySortOptions' is set but the selected sort order is '${order}', not 'legacy'`, {
      field: 'sortOptions.legacySortOptions',
    });
  }
  const { orderFirst, orderLast } = legacySortOptions ?? { orderFirst: LEGACY_ORDER.first, orderLast: LEGACY_ORDER.last };
  const ranks = kindRanks(orderFirst ?? [], orderLast ?? []);
  const rows = map.resources.map((resource) => {
    const id = resource.curId;
    const { name, namespace, gvk } = id;
    const idOrder = `${gvk.text}|${namespace === '' ? '~X' : namespace}|${name === '' ? '~N' : name}`;
    return { resource, id, rank: ranks.get(gvk.kind) ?? 0, gvkOrder: sortText(gvk), idOrder };
  });
  map.replaceAll(rows.sort(compare).map((row) => row.resource));
}
