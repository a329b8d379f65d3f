/**
 * Charts wherever they come from, kept on disk by digest.
 * In: repositories (an index over HTTP, or an OCI registry) and what is wanted of them. Out: the port Charts; signatures checked. Never: keeps credentials,
 * hands out bytes whose digest was not checked.
 */
export { ChartCache } from './cache.ts';
export { createCharts, type ChartsOptions } from './charts.ts';
export { unpackArchive } from './unpack.ts';
export { packArchive, type PackedFile } from './pack.ts';
export { signProvenance, type Signer, verifyProvenance } from './provenance.ts';
