/** Rendering for a linter: `required` and `fail` only note, `lookup` finds nothing. Source: Helm 4 pkg/chart/v2/lint/rules/template.go. */
import type { Ask } from '../../ask/index.ts';
import { err, ok, type Result } from '../../../std/index.ts';
import { type GoRecord, type GoValue, int } from '../../go/value/index.ts';
import { record } from '../../object/index.ts';
import { type Capabilities, goCapabilities } from '../capabilities/index.ts';
import { processDependencies } from '../dependencies/index.ts';
import { type Chart, slogDetails, type Warn } from '../model/index.ts';
import { validateValues } from '../schema/index.ts';
import { coalesceValues, helm4Values } from '../values/index.ts';
import { renderTemplates } from './engine.ts';
import type { RenderCache } from './render.ts';

export interface LintRenderInput {
  readonly chart: Chart;
  /** The user's values. */
  readonly values: GoRecord;
  readonly namespace: string;
  readonly capabilities: Capabilities;
}

export interface LintRenderOptions {
  readonly cache: RenderCache;
  readonly warn: Warn;
  readonly skipSchemaValidation: boolean;
}

const lintRelease = (namespace: string): GoRecord =>
  record<GoValue>([
    ['Name', 'test-release'],
    ['Namespace', namespace],
    ['IsUpgrade', false],
    ['IsInstall', false],
    ['Revision', int(0)],
    ['Service', 'Helm'],
  ]);

/** What each template makes, by path; undefined when Helm says nothing about why there is none. */
export function renderForLint(
  ask: Ask,
  input: LintRenderInput,
  { cache, warn, skipSchemaValidation }: LintRenderOptions,
): Result<ReadonlyMap<string, string> | undefined, string> {
  const variant = helm4Values;
  const processed = processDependencies(input.chart, input.values, { warn, variant });
  if (!processed.ok) return ok(undefined);
  const chart = processed.value;
  const first = coalesceValues(chart, input.values, { warn, variant, rule: 'coalesce' });
  if (!first.ok) return ok(undefined);
  // Twice, as Helm does it: defaults that a null of the user removed are there again.
  const values = coalesceValues(chart, first.value, { warn, variant, rule: 'coalesce' });
  if (!values.ok) return values;
  const schema = skipSchemaValidation
    ? undefined
    : validateValues(chart, values.value, { cache: cache.schemas, warn, steps: cache.limits.schema });
  if (schema !== undefined) return err(`values don't meet the specifications of the schema(s) in the following chart(s):\n${schema}`);
  return renderTemplates(
    ask,
    { chart, values: values.value, release: lintRelease(input.namespace), capabilities: goCapabilities(input.capabilities) },
    {
      caches: cache,
      lint: true,
      note: ({ level, event }, message) => warn(event, { level, details: slogDetails({ message }) }),
    },
  );
}
