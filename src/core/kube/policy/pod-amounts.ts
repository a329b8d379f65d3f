/** What a Pod's containers ask for together. Kubernetes: component-helpers/resource PodRequests, PodLimits. */
import { type Json, type JsonObject, type KubeObject, objectAt, objects } from '../../object/index.ts';
import { compareQuantities, parseQuantity, type Quantity } from '../../object/quantity/index.ts';

export type Amounts = ReadonlyMap<string, Quantity>;
export type Side = 'requests' | 'limits';

export const ZERO: Quantity = { nanos: 0n, format: 'DecimalSI', text: '' };

export const plus = (a: Quantity, b: Quantity): Quantity => ({ ...(a.nanos === 0n ? b : a), nanos: a.nanos + b.nanos, text: '' });

export function amountsOf(list: Json | undefined): Amounts {
  const found = new Map<string, Quantity>();
  for (const [name, value] of Object.entries(objectAt(list))) {
    const parsed = parseQuantity(String(value));
    if (parsed.ok) found.set(name, parsed.value);
  }
  return found;
}

export const sideOf = (container: JsonObject, side: Side): Amounts => amountsOf(objectAt(container.resources)[side]);

function addAll(into: Map<string, Quantity>, more: Amounts): void {
  for (const [name, amount] of more) into.set(name, into.has(name) ? plus(into.get(name) ?? ZERO, amount) : amount);
}

function raiseAll(into: Map<string, Quantity>, more: Amounts): void {
  for (const [name, amount] of more) {
    const known = into.get(name);
    if (known === undefined || compareQuantities(amount, known) > 0) into.set(name, amount);
  }
}

/** Containers run together; init containers one after another, beside those that keep running. */
export function podAmounts(pod: KubeObject, side: Side): Map<string, Quantity> {
  const spec = objectAt(pod.spec);
  const sum = new Map<string, Quantity>();
  for (const container of objects(spec.containers)) addAll(sum, sideOf(container, side));
  const kept = new Map<string, Quantity>();
  const start = new Map<string, Quantity>();
  for (const container of objects(spec.initContainers)) {
    const own = sideOf(container, side);
    if (container.restartPolicy === 'Always') {
      addAll(sum, own);
      addAll(kept, own);
      raiseAll(start, kept);
    } else {
      const now = new Map(own);
      addAll(now, kept);
      raiseAll(start, now);
    }
  }
  raiseAll(sum, start);
  return sum;
}
