/**
 * Who owns a delivered object (S5). The proof is an annotation that names both the owning App and the object it stands on, so that a copy of an
 * object (with its annotations) is never mistaken for ours. Labels are for selection only.
 */
import { type KubeObject, type ObjectRef, getKey, gvkOf, record, refOf } from '../../object/index.ts';

export const ownerAnnotation = 'lockstep.dev/owner';
export const appLabel = 'lockstep.dev/app';
export const appNamespaceLabel = 'lockstep.dev/app-namespace';

/** An App across installations that share a cluster. */
export interface AppId {
  readonly installation: string;
  readonly namespace: string;
  readonly name: string;
}

/** `<namespace>/<name>`: the key of an App inside one installation. */
export const appKey = ({ namespace = '', name = '' }: { readonly namespace?: string; readonly name?: string }): string =>
  `${namespace}/${name}`;

/** Whether an object is an App of ours, by what it is called. */
export const isAppRef = ({ group, kind }: Pick<ObjectRef, 'group' | 'kind'>): boolean => group === 'lockstep.dev' && kind === 'App';

export const isApp = (object: KubeObject): boolean => isAppRef(gvkOf(object));

export const sameApp = (a: AppId, b: AppId): boolean =>
  a.name === b.name && a.namespace === b.namespace && a.installation === b.installation;

/** `<installation>/<ns>/<app>:<group>/<Kind>:<ns>/<name>` */
export function ownerText(app: AppId, ref: ObjectRef): string {
  return `${app.installation}/${app.namespace}/${app.name}:${ref.group}/${ref.kind}:${ref.namespace}/${ref.name}`;
}

/** The App an object's annotation proves as its owner; undefined when it has none, or when the annotation names another object. */
export function provenOwner(object: KubeObject): AppId | undefined {
  const text = getKey(object.metadata.annotations ?? {}, ownerAnnotation);
  if (text === undefined) return undefined;
  const colon = text.indexOf(':');
  const parts = text.slice(0, Math.max(colon, 0)).split('/');
  const [installation, namespace, name] = parts;
  if (parts.length !== 3 || !installation || !namespace || !name) return undefined;
  const app = { installation, namespace, name };
  return text === ownerText(app, refOf(object)) ? app : undefined;
}

/** The object with our owner annotation and selection labels. A label value is at most 63 characters; a longer App name keeps its head. */
export function stampOwner(object: KubeObject, app: AppId): KubeObject {
  const { metadata } = object;
  const annotations = record<string>([...Object.entries(metadata.annotations ?? {}), [ownerAnnotation, ownerText(app, refOf(object))]]);
  const labels = record<string>([
    ...Object.entries(metadata.labels ?? {}),
    [appLabel, labelValue(app.name)],
    [appNamespaceLabel, labelValue(app.namespace)],
  ]);
  return { ...object, metadata: { ...metadata, labels, annotations } };
}

/** A legal label value: at most 63 characters, ending in a letter or digit. */
export const labelValue = (text: string): string => text.slice(0, 63).replace(/[^A-Za-z0-9]+$/, '');
