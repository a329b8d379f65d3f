/** Each App as metrics: ready, suspended, drifted, its level, its revision. What kube-state-metrics is to Kubernetes, for Apps. */
import { LEVELS } from '../api/http/index.ts';
import type { Metrics } from '../ports/index.ts';
import type { AppIndex, IndexedApp } from './views/app-index.ts';

/** Keeps the gauges in step with the index from now on. */
export function measureApps(index: AppIndex, metrics: Metrics): void {
  const told = new Map<string, IndexedApp>();
  index.onChange((key) => {
    const now = index.get(key);
    const before = told.get(key);
    if (before !== undefined && before.row.revision !== now?.row.revision) metrics.forget('lockstep_app_info', infoLabels(before));
    if (now === undefined) {
      if (before !== undefined) forget(before, metrics);
      told.delete(key);
      return;
    }
    told.set(key, now);
    tell(now, metrics);
  });
}

const GAUGES = ['lockstep_app_ready', 'lockstep_app_suspended', 'lockstep_app_drifted_fields', 'lockstep_app_level'] as const;

const labelsOf = ({ row }: IndexedApp) => ({ namespace: row.namespace, app: row.name });
const infoLabels = (one: IndexedApp) => ({ ...labelsOf(one), revision: one.row.revision, environment: one.row.environment });

function tell(one: IndexedApp, metrics: Metrics): void {
  const labels = labelsOf(one);
  const { row, app } = one;
  const ready = app.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true;
  metrics.gauge('lockstep_app_ready', ready ? 1 : 0, labels);
  metrics.gauge('lockstep_app_suspended', row.suspended === undefined ? 0 : 1, labels);
  metrics.gauge('lockstep_app_drifted_fields', row.drifted, labels);
  // 0 is broken, 4 is fine: alerts compare with a number.
  metrics.gauge('lockstep_app_level', LEVELS.indexOf(row.level), labels);
  metrics.gauge('lockstep_app_info', 1, infoLabels(one));
}

function forget(one: IndexedApp, metrics: Metrics): void {
  for (const name of GAUGES) metrics.forget(name, labelsOf(one));
}
