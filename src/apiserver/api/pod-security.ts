/** Pod security admission: the namespace's labels decide what Pods may be. Kubernetes: plugin/pkg/admission/security/podsecurity. */
import { type JsonObject, objectAt } from '../../core/object/index.ts';
import { type Labels, namespaceVerdict, podVerdict, templateVerdict } from '../../core/kube/pod-security/index.ts';
import { invalid, refuse } from '../../core/kube/status/index.ts';
import { podSpecPaths } from '../../core/kube/strategy/index.ts';
import type { Store } from '../store/index.ts';
import { subjectOf } from './objects.ts';
import type { Checked } from './policies.ts';

/** Throws the refusal of a Pod that its namespace does not allow, or of labels nobody can read; collects warnings. */
export function checkPodSecurity(checked: Checked, store: Store): void {
  const { resource, subresource } = checked.target;
  if (resource.table === 'namespaces' && subresource === '') checkNamespace(checked, store);
  const path = podSpecPaths[resource.table];
  if (path === undefined) return;
  const { labels } = store.table('namespaces').entries.get(checked.target.namespace)?.graph.metadata ?? {};
  if (labels === undefined) return;
  if (resource.table === 'pods') checkPod(checked, labels);
  else if (subresource === '') {
    const template = path.slice(0, -1).reduce((at, step) => objectAt(at[step]), checked.object as JsonObject);
    checked.as.warnings?.push(...templateVerdict(labels, template).warnings);
  }
}

function checkPod({ target, object, live, as }: Checked, labels: Labels): void {
  if (target.subresource !== '' && target.subresource !== 'ephemeralcontainers' && target.subresource !== 'resize') return;
  const { forbidden, warnings } = podVerdict(labels, object, live);
  if (forbidden !== undefined) throw refuse.forbidden(subjectOf(target.resource), target.name, forbidden);
  as.warnings?.push(...warnings);
}

function checkNamespace({ target, object, live, as }: Checked, store: Store): void {
  const pods = () =>
    store
      .table('pods')
      .range(`${target.name}/`)
      .map((entry) => entry.graph);
  const { errors, warnings } = namespaceVerdict(object, live, pods);
  if (errors.length > 0) throw invalid(subjectOf(target.resource), target.name, errors);
  as.warnings?.push(...warnings);
}
