/** What an App adds to the kustomization in its source. Source of the rules: fluxcd/pkg kustomize/kustomize_generator.go. */
import type { Image, Kustomization, Patch, Replica } from './types.ts';

export interface Additions {
  /** An image of the same name is replaced. */
  readonly images?: readonly Image[];
  /** Applied after those of the kustomization. */
  readonly patches?: readonly Patch[];
  readonly components?: readonly string[];
  /** A count for the same name is replaced. */
  readonly replicas?: readonly Replica[];
  readonly namePrefix?: string;
  readonly nameSuffix?: string;
}

/** Entries of the same name give way. */
function byName<T extends { readonly name?: string }>(own: readonly T[] = [], added: readonly T[] = []): readonly T[] {
  const kept = own.map((one) => added.find(({ name }) => name === one.name) ?? one);
  return [...kept, ...added.filter((one) => !own.some(({ name }) => name === one.name))];
}

export function withAdditions(kustomization: Kustomization, additions: Additions): Kustomization {
  const { images, patches, components, replicas, namePrefix, nameSuffix } = additions;
  return {
    ...kustomization,
    ...(images === undefined ? {} : { images: byName(kustomization.images, images) }),
    ...(patches === undefined ? {} : { patches: [...(kustomization.patches ?? []), ...patches] }),
    ...(components === undefined ? {} : { components: [...(kustomization.components ?? []), ...components] }),
    ...(replicas === undefined ? {} : { replicas: byName(kustomization.replicas, replicas) }),
    ...(namePrefix === undefined ? {} : { namePrefix }),
    ...(nameSuffix === undefined ? {} : { nameSuffix }),
  };
}
