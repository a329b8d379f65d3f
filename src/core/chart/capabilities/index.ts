/**
 * What a cluster can do, as charts ask for it. In: versions as words. Out: `.Capabilities`. Never: asks a cluster.
 */
export { type Capabilities, goCapabilities, type HelmVersion, type KubeVersion, parseKubeVersion } from './capabilities.ts';
export { defaultCapabilities, helm3Version } from './capabilities.table.ts';
