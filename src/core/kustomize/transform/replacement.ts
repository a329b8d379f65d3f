/** Copying values between resources. Source: api/filters/replacement/replacement.go, api/internal/builtins/ReplacementTransformer.go. */
import { type Json, isObject } from '../../object/index.ts';
import { decode, sigsYaml } from '../../yaml/index.ts';
import { REPLACEMENT } from '../config/kustomization.table.ts';
import { shaped } from '../config/shape.ts';
import type { FieldOptions, Replacement, ReplacementField, Selector, SourceSelector, TargetSelector } from '../config/types.ts';
import type { Loader } from '../load/loader.ts';
import { lookup } from '../node/edit.ts';
import { type Matching, matchPath } from '../node/match.ts';
import { type Node, isEmpty, scalar, textOf } from '../node/node.ts';
import { splitSmartPath } from '../node/paths.ts';
import { KustomizeError, about, wrapped } from '../problem.ts';
import { type ResId, gvkText, idText, isSelected } from '../resource/gvk.ts';
import type { Resource } from '../resource/resource.ts';
import { type IdPattern, idPattern, matchesId, metaTest } from '../resource/selector.ts';
import { gvkOfFields } from '../config/fieldspec.ts';
import type { Transformer } from './plugin.ts';
import { setInStructuredText } from './structured.ts';

const DEFAULT_PATH = 'metadata.name';

/** Reads the files that entries name. */
function loadReplacements(fields: readonly ReplacementField[], loader: Loader): readonly Replacement[] {
  return fields.flatMap((field) => {
    const path = field.path ?? '';
    if (path === '') return [field];
    if (field.source !== undefined || (field.targets ?? []).length > 0)
      throw new KustomizeError('cannot specify both path and inline replacement');
    const { text } = loader.load(path);
    return about({ file: loader.fileName(path) }, () => readReplacements(text));
  });
}

function readReplacements(text: string): readonly Replacement[] {
  const decoded = decode(text, { variant: sigsYaml });
  if (!decoded.ok) throw new KustomizeError(`error converting YAML to JSON: ${decoded.error.message}`);
  const rules = { unknown: 'ignored', scalars: 'textual' } as const;
  const read = (value: Json): Replacement => shaped(value, REPLACEMENT, rules) as unknown as Replacement;
  if (Array.isArray(decoded.value)) return (decoded.value as readonly Json[]).map(read);
  if (isObject(decoded.value)) return [read(decoded.value)];
  const kind = decoded.value === null ? 'invalid' : typeof decoded.value === 'number' ? 'float64' : typeof decoded.value;
  throw new KustomizeError(`unsupported replacement type encountered within replacement path: ${kind === 'boolean' ? 'bool' : kind}`);
}

export function replacementTransformer(fields: readonly ReplacementField[], loader: Loader): Transformer {
  const replacements = loadReplacements(fields, loader);
  return {
    transform: (map) => {
      about({ field: 'replacements' }, () => {
        for (const replacement of replacements) replace(map.resources, replacement);
      });
      map.touch();
      map.dropEmpty();
    },
  };
}

function replace(resources: readonly Resource[], { source, sourceValue, targets }: Replacement): void {
  if ((sourceValue === undefined && source === undefined) || targets === undefined) {
    throw new KustomizeError('replacements must specify a source and at least one target');
  }
  if (sourceValue !== undefined && source !== undefined) throw new KustomizeError('value and resource selectors are mutually exclusive');
  const value = source === undefined ? scalar(sourceValue ?? '') : sourceNode(resources, source);
  for (const target of targets) applyTo(resources, value, target);
}

const selectorId = ({ group = '', version = '', kind = '', name = '', namespace = '' }: Selector | SourceSelector): string =>
  `${gvkText({ group, version, kind })}/${name === '' ? '[noName]' : name}.${namespace === '' ? '[noNs]' : namespace}`;

const optionsText = (options: FieldOptions | undefined): string =>
  options === undefined || ((options.delimiter ?? '') === '' && options.create !== true)
    ? ''
    : `${options.delimiter ?? ''}(${options.index ?? 0}), create=${options.create === true}`;

const sourceText = (source: SourceSelector): string =>
  [selectorId(source), source.fieldPath ?? '', optionsText(source.options)].filter((part, i) => i === 0 || part !== '').join(':');

function isSelectedBy(id: ResId, { name = '', namespace = '', ...gvk }: SourceSelector): boolean {
  const own = id.namespace === '' ? 'default' : id.namespace;
  return (name === '' || name === id.name) && (namespace === '' || namespace === own) && isSelected(id.gvk, gvkOfFields(gvk));
}

function sourceNode(resources: readonly Resource[], source: SourceSelector): Node {
  const matches = resources.filter((resource) => [resource.curId, ...resource.prevIds].some((id) => isSelectedBy(id, source)));
  if (matches.length > 1) throw new KustomizeError(`multiple matches for selector ${sourceText(source)}`);
  const [match] = matches;
  if (match === undefined) throw new KustomizeError(`nothing selected by ${sourceText(source)}`);
  const path = (source.fieldPath ?? '') === '' ? DEFAULT_PATH : (source.fieldPath as string);
  const object = { object: idText(match.curId) };
  const node = lookupSource(match, path);
  if (node === undefined || isEmpty(node)) {
    throw new KustomizeError(`fieldPath \`${path}\` is missing for replacement source ${selectorId(source)}`, { ...object, field: path });
  }
  return refined(node, source.options);
}

function lookupSource(resource: Resource, path: string): Node | undefined {
  try {
    return lookup(resource.node, splitSmartPath(path, '.'));
  } catch (error) {
    throw wrapped(error, 'error looking up replacement source');
  }
}

function refined(node: Node, options: FieldOptions | undefined): Node {
  const delimiter = options?.delimiter ?? '';
  if (delimiter === '') return node;
  if (node.kind !== 'scalar') throw new KustomizeError('delimiter option can only be used with scalar nodes');
  const index = options?.index ?? 0;
  const part = textOf(node).split(delimiter)[index];
  if (part === undefined) throw new KustomizeError(`options.index ${index} is out of bounds for value ${textOf(node)}`);
  const copy = node.copy();
  copy.value = part;
  return copy;
}

function applyTo(resources: readonly Resource[], value: Node, target: TargetSelector): void {
  const { select, reject = [] } = target;
  if (select === undefined) throw new KustomizeError('target must specify resources to select');
  const pattern = compiled(select);
  const rejected = reject.map((selector) => ({ selector, pattern: compiled(selector), meta: metaTest(selector) }));
  const meta = metaTest(select);
  for (const resource of resources) {
    const ids = [resource.curId, ...resource.prevIds];
    if (!meta(resource) || rejected.some((one) => hasMetaSelector(one.selector) && one.meta(resource))) continue;
    if (rejected.some((one) => hasId(one.selector) && ids.some((id) => matchesId(one.pattern, id)))) continue;
    if (ids.some((id) => matchesId(pattern, id))) copyTo(resource, value, target);
  }
}

function compiled(selector: Selector): IdPattern {
  try {
    return idPattern(selector);
  } catch (error) {
    throw wrapped(error, 'error creating target selector');
  }
}

const hasMetaSelector = ({ annotationSelector = '', labelSelector = '' }: Selector): boolean =>
  annotationSelector !== '' || labelSelector !== '';
const hasId = ({ group = '', version = '', kind = '', name = '', namespace = '' }: Selector): boolean =>
  [group, version, kind, name, namespace].some((part) => part !== '');

function copyTo(resource: Resource, value: Node, { fieldPaths = [], options }: TargetSelector): void {
  const matching: Matching = { create: options?.create === true ? value.kind : undefined };
  for (const path of fieldPaths.length === 0 ? [DEFAULT_PATH] : fieldPaths) {
    about({ object: idText(resource.curId), field: path }, () => {
      const set = (node: Node): void => setValue(node, value, options);
      if (setInStructuredText(resource.node, { path: splitSmartPath(path, '.'), matching, set })) return;
      for (const node of targetNodes(resource.node, path, matching)) set(node);
    });
  }
}

function targetNodes(node: Node, path: string, matching: Matching): readonly Node[] {
  const problem = `unable to find ${matching.create === undefined ? '' : 'or create '}field ${JSON.stringify(path)} in replacement target`;
  let found: readonly Node[] | undefined;
  try {
    found = matchPath(node, splitSmartPath(path, '.'), matching);
  } catch (error) {
    throw wrapped(error, problem);
  }
  if (found === undefined || found.length === 0) throw new KustomizeError(problem);
  return found;
}

function setValue(node: Node, source: Node, options: FieldOptions | undefined): void {
  const value = source.copy();
  const delimiter = options?.delimiter ?? '';
  if (delimiter !== '') {
    if (node.kind !== 'scalar') throw new KustomizeError('delimiter option can only be used with scalar nodes');
    value.value = spliced(node.value.split(delimiter), textOf(value), options?.index ?? 0).join(delimiter);
  }
  if (node.kind === 'scalar') node.value = value.value;
  else node.become(value);
}

/** Before the first part for negative indexes, behind the last for large ones, else in the place of one. */
function spliced(parts: readonly string[], text: string, index: number): readonly string[] {
  if (index < 0) return [text, ...parts];
  return index >= parts.length ? [...parts, text] : parts.with(index, text);
}
