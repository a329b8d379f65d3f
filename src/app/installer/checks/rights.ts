/** What the controllers may do, asked of the API server itself by access reviews: of their ServiceAccount where it exists, else of whoever runs doctor. */
import { ACTING_RIGHTS, CLUSTER_RIGHTS, CONTROLLER, OWN_RIGHTS, type Right, SYSTEM_NAMESPACE } from '../../../api/install/index.ts';
import { isObject, type JsonObject } from '../../../core/object/index.ts';
import type { KubeClient } from '../../../ports/index.ts';
import { PLATFORMS, resourceOf } from '../resources.ts';
import { type CheckPorts, fail, type Finding, ok, warn } from './finding.ts';

const ACCOUNTS = resourceOf({ apiVersion: 'v1', kind: 'ServiceAccount' });

export async function checkRights({ kube }: CheckPorts): Promise<readonly Finding[]> {
  const account = await kube.get(ACCOUNTS, SYSTEM_NAMESPACE, CONTROLLER);
  const user = account.ok ? `system:serviceaccount:${SYSTEM_NAMESPACE}:${CONTROLLER}` : undefined;
  const everywhere = await missingOf(CLUSTER_RIGHTS, { kube, user, namespace: '' });
  const own = await missingOf(OWN_RIGHTS, { kube, user, namespace: SYSTEM_NAMESPACE });
  if (everywhere === undefined || own === undefined)
    return [warn('rights', 'access reviews are refused', 'Run doctor as somebody who may create SubjectAccessReviews.')];
  const missing = [...everywhere, ...own];
  return [verdict(missing, user), ...(await checkActing({ kube, user, namespace: '' }))];
}

function verdict(missing: readonly string[], user: string | undefined): Finding {
  const who = user ?? 'whoever runs this';
  return missing.length === 0
    ? ok('rights', `${who} may do everything that is needed`)
    : fail(
        'rights',
        `${who} may not ${missing.join('; ')}`,
        'Run "lockstep install" again: it grants exactly what is needed (docs/reference/rights.md).',
      );
}

/** Where the platform lets people sign in, the controllers must be able to act as them. */
async function checkActing(asking: Asking): Promise<readonly Finding[]> {
  const platform = await asking.kube.get(PLATFORMS, '', 'default');
  const spec = platform.ok && isObject(platform.value['spec']) ? platform.value['spec'] : {};
  const dashboard = isObject(spec['dashboard']) ? spec['dashboard'] : {};
  if (dashboard['oidc'] === undefined && dashboard['anonymous'] !== true) return [];
  const missing = await missingOf(ACTING_RIGHTS, asking);
  if (missing === undefined || missing.length === 0) return [];
  const message = 'the Platform lets people sign in to the dashboard, but the controllers may not act as them';
  return [fail('dashboard', message, 'lockstep install --people any grants it.')];
}

interface Asking {
  readonly kube: KubeClient;
  readonly user: string | undefined;
  readonly namespace: string;
}

/** Undefined: no answer. */
async function missingOf(rights: readonly Right[], asking: Asking): Promise<readonly string[] | undefined> {
  const missing: string[] = [];
  for (const { group, resource, verb, name } of rights.flatMap(singly)) {
    const [plural = '', subresource] = resource.split('/');
    const parts = { ...(subresource === undefined ? {} : { subresource }), ...(name === undefined ? {} : { name }) };
    const allowed = await isAllowed({ group, resource: plural, verb, namespace: asking.namespace, ...parts }, asking);
    if (allowed === undefined) return undefined;
    if (!allowed) missing.push(`${verb} ${resource}${group === '' ? '' : `.${group}`}${name === undefined ? '' : ` ${name}`}`);
  }
  return missing;
}

interface Single {
  readonly group: string;
  readonly resource: string;
  readonly verb: string;
  readonly name: string | undefined;
}

const singly = ({ groups, resources, verbs, names }: Right): readonly Single[] =>
  groups.flatMap((group) =>
    resources.flatMap((resource) => verbs.flatMap((verb) => (names ?? [undefined]).map((name) => ({ group, resource, verb, name })))),
  );

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
