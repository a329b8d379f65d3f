/**
 * Kustomizations built in process, byte for byte as `kustomize build` does.
 * In: a directory with a kustomization (through Ask), options. Out: the objects in order, their texts, warnings, or why it failed.
 * Never: starts a program or container, fetches anything but through Ask, writes files.
 */
export { type BuildOptions, type Built, type BuiltResource, buildKustomization, formatOutput } from './run.ts';
export { type ObjectPatch, type PatchedObject, patchObjects } from './patch-objects.ts';
export { type BuildPlace, isRepoUrl } from './load/loader.ts';
export type { Additions } from './config/additions.ts';
export type { ChartRequest, InflateChart } from './generate/helm.ts';
