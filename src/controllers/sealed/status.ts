/** The status of a SealedSecret. Source: sealed-secrets pkg/controller/controller.go, updateSealedSecretStatus. */
import { isObject, type JsonObject, type KubeObject } from '../../core/object/index.ts';

interface Condition extends JsonObject {
  readonly type: string;
  readonly status: string;
  readonly lastUpdateTime: string;
  readonly lastTransitionTime: string;
  readonly message: string;
}

/** The next status, or undefined when it says that already. `error`: why it could not be unsealed; `now`: RFC 3339. */
export function nextSealedStatus(object: KubeObject, error: string | undefined, now: string): JsonObject | undefined {
  const old = isObject(object['status']) ? object['status'] : {};
  const conditions = (Array.isArray(old['conditions']) ? old['conditions'] : []) as readonly Condition[];
  const known = conditions.find(({ type }) => type === 'Synced');
  const status = error === undefined ? 'True' : 'False';
  const message = error ?? '';
  const generation = object.metadata.generation ?? 1;
  if (known?.status === status && (known.message ?? '') === message && old['observedGeneration'] === generation) return undefined;
  const lastTransitionTime = known?.status === status ? known.lastTransitionTime : now;
  const next: Condition = { type: 'Synced', status, lastUpdateTime: now, lastTransitionTime, message };
  return { observedGeneration: generation, conditions: [...conditions.filter(({ type }) => type !== 'Synced'), next] };
}
