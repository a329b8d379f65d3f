/** Table answers, with the columns of custom types looked up. */
import { tableOf } from '../../core/kube/table/index.ts';
import type { Clock } from '../../ports/index.ts';
import type { Tables } from '../wire/present.ts';
import type { KindLogic } from './kind-logic.ts';

export const tablesOf = (clock: Clock, logic: KindLogic): Tables => ({
  table: (resource, objects, { meta, columns, include }) =>
    tableOf(resource, objects, { meta, columns, include, now: clock.now(), custom: logic.customType(resource)?.columns ?? [] }),
});
