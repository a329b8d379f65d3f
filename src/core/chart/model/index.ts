/**
 * What a chart is: its files, its metadata, its values.
 * In: texts. Out: typed metadata or Helm's complaint. Never: renders.
 */
export { ChartFile, childPath, isLibrary } from './chart.ts';
export type { Chart, Dependency, Lock, Maintainer, Metadata } from './chart.ts';
export { slogDetails, type Warn, type Warning, warningLog } from './warning.ts';
export { type RawMetadata, readLock, readMetadata, validateMetadata } from './metadata.ts';
