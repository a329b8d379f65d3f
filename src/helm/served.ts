/** Which kinds the cluster serves, asked once and again when an action made new ones. */
import type { Gvk } from '../core/object/index.ts';
import type { ApiResource, KubeClient } from '../ports/index.ts';
import { ActionError } from './problem.ts';

export class Served {
  readonly resources: readonly ApiResource[];

  constructor(resources: readonly ApiResource[]) {
    this.resources = resources.filter(({ resource }) => !resource.includes('/'));
  }

  /** Exactly this version. */
  find({ group, version, kind }: Gvk): ApiResource | undefined {
    return this.resources.find((one) => one.kind === kind && one.group === group && one.version === version);
  }

  /** As `.Capabilities.APIVersions` lists them: every version, and every kind in it (Helm 4: pkg/action/action.go GetVersionSet). */
  apiVersions(): readonly string[] {
    const found = new Set<string>();
    for (const { group, version, kind } of this.resources) {
      const groupVersion = group === '' ? version : `${group}/${version}`;
      found.add(groupVersion).add(`${groupVersion}/${kind}`);
    }
    return [...found].sort();
  }
}

/** @throws ActionError when the cluster does not answer */
export async function discover(kube: KubeClient, options: { readonly refresh?: boolean } = {}): Promise<Served> {
  const discovered = await kube.discover(options);
  if (!discovered.ok) throw new ActionError(`kubernetes cluster unreachable: ${discovered.error.message}`);
  return new Served(discovered.value.resources);
}
