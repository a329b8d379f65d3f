/** Bookkeeping controllers: quota usage, aggregated roles. Kubernetes: pkg/controller/{resourcequota,clusterroleaggregation}. */
import { type KubeObject, objectAt, objects } from '../../object/index.ts';
import { matchesSelector, selectorOf } from '../../object/selector/index.ts';
import { type Controller, nothing, type ObjectKey, type View } from '../controller/index.ts';
import { sameJson } from '../json/index.ts';
import { quotaUsage } from '../policy/index.ts';
import { aggregated } from '../rbac/index.ts';
import { specOf } from './shared.ts';

const QUOTAS = 'resourcequotas';
const ROLES = 'clusterroles.rbac.authorization.k8s.io';

const quotasOf = (changed: KubeObject, view: View): readonly ObjectKey[] =>
  view
    .list(QUOTAS, changed.metadata.namespace ?? '')
    .map((quota) => ({ namespace: quota.metadata.namespace ?? '', name: quota.metadata.name ?? '' }));

export const quotaController: Controller = {
  name: 'resourcequota-controller',
  table: QUOTAS,
  related: { pods: quotasOf, configmaps: quotasOf, secrets: quotasOf, services: quotasOf, persistentvolumeclaims: quotasOf },
  reconcile: (quota, view) => {
    const used = quotaUsage(quota, (table) => view.list(table, quota.metadata.namespace ?? ''));
    const status = { hard: objectAt(specOf(quota).hard), used };
    return sameJson(status, quota.status) ? nothing : { changes: [{ kind: 'status', table: QUOTAS, object: { ...quota, status } }] };
  },
};

/** A role with an aggregation rule has the rules of all roles it selects. */
export const aggregationController: Controller = {
  name: 'clusterrole-aggregation-controller',
  table: ROLES,
  related: {
    [ROLES]: (_changed, view) =>
      view
        .list(ROLES, '')
        .filter((role) => role.aggregationRule !== undefined)
        .map((role) => ({ namespace: '', name: role.metadata.name ?? '' })),
  },
  reconcile: (role, view) => {
    const selectors = objects(objectAt(role.aggregationRule).clusterRoleSelectors);
    if (selectors.length === 0) return nothing;
    const chosen = view.list(ROLES, '').filter(
      (candidate) =>
        candidate.metadata.name !== role.metadata.name &&
        selectors.some((selector) => {
          const parsed = selectorOf(selector);
          return parsed.ok && matchesSelector(parsed.value, candidate.metadata.labels);
        }),
    );
    const rules = aggregated(chosen);
    return sameJson(rules, role.rules) ? nothing : { changes: [{ kind: 'update', table: ROLES, object: { ...role, rules } }] };
  },
};
