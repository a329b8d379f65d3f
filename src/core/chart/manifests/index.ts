/**
 * Rendered text as manifests and hooks in install order.
 * In: texts by template. Out: documents, or what is no YAML. Never: applies anything.
 */
export { helm3InstallOrder, installOrder, uninstallOrder } from './kinds.table.ts';
export { type HeadCache, type Hook, type HookEvent, type Manifest, sortByKind, type Sorted, sortManifests } from './sort.ts';
export { helm3Split, helm42Split, helm4Split, splitManifests, type SplitVariant } from './split.ts';
