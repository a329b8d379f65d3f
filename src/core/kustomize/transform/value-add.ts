/** Adding a value to fields, or to a place in paths. Source: api/internal/builtins/ValueAddTransformer.go, api/filters/valueadd, kyaml/filesys/util.go. */
import { type Json, isObject } from '../../object/index.ts';
import { decode, sigsYaml } from '../../yaml/index.ts';
import { PLUGIN_SHAPES } from '../config/kustomization.table.ts';
import { shaped } from '../config/shape.ts';
import type { Selector } from '../config/types.ts';
import { baseName, cleanPath } from '../../go/path/index.ts';
import type { Loader } from '../load/loader.ts';
import { demandKind, lookup, setScalar } from '../node/edit.ts';
import { scalar } from '../node/node.ts';
import { KustomizeError } from '../problem.ts';
import type { Resource } from '../resource/resource.ts';
import { select } from '../resource/selector.ts';
import { setNamespaces } from './metadata.ts';
import type { Transformer } from './plugin.ts';

interface Target {
  readonly selector?: Selector;
  readonly fieldPath?: string;
  readonly filePathPosition?: number;
}

export interface ValueAdd {
  readonly value?: string;
  readonly targets?: readonly Target[];
  readonly targetFilePath?: string;
}

export function valueAddTransformer(config: ValueAdd, loader: Loader): Transformer {
  const given = (config.value ?? '').trim();
  const value = given === '' ? baseName(loader.root) : given;
  const file = config.targetFilePath ?? '';
  const targets = [...(config.targets ?? []), ...(file === '' ? [] : readTargets(loader.load(file).text))];
  if (targets.length === 0) throw new KustomizeError('must specify at least one target');
  for (const { fieldPath = '', filePathPosition = 0 } of targets) {
    if (fieldPath === '') throw new KustomizeError('fieldPath cannot be empty');
    if (filePathPosition < 0) throw new KustomizeError(`value of FilePathPosition (${filePathPosition}) cannot be negative`);
  }
  return {
    transform: (map) => {
      for (const target of targets) {
        const chosen = target.selector === undefined ? map.resources : select(map, target.selector);
        for (const resource of chosen) addValue(resource, value, target);
      }
      map.touch();
    },
  };
}

function readTargets(text: string): readonly Target[] {
  const decoded = decode(text, { variant: sigsYaml });
  if (!decoded.ok) throw new KustomizeError(`error converting YAML to JSON: ${decoded.error.message}`);
  const value: Json = shaped(decoded.value, PLUGIN_SHAPES.ValueAddTransformer, { unknown: 'ignored', scalars: 'textual' });
  return isObject(value) ? ((value as unknown as ValueAdd).targets ?? []) : [];
}

function addValue(resource: Resource, value: string, { fieldPath = '', filePathPosition = 0 }: Target): void {
  if (fieldPath === 'metadata/namespace') {
    setNamespaces(resource, { namespace: value, specs: [], unsetOnly: false, subjects: 'defaultOnly' });
    return;
  }
  const parts: string[] = [];
  for (const part of fieldPath.split('/')) {
    const last = parts.at(-1);
    if (last?.endsWith('\\') === true) parts[parts.length - 1] = `${last.slice(0, -1)}/${part}`;
    else parts.push(part);
  }
  const node = lookup(resource.node, parts, 'scalar');
  if (node === undefined) return;
  demandKind(node, 'scalar');
  setScalar(node, scalar(filePathPosition > 0 ? insertPart(node.value, filePathPosition - 1, value) : value));
}

/** The path with one more part; an absolute path stays absolute. */
export function insertPart(path: string, position: number, part: string): string {
  if (part === '') return path;
  const clean = path === '' ? '' : cleanPath(path);
  const absolute = clean.startsWith('/');
  const parts = clean.split('/').filter((one) => one !== '');
  const at = Math.min(position, parts.length);
  return `${absolute ? '/' : ''}${[...parts.slice(0, at), part, ...parts.slice(at)].join('/')}`;
}
