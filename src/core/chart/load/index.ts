/**
 * Charts from folders, archives and lists of files.
 * In: files through Ask, or bytes. Out: charts, or Helm's complaint. Never: looks at values beyond reading them.
 */
export { type ChartPlace, loadArchive, loadChart } from './directory.ts';
export { type Loaded, loadFiles } from './files.ts';
export { LoadedCharts } from './loaded-charts.ts';
export { isIgnored, parseIgnore } from './ignore.ts';
export { readArchive } from './tar.ts';
export { mergeMaps, readValues } from './values-file.ts';
