/** What is wrong with an object now, as news: for receivers that forget alerts which are not repeated. Read from its status alone, so a restart loses nothing. */
import { type Condition, getCondition, severityOf } from '../../api/index.ts';
import { digestOf } from '../../core/plan/digest/index.ts';
import type { KubeObject } from '../../core/object/index.ts';
import type { News } from '../../ports/index.ts';
import { isRoutine } from '../events/news.ts';

type Made = Omit<News, 'installation' | 'repository' | 'link'>;

export function troubleOf(object: KubeObject): readonly Made[] {
  const status = object['status'] as
    { readonly conditions?: readonly Condition[]; readonly health?: { readonly state?: string } } | undefined;
  const { name = '', namespace = '', uid = '' } = object.metadata;
  const made = (type: string, condition: Condition | undefined, message = condition?.message ?? ''): Made => ({
    id: digestOf([uid, type, message]).slice(7, 39),
    at: Date.parse(condition?.lastTransitionTime ?? '') || 0,
    kind: object.kind,
    namespace,
    name,
    uid,
    type,
    severity: severityOf(type, true),
    message,
  });
  const ready = getCondition(status?.conditions, 'Ready');
  const drifted = getCondition(status?.conditions, 'Drifted');
  const healthy = getCondition(status?.conditions, 'Healthy');
  return [
    ...(ready?.status === 'False' && !isRoutine(ready.reason) ? [made(ready.reason, ready)] : []),
    ...(drifted?.status === 'True' ? [made('DriftDetected', drifted)] : []),
    ...(status?.health?.state === 'Degraded' || status?.health?.state === 'Missing' ? [made('HealthChanged', healthy)] : []),
  ];
}
