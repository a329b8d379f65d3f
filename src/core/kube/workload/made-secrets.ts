/**
 * Secrets that are made at run time by programs that are only simulated here: Jobs that make certificates, and the controllers of others. They are made
 * empty, say that they are simulated and by whom they would be made, and count as having every key (S23).
 */
import { type JsonObject, type KubeObject, objects, text, texts } from '../../object/index.ts';
import { accountOf } from '../admission/index.ts';
import type { Change, View } from '../controller/index.ts';
import { type RoleSource, rulesFor, serviceAccountName, verdictOf } from '../rbac/index.ts';
import { MAKERS } from './makers.table.ts';
import { specOf } from './shared.ts';

/** Says that a Secret is simulated, and who would make it: `Job/shop/certificates`. */
export const MADE_BY = 'lockstep.dev/simulated-by';

export const isMadeUp = (secret: KubeObject): boolean => secret.metadata.annotations?.[MADE_BY] !== undefined;

/** Secrets that a program which has just ended well was told to make, and may make. */
export function madeByEnded(pod: KubeObject, view: View): readonly Change[] {
  const { namespace = '', ownerReferences = [] } = pod.metadata;
  const owner = ownerReferences[0];
  const names = [...objects(specOf(pod).initContainers), ...objects(specOf(pod).containers)].flatMap(namesIn);
  if (owner === undefined || names.length === 0 || !mayCreate(pod, view)) return [];
  return [...new Set(names)].flatMap((name) => made(name, { namespace, by: `${owner.kind}/${namespace}/${owner.name}` }, view));
}

/** The Secret that a Pod waits for, if an object of another tool says that its controller makes it. */
export function madeByOthers(name: string, namespace: string, view: View): readonly Change[] {
  for (const [table, namesOf] of MAKERS)
    for (const object of view.list(table, namespace))
      if (namesOf(object).includes(name))
        return made(name, { namespace, by: `${object.kind}/${namespace}/${object.metadata.name ?? ''}` }, view);
  return [];
}

function made(name: string, { namespace, by }: { readonly namespace: string; readonly by: string }, view: View): readonly Change[] {
  if (view.get('secrets', namespace, name) !== undefined) return [];
  const annotations = { 'lockstep.dev/simulated': 'true', [MADE_BY]: by };
  return [
    {
      kind: 'create',
      table: 'secrets',
      object: { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace, annotations }, type: 'Opaque' },
    },
  ];
}

/** `--secret-name=x`, `--tls-secret x`. */
const FLAG = /(?:^|\s)--?[\w-]*secret[\w-]*[= ]["']?([a-z0-9](?:[-a-z0-9.]*[a-z0-9])?)(?=["'\s]|$)/g;
const KUBECTL = /\bcreate secret (?:generic|tls|docker-registry) ["']?([a-z0-9](?:[-a-z0-9.]*[a-z0-9])?)(?=["'\s]|$)/g;
const NAME = /^[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?$/;
/** Longer texts are scripts that say more than one can tell by looking. */
const MOST_CHARACTERS = 20_000;

function namesIn(container: JsonObject): readonly string[] {
  const words = [...texts(container.command), ...texts(container.args)].join(' ').slice(0, MOST_CHARACTERS);
  const variables = objects(container.env)
    .filter(({ name, value }) => /SECRET_?NAME/i.test(text(name)) && NAME.test(text(value)))
    .map(({ value }) => text(value));
  return [...[FLAG, KUBECTL].flatMap((pattern) => [...words.matchAll(pattern)].map(([, name = '']) => name)), ...variables];
}

function mayCreate(pod: KubeObject, view: View): boolean {
  const namespace = pod.metadata.namespace ?? '';
  const groups = ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'];
  const user = { name: serviceAccountName(namespace, accountOf(pod)), groups };
  const asked = { verb: 'create', group: '', resource: 'secrets', subresource: '', namespace, name: '' };
  return verdictOf([...rulesFor(user, namespace, rolesIn(view))], asked) === true;
}

const RBAC = 'rbac.authorization.k8s.io';

const rolesIn = (view: View): RoleSource => ({
  clusterRoleBindings: () => view.list(`clusterrolebindings.${RBAC}`, ''),
  roleBindings: (namespace) => view.list(`rolebindings.${RBAC}`, namespace),
  clusterRole: (name) => view.get(`clusterroles.${RBAC}`, '', name),
  role: (namespace, name) => view.get(`roles.${RBAC}`, namespace, name),
});
