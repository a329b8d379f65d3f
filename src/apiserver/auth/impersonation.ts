/** Acting as somebody else. Kubernetes: apiserver pkg/endpoints/filters/impersonation.go. */
import { type Attributes, forbiddenText } from '../../core/kube/rbac/index.ts';
import { refuse } from '../../core/kube/status/index.ts';
import type { User } from '../api/request.ts';

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

const listOf = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === 'string' ? [value] : value;

const EXTRA = 'impersonate-extra-';

const serviceAccount = /^system:serviceaccount:([^:]+):([^:]+)$/;

/** What the caller must be allowed, one attribute set for each impersonated part. */
function needed(wanted: User): readonly Attributes[] {
  const base = { verb: 'impersonate', group: '', subresource: '', namespace: '' };
  const account = serviceAccount.exec(wanted.name);
  const user =
    account === null
      ? { ...base, resource: 'users', name: wanted.name }
      : { ...base, resource: 'serviceaccounts', namespace: account[1] as string, name: account[2] as string };
  const groups = wanted.groups.map((name) => ({ ...base, resource: 'groups', name }));
  const uid = wanted.uid === undefined ? [] : [{ ...base, group: 'authentication.k8s.io', resource: 'uids', name: wanted.uid }];
  const extra = Object.entries(wanted.extra ?? {}).flatMap(([key, values]) =>
    values.map((name) => ({ ...base, group: 'authentication.k8s.io', resource: 'userextras', subresource: key, name })),
  );
  return [user, ...groups, ...uid, ...extra];
}

function withImpliedGroups(wanted: User): User {
  if (wanted.name === 'system:anonymous')
    return { ...wanted, groups: wanted.groups.length === 0 ? ['system:unauthenticated'] : wanted.groups };
  const account = serviceAccount.exec(wanted.name);
  const own =
    account !== null && wanted.groups.length === 0 ? ['system:serviceaccounts', `system:serviceaccounts:${account[1]}`] : wanted.groups;
  return { ...wanted, groups: own.includes('system:authenticated') ? own : [...own, 'system:authenticated'] };
}

/** The user a request acts as: the caller, or whom its headers name if the caller may. */
export function actingUser(caller: User, headers: Headers, allowed: (user: User, attributes: Attributes) => boolean): User {
  const name = listOf(headers['impersonate-user'])[0] ?? '';
  const groups = listOf(headers['impersonate-group']);
  const uid = listOf(headers['impersonate-uid'])[0];
  const extraNames = Object.keys(headers).filter((header) => header.startsWith(EXTRA));
  if (name === '' && groups.length === 0 && uid === undefined && extraNames.length === 0) return caller;
  if (name === '') {
    throw refuse.internal('requested [{Group    system:unauthenticated  }] without impersonating a user');
  }
  const extra = Object.fromEntries(extraNames.map((header) => [decodeURIComponent(header.slice(EXTRA.length)), listOf(headers[header])]));
  const wanted: User = { name, groups, ...(uid === undefined ? {} : { uid }), ...(extraNames.length === 0 ? {} : { extra }) };
  for (const attributes of needed(wanted)) {
    if (allowed(caller, attributes)) continue;
    const subject = { group: attributes.group, plural: attributes.resource, kind: attributes.resource };
    throw refuse.forbidden(subject, attributes.name, forbiddenText(caller, attributes));
  }
  return withImpliedGroups(wanted);
}
