/** How other delivery tools mark what they own, and the command that hands it over (S9). */
import { type KubeObject, getKey } from '../../object/index.ts';

export interface ForeignTool {
  readonly name: string;
  readonly command: string;
}

/** The tool whose marks the live object carries; undefined when it looks hand-made. */
export function foreignTool(live: KubeObject): ForeignTool | undefined {
  const labels = live.metadata.labels ?? {};
  const annotations = live.metadata.annotations ?? {};
  const argo = getKey(annotations, 'argocd.argoproj.io/tracking-id') ?? getKey(labels, 'argocd.argoproj.io/instance');
  if (argo !== undefined) {
    const app = argo.split(':')[0] ?? argo;
    return { name: `Argo CD Application ${app}`, command: `kubectl -n argocd delete application ${app} --cascade=orphan` };
  }
  for (const [prefix, kind] of fluxKinds) {
    const name = getKey(labels, `${prefix}/name`);
    const namespace = getKey(labels, `${prefix}/namespace`) ?? 'flux-system';
    if (name !== undefined) {
      const resource = `${kind.toLowerCase()} ${name}`;
      const command = `kubectl -n ${namespace} patch ${resource} --type merge -p '{"spec":{"suspend":true}}' && kubectl -n ${namespace} delete ${resource}`;
      return { name: `Flux ${kind} ${namespace}/${name}`, command };
    }
  }
  const release = getKey(annotations, 'meta.helm.sh/release-name');
  if (release === undefined || getKey(labels, 'app.kubernetes.io/managed-by') !== 'Helm') return undefined;
  const namespace = getKey(annotations, 'meta.helm.sh/release-namespace') ?? 'default';
  return { name: `Helm release ${namespace}/${release}`, command: `kubectl -n ${namespace} delete secret -l owner=helm,name=${release}` };
}

/** Whether Helm made it for this very release, and no tool with controllers of its own uses Helm here. */
export function isOfRelease(live: KubeObject, release: { readonly name: string; readonly namespace: string } | undefined): boolean {
  const annotations = live.metadata.annotations ?? {};
  return (
    release !== undefined &&
    foreignTool(live)?.name === `Helm release ${release.namespace}/${release.name}` &&
    getKey(annotations, 'meta.helm.sh/release-name') === release.name
  );
}

const fluxKinds = [
  ['kustomize.toolkit.fluxcd.io', 'Kustomization'],
  ['helm.toolkit.fluxcd.io', 'HelmRelease'],
] as const;
