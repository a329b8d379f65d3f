/**
 * Charts on their way out: metadata and locks as Helm writes them, the files of an archive, how up to date a lock is.
 * In: loaded charts. Out: texts, files, digests. Never: packs, sends, reads a clock.
 */
export { chartYaml, configJson, lockDigest, lockProblem, lockYaml } from './write.ts';
export { packedFiles, type PackedChartFile } from './files.ts';
