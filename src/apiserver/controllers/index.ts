/**
 * The cluster's own activity. In: the store. Out: changes to it. Never: answers requests, decides rules (those are pure, in `core/kube`).
 */
export { StoreApplier } from './applier.ts';
export { DefinitionKeeper } from './definitions.ts';
export { GarbageCollector } from './garbage.ts';
export { ControllerLoop } from './loop.ts';
export { NamespaceKeeper } from './namespaces.ts';
export { OwnerIndex } from './owners.ts';
