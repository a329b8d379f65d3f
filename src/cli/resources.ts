/** Finding served types by the names people type, and the paths of the API. */
import type { ApiResource, KubeClient } from '../ports/index.ts';
import { CommandError } from './errors.ts';

/**
 * `deploy`, `deployments`, `Deployment`, `deployments.apps`, `app`. A name that fits several groups means ours first, then the core group,
 * then discovery order, as kubectl does for all but ours.
 * @throws CommandError when nothing fits.
 */
export async function findResource(kube: KubeClient, name: string): Promise<ApiResource> {
  const fitting = fits(await served(kube, 'cached'), name);
  const found = fitting ?? fits(await served(kube, 'fresh'), name);
  if (found !== undefined) return found;
  throw new CommandError(`the server has no resource type "${name}"`, 'List the types with: lockstep get --types');
}

export async function served(kube: KubeClient, freshness: 'cached' | 'fresh'): Promise<readonly ApiResource[]> {
  const discovery = await kube.discover({ refresh: freshness === 'fresh' });
  if (!discovery.ok) throw new CommandError(`cannot read the server's types: ${discovery.error.message}`);
  return discovery.value.resources;
}

function fits(resources: readonly ApiResource[], name: string): ApiResource | undefined {
  const [first = '', ...rest] = name.split('.');
  const word = first.toLowerCase();
  const group = rest.join('.');
  const matching = resources.filter(
    (resource) =>
      !resource.resource.includes('/') &&
      (rest.length === 0 || resource.group === group || `${resource.version}.${resource.group}` === group) &&
      (resource.resource === word ||
        resource.singular === word ||
        resource.kind.toLowerCase() === word ||
        (resource.shortNames ?? []).includes(word)),
  );
  return (
    matching.find((resource) => resource.group === 'lockstep.dev') ?? matching.find((resource) => resource.group === '') ?? matching[0]
  );
}

/** The collection's path, or one object's. */
export function apiPath(resource: ApiResource, { namespace, name }: { readonly namespace?: string; readonly name?: string } = {}): string {
  const root = resource.group === '' ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`;
  const scope = resource.namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${root}${scope}/${resource.resource}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`;
}
