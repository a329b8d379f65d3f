/** What the controllers may do, asked of the API server itself by access reviews: of their ServiceAccount where it exists, else of whoever runs doctor. */
import { CLUSTER_RIGHTS, CONTROLLER, OWN_RIGHTS, type Right, SYSTEM_NAMESPACE } from '../../../api/install/index.ts';
import type { JsonObject } from '../../../core/object/index.ts';
import type { KubeClient } from '../../../ports/index.ts';
import { resourceOf } from '../resources.ts';
import { type CheckPorts, fail, type Finding, ok, warn } from './finding.ts';

const ACCOUNTS = resourceOf({ apiVersion: 'v1', kind: 'ServiceAccount' });

export async function checkRights({ kube }: CheckPorts): Promise<readonly Finding[]> {
  const account = await kube.get(ACCOUNTS, SYSTEM_NAMESPACE, CONTROLLER);
  const user = account.ok ? `system:serviceaccount:${SYSTEM_NAMESPACE}:${CONTROLLER}` : undefined;
  const missing: string[] = [];
  for (const [rights, namespace] of [
    [CLUSTER_RIGHTS, ''],
    [OWN_RIGHTS, SYSTEM_NAMESPACE],
  ] as const)
    for (const right of rights) {
      const asked = await missingOf(right, { kube, user, namespace });
      if (asked === undefined)
        return [warn('rights', 'access reviews are refused', 'Run doctor as somebody who may create SubjectAccessReviews.')];
      missing.push(...asked);
    }
  const who = user ?? 'whoever runs this';
  return missing.length === 0
    ? [ok('rights', `${who} may do everything that is needed`)]
    : [
        fail(
          'rights',
          `${who} may not ${missing.join('; ')}`,
          'Run "lockstep install" again: it grants exactly what is needed (docs/reference/rights.md).',
        ),
      ];
}

interface Asking {
  readonly kube: KubeClient;
  readonly user: string | undefined;
  readonly namespace: string;
}

/** Undefined: no answer. */
async function missingOf(right: Right, asking: Asking): Promise<readonly string[] | undefined> {
  const missing: string[] = [];
  for (const group of right.groups)
    for (const resource of right.resources)
      for (const verb of right.verbs) {
        const allowed = await isAllowed({ group, resource, verb, namespace: asking.namespace }, asking);
        if (allowed === undefined) return undefined;
        if (!allowed) missing.push(`${verb} ${resource}${group === '' ? '' : `.${group}`}`);
      }
  return missing;
}

async function isAllowed(resourceAttributes: JsonObject, { kube, user }: Asking): Promise<boolean | undefined> {
  const kind = user === undefined ? 'SelfSubjectAccessReview' : 'SubjectAccessReview';
  const review = {
    apiVersion: 'authorization.k8s.io/v1',
    kind,
    metadata: {},
    spec: { resourceAttributes, ...(user === undefined ? {} : { user }) },
  };
  const resource = { ...resourceOf(review), namespaced: false };
  const answer = await kube.create(resource, review);
  return answer.ok ? (answer.value['status'] as { readonly allowed?: boolean } | undefined)?.allowed === true : undefined;
}
