/** Rules for templates and what they make. Source: Helm 4 pkg/chart/v2/lint/rules/template.go. */
import type { Ask } from '../ask/index.ts';
import { type Capabilities, type Chart, type RenderCache } from '../chart/index.ts';
import type { Warn } from '../chart/model/index.ts';
import { renderForLint } from '../chart/render/index.ts';
import { extension, joinPath } from '../go/path/index.ts';
import type { GoRecord } from '../go/value/index.ts';
import { lintedObjects } from './documents.ts';
import type { Findings } from './message.ts';
import { deprecationProblem, indentProblem, listProblem, objectNameProblem, selectorProblem } from './object-rules.ts';

export interface TemplateLint {
  readonly chart: Chart;
  readonly values: GoRecord;
  readonly namespace: string;
  readonly capabilities: Capabilities;
  readonly skipSchemaValidation: boolean;
  readonly cache: RenderCache;
  readonly warn: Warn;
}

const extensions = ['.yaml', '.yml', '.tpl', '.txt'];

export function lintTemplates(ask: Ask, found: Findings, linting: TemplateLint): void {
  const { chart, capabilities } = linting;
  const rendered = renderForLint(ask, linting, linting);
  if (!found.check('ERROR', 'templates/', rendered.ok ? undefined : rendered.error) || !rendered.ok || rendered.value === undefined) return;
  const { major, minor } = capabilities.kubeVersion;
  const cluster = { major: Number(major), minor: Number(minor) };
  for (const { name } of chart.templates) {
    const kind = extension(name);
    const isAllowed = extensions.includes(kind);
    found.check(
      'ERROR',
      name,
      isAllowed ? undefined : `file extension '${kind}' not valid. Valid extensions are .yaml, .yml, .tpl, or .txt`,
    );
    if (!['.yaml', '.yml'].includes(kind.toLowerCase())) continue;
    const text = rendered.value.get(joinPath([chart.metadata.name, name])) ?? '';
    if (text.trim() === '') continue;
    found.check('WARNING', name, indentProblem(text));
    for (const object of lintedObjects(text)) {
      if (!found.check('ERROR', name, object.ok ? undefined : `unable to parse YAML: ${object.error}`)) return;
      if (!object.ok || object.value === undefined) continue;
      found.check('WARNING', name, objectNameProblem(object.value));
      found.check('WARNING', name, deprecationProblem(object.value, cluster));
      found.check('ERROR', name, selectorProblem(object.value, text));
      found.check('ERROR', name, listProblem(object.value, text));
    }
  }
}
