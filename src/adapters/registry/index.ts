/**
 * OCI registries: charts and other artifacts by tag, range or digest.
 * In: references and credentials; answers of registries, which are hostile. Out: manifests and blobs whose digests were checked, typed errors. Never:
 * keeps a credential, sends one to another host, trusts a digest it was told.
 */
export { createRegistry, type Registry, type RegistryOptions } from './registry.ts';
export { chartLayerOf, chartTypes, describeChart, type Layer, type Manifest, parseManifest } from './manifest.ts';
export { parseReference, tagOf, versionOf, type Reference } from './reference.ts';
