/**
 * The composition root: the only place that reads configuration and environment and that wires adapters in.
 * In: a choice made by the command line. Out: running parts. Never: decides anything about Apps.
 */
export { consoleLog, jsonLog } from '../adapters/log/index.ts';
export { systemRandom } from '../adapters/system/index.ts';
export { systemClock } from '../adapters/system/index.ts';
export { startEmbeddedCluster, type EmbeddedCluster } from './cluster.ts';
export { readRules, type ImportedRules, type ImportSummary } from './imported/index.ts';
export type { ConnectionOverrides } from '../adapters/kube/index.ts';
export { chooseConnection, connect, connectInContext, type ClusterChoice, type ConnectError } from './connect.ts';
export { applyRoot, type RootOptions } from './install.ts';
export { signProvenance, verifyProvenance as verifySignature } from '../adapters/charts/index.ts';
export { buildDependencies, packChart, unpackChart, updateDependencies, type DependencyWork } from './chart-dependencies.ts';
export {
  fetchChart,
  fetchProvenance,
  isRemoteChart,
  keptAuth,
  pushChart,
  type ChartAccess,
  type FetchedChart,
  type RemoteChart,
} from './charts.ts';
export { callApi, type ApiFailure } from './http-api.ts';
export { HistoryUnreachable, openHistory, type History } from './history.ts';
export { runOnFolder } from './engines.ts';
export type { DashboardChoice } from './dashboard.ts';
export { readApps, runRehearsal, type RehearsalChoice } from './rehearsal/index.ts';
export { preview, type PreviewChoice } from './preview.ts';
export { commitFiles, findWorkTree, trackedFiles, unsavedFiles } from './work-tree.ts';
export { previewNews, type NewsPreview } from './news.ts';
export { amend, type Amending } from './amend/index.ts';
export { startHosted, type HostedOptions, type HostedSystem } from './hosted.ts';
export { hashPassword } from '../server/index.ts';
export { runningState, STATE_FOLDER, type RunningState } from './state.ts';
export { StartError, startSystem, writeRunning, type System, type SystemOptions } from './system.ts';
