/**
 * The kinds of `lockstep.dev/v1` as tables: fields, bounds, defaults, rules, meaning, printed columns.
 * In: nothing. Out: rows. Never: behaviour; what is made of the rows is in `schema/` and beside it.
 */
import { appKind } from './app.table.ts';
import { channelKind } from './channel.table.ts';
import { platformKind } from './platform.table.ts';
import { approvalKind, inventoryKind } from './records.table.ts';
import { sourceKind } from './source.table.ts';
import { targetClusterKind } from './target-cluster.table.ts';
import type { Kind } from './kind.ts';

export { appKind, approvalKind, channelKind, inventoryKind, platformKind, sourceKind, targetClusterKind };
export type { Kind };

export const kinds: readonly Kind[] = [sourceKind, appKind, inventoryKind, approvalKind, channelKind, platformKind, targetClusterKind];
