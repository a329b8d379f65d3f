/** From a render to the record of a revision, as the real Helm writes it: the manifest is what the templates printed. */
import type { Hook, Rendered } from '../core/chart/index.ts';
import type { GoRecord } from '../core/go/value/index.ts';
import { chartRecord, type HookRecord, type Release, valuesJson } from '../core/release/index.ts';

export interface Draft {
  /** What the user gave. */
  readonly values: GoRecord;
  readonly rendered: Rendered;
}

export const manifestOf = ({ manifests }: Rendered): string =>
  manifests.map(({ path, text }) => `---\n# Source: ${path}\n${text}\n`).join('');

const hookRecord = ({ name, kind, path, text, events, weight, deletePolicies, outputLogPolicies }: Hook): HookRecord => ({
  name,
  kind,
  path,
  manifest: text,
  events,
  lastRun: { phase: '' },
  weight,
  deletePolicies: deletePolicies.length === 0 ? ['before-hook-creation'] : deletePolicies,
  outputLogPolicies,
});

type Fields = Pick<
  Release,
  'name' | 'namespace' | 'version' | 'status' | 'description' | 'firstDeployed' | 'lastDeployed' | 'applyMethod' | 'labels'
>;

export const releaseOf = ({ values, rendered }: Draft, fields: Fields): Release => ({
  ...fields,
  deleted: '',
  notes: rendered.notes,
  chart: chartRecord(rendered.chart),
  config: valuesJson(values),
  manifest: manifestOf(rendered),
  hooks: rendered.hooks.map(hookRecord),
});
