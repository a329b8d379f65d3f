/** Choosing resources by patterns and by labels. Source: api/types/selector.go, api/resmap/reswrangler.go (Select). */
import { type Regexp, compileRegexp } from '../../go/regexp/index.ts';
import { type Selector as LabelSelector, matchesSelector, parseSelector } from '../../object/selector/index.ts';
import type { IdFields, Selector } from '../config/types.ts';
import { KustomizeError } from '../problem.ts';
import { type Gvk, type ResId, effectiveNamespace } from './gvk.ts';
import type { ResMap } from './res-map.ts';
import type { Resource } from './resource.ts';

type Test = (text: string) => boolean;

const always: Test = () => true;
const literal = /^[A-Za-z0-9_-]*$/;

/** Patterns match the whole text. */
function anchored(pattern: string | undefined): Test {
  if (pattern === undefined || pattern === '') return always;
  if (literal.test(pattern)) return (text) => text === pattern;
  const compiled = compileRegexp(`^(?:${pattern})$`);
  if (!compiled.ok) throw new KustomizeError(compiled.error, { field: 'target' });
  const regexp: Regexp = compiled.value;
  return (text) => regexp.matches(text);
}

export interface IdPattern {
  matchesGvk(gvk: Gvk): boolean;
  readonly matchesName: Test;
  readonly matchesNamespace: Test;
}

export function idPattern({ group, version, kind, name, namespace }: IdFields): IdPattern {
  const tests = [anchored(group), anchored(version), anchored(kind)] as const;
  return {
    matchesGvk: (gvk) => tests[0](gvk.group) && tests[1](gvk.version) && tests[2](gvk.kind),
    matchesName: anchored(name),
    matchesNamespace: anchored(namespace),
  };
}

export const matchesId = (pattern: IdPattern, id: ResId): boolean =>
  pattern.matchesGvk(id.gvk) && pattern.matchesName(id.name) && pattern.matchesNamespace(id.namespace);

/** Tests of labels or annotations; the text is read when first needed, as in the original. */
export function labelTest(text: string | undefined): (labels: ReadonlyMap<string, string>) => boolean {
  if (text === undefined || text === '') return () => true;
  let selector: LabelSelector | undefined;
  return (labels) => {
    if (selector === undefined) {
      const parsed = parseSelector(text);
      if (!parsed.ok) throw new KustomizeError(parsed.error, { field: 'target' });
      selector = parsed.value;
    }
    return matchesSelector(selector, Object.fromEntries(labels));
  };
}

/** Both selectors of a `Selector`. */
export function metaTest(selector: Selector): (resource: Resource) => boolean {
  const labels = labelTest(selector.labelSelector);
  const annotations = labelTest(selector.annotationSelector);
  const none = (selector.labelSelector ?? '') === '' && (selector.annotationSelector ?? '') === '';
  return none ? () => true : (resource) => labels(resource.labels) && annotations(resource.annotations);
}

/** The resources a patch's target names, by what they are called now or were called first. */
export function select(map: ResMap, selector: Selector): readonly Resource[] {
  const pattern = idPattern(selector);
  const meta = metaTest(selector);
  return map.resources.filter((resource) => {
    const cur = resource.curId;
    const org = resource.orgId;
    return (
      (pattern.matchesNamespace(effectiveNamespace(org)) || pattern.matchesNamespace(effectiveNamespace(cur))) &&
      (pattern.matchesName(org.name) || pattern.matchesName(cur.name)) &&
      pattern.matchesGvk(cur.gvk) &&
      meta(resource)
    );
  });
}

export const selectorText = ({ annotationSelector = '', labelSelector = '' }: Selector, id: string): string =>
  `${id}:a=${annotationSelector}:l=${labelSelector}`;
