/**
 * Interfaces to everything outside: time, randomness, logging, metrics, Git, charts, files over HTTP, Kubernetes, the ledger, keys.
 * In: pure values. Out: pure values and typed errors. Never: an implementation (those are in `adapters/`, or the embedded cluster).
 */
export type { ConnectCluster, ConnectedCluster, ConnectOptions, TokenSource } from './clusters.ts';
export type { Clock, Timer } from './clock.ts';
export type { Random } from './random.ts';
export type { Log, LogFields } from './log.ts';
export type { Metrics } from './metrics.ts';
export type {
  Commit,
  GitAuth,
  GitChange,
  GitError,
  GitErrorCode,
  GitMirror,
  GitMirrors,
  GitRef,
  GitRepository,
  GitRevision,
  GitWritten,
  SignatureCheck,
  VerifyKeys,
} from './git.ts';
export type { ChartAuth, ChartError, ChartErrorCode, ChartFound, ChartRepository, Charts, ChartTrust, ChartWant } from './charts.ts';
export type { KubeBody, KubeRequest, KubeResponse, KubeTransport, WatchEvent } from './kube-transport.ts';
export type {
  ApiResource,
  ApplyOptions,
  DeleteOptions,
  Identity,
  KubeClient,
  KubeError,
  KubeList,
  ListOptions,
  PatchType,
  WatchOptions,
  WriteOptions,
} from './kube.ts';
export type { ServiceBackend, ServiceRequest, ServiceResponse } from './service.ts';
export type { EventPage, EventQuery, Ledger, LedgerEvent, Scope } from './ledger.ts';
export type { EnvelopeKind, KeyError, KeyErrorCode, KeyFile, Keyring, Keys } from './keys.ts';
export type { News, Notifier, NotifyError, NotifyRequest, Outgoing, OutgoingMail, Told } from './notifier.ts';
export type { WebAnswer, WebFileAuth, WebFileError, WebFiles } from './web.ts';
