/** What people write on objects to steer Lockstep, in our words and in those of the tools they come from. */
import { type KubeObject, getKey } from '../../object/index.ts';

export type PruneMark = 'disabled' | 'confirm' | 'allowed';
export type ApplyMark = 'merge' | 'ifNotPresent' | 'ignore';

const annotation = (object: KubeObject, key: string): string | undefined => getKey(object.metadata.annotations ?? {}, key);

/** Argo CD: comma-separated `Key=value` options in one annotation. */
function argoOption(object: KubeObject, key: string): string | undefined {
  const options = annotation(object, 'argocd.argoproj.io/sync-options');
  const found = options?.split(',').find((option) => option.trim().startsWith(`${key}=`));
  return found?.trim().slice(key.length + 1);
}

const flux = (object: KubeObject, key: string): string | undefined =>
  annotation(object, `kustomize.toolkit.fluxcd.io/${key}`)?.toLowerCase();

/** Whether Git's silence may delete the object. Helm's keep policy, Argo CD's and Flux's words mean the same. */
export function pruneMark(object: KubeObject): PruneMark | undefined {
  const own = annotation(object, 'lockstep.dev/prune');
  if (own === 'disabled' || own === 'confirm' || own === 'allowed') return own;
  if (annotation(object, 'helm.sh/resource-policy') === 'keep' || isPatchedBySealed(object)) return 'disabled';
  const argo = argoOption(object, 'Prune') ?? argoOption(object, 'Delete');
  if (argo === 'false') return 'disabled';
  if (argo === 'confirm') return 'confirm';
  return flux(object, 'prune') === 'disabled' ? 'disabled' : undefined;
}

/** How the object is applied; undefined: as always. */
export function applyMark(object: KubeObject): ApplyMark | undefined {
  const own = annotation(object, 'lockstep.dev/apply');
  if (own === 'merge' || own === 'ifNotPresent' || own === 'ignore') return own;
  const ssa = flux(object, 'ssa');
  if (ssa === 'merge') return 'merge';
  if (ssa === 'ifnotpresent') return 'ifNotPresent';
  return ssa === 'ignore' || flux(object, 'reconcile') === 'disabled' ? 'ignore' : undefined;
}

/** What the original controller of Sealed Secrets asks of an existing Secret before it touches it. */
const sealedMark = (object: KubeObject, name: string): boolean => annotation(object, `sealedsecrets.bitnami.com/${name}`) === 'true';

/** Whether unsealed values are only laid over what is there, so that it stays when they go. */
export const isPatchedBySealed = (live: KubeObject): boolean => sealedMark(live, 'patch') && !sealedMark(live, 'managed');

/** Whether an existing Secret may be taken over by a SealedSecret. */
export const takesSealed = (live: KubeObject): boolean => sealedMark(live, 'managed') || sealedMark(live, 'patch');

export const healDisabled = (object: KubeObject): boolean => annotation(object, 'lockstep.dev/heal') === 'disabled';

export const recreateAllowed = (object: KubeObject): boolean =>
  annotation(object, 'lockstep.dev/recreate') === 'allowed' ||
  argoOption(object, 'Force') === 'true' ||
  flux(object, 'force') === 'enabled';

export const moveAllowed = (object: KubeObject): boolean => annotation(object, 'lockstep.dev/move') === 'allowed';

export const isShared = (object: KubeObject): boolean => annotation(object, 'lockstep.dev/shared') === 'true';

/** The wave a person chose; undefined when they chose none or wrote something that is not an integer. */
export function explicitWave(object: KubeObject): number | undefined {
  const text = annotation(object, 'lockstep.dev/wave') ?? annotation(object, 'argocd.argoproj.io/sync-wave');
  return text !== undefined && /^[-+]?\d{1,6}$/.test(text.trim()) ? Number(text) : undefined;
}

/** `replaces: ns/old` on an App: the renamed App whose objects this one takes over (S4). */
export const replacedApp = (object: KubeObject): string | undefined => annotation(object, 'lockstep.dev/replaces');
