/** Where a version of a chart (or of an artifact of a registry) is for one App: running, on its way, held back, or another version runs. Asks no network. */
import { type App, parseSource } from '../../api/index.ts';
import { matchesVersion } from '../../core/ledger/index.ts';
import { appKey } from '../../core/plan/owner/index.ts';
import type { Whereabouts, WherePorts } from './whereabouts.ts';

/** A chart, or an artifact by the name of its Source; `version` is one, the beginning of one, or a digest; absent: any. */
export interface ChartAsked {
  readonly name: string;
  readonly version?: string;
}

/** Undefined: the App is not made from it. `unknown`: another version runs, and that one is not on its way. */
export function chartWhereabouts(app: App, { name, version }: ChartAsked, ports: Omit<WherePorts, 'mirrors'>): Whereabouts | undefined {
  const { spec, status } = app;
  if ((spec.source.chart ?? artifactName(app, ports)) !== name) return undefined;
  const record = ports.registry.get(appKey(app.metadata));
  const head = record === undefined ? undefined : ports.heads.get(record.head)?.revision.name;
  const fits = (one: string | undefined): boolean => one !== undefined && isVersion(one, version);
  const tried = status?.attempted?.inputs[0]?.revision;
  if (fits(status?.applied?.inputs[0]?.revision)) return { state: 'live', attempted: true };
  if (fits(status?.pinned?.rejected)) return { state: 'rejected', attempted: true };
  if (fits(tried) || fits(head)) return { state: 'waiting', attempted: fits(tried) || record?.dirty === false };
  return { state: 'unknown', attempted: false };
}

/** What comes from a Git repository is asked for by its commits. */
function artifactName({ metadata, spec }: App, { source }: Pick<WherePorts, 'source'>): string | undefined {
  const object = source(metadata.namespace, spec.source.name);
  return object !== undefined && parseSource(object).value?.spec.oci !== undefined ? spec.source.name : undefined;
}

/** Revisions of charts are `1.2.3@sha256:…`. */
function isVersion(revision: string, wanted: string | undefined): boolean {
  if (wanted === undefined) return true;
  const [version = '', digest = ''] = revision.split('@');
  if (/^(?:sha256:)?[0-9a-f]{12,64}$/.test(wanted)) return digest.startsWith(wanted.startsWith('sha256:') ? wanted : `sha256:${wanted}`);
  return matchesVersion(version.replace(/^v(?=\d)/, ''), wanted.replace(/^v(?=\d)/, ''));
}
