/** Bindings of roles that are not there, and for accounts that are not there: the API server takes both. */
import { objectAt, objects, text } from '../../object/index.ts';
import type { Doubt, Rule } from './doubt.ts';

const RBAC = 'rbac.authorization.k8s.io';

/** Roles that every cluster makes for itself. Kubernetes: plugin/pkg/auth/authorizer/rbac/bootstrappolicy. */
const isOfCluster = (kind: string, name: string): boolean =>
  name.startsWith('system:') ||
  (kind === 'Role' ? name === 'extension-apiserver-authentication-reader' : ['cluster-admin', 'admin', 'edit', 'view'].includes(name));

export const bindingRule: Rule = (binding, standing) => {
  const { namespace = '', name = '' } = binding.metadata;
  const what = `${binding.kind} ${name}`;
  const role = objectAt(binding['roleRef']);
  const [kind, wanted] = [text(role['kind']), text(role['name'])];
  const found = standing.get(`${RBAC}/${kind}`, kind === 'Role' ? namespace : '', wanted);
  const doubts: Doubt[] = [];
  if (found === undefined && !isOfCluster(kind, wanted))
    doubts.push({
      code: 'NoSuchRole',
      message: `${what} gives ${kind} ${wanted}, which is not there: it gives nothing`,
      hint: `correct roleRef, or deliver the ${kind}`,
    });
  for (const subject of objects(binding['subjects'])) {
    if (subject['kind'] !== 'ServiceAccount') continue;
    const at = text(subject['namespace']) || namespace;
    const account = text(subject['name']);
    // Every namespace gets one of this name.
    if (account === 'default' || !standing.lacks('ServiceAccount', at, account)) continue;
    doubts.push({
      code: 'NoSuchSubject',
      message: `${what} is for ServiceAccount ${at}/${account}, which is not there`,
      hint: 'correct the subject, or deliver the ServiceAccount',
    });
  }
  return doubts;
};
