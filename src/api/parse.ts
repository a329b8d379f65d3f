/** From a Kubernetes object to a typed, defaulted, checked object of ours. All problems are reported at once. */
import { formatRef, isObject, refOf, type Json, type KubeObject } from '../core/object/index.ts';
import { isError, type Outcome, type Problem } from '../core/problem/index.ts';
import {
  appKind,
  approvalKind,
  channelKind,
  inventoryKind,
  platformKind,
  sourceKind,
  targetClusterKind,
  type Kind,
} from './kinds/index.ts';
import { API_VERSION } from './kinds/kind.ts';
import { judge } from './judge.ts';
import { checkField, type Checking } from './schema/check.ts';
import type { App, Approval, Channel, Inventory, Platform, Source, TargetCluster } from './types.ts';

/** The kind of object a parser returns; null when an error makes it unusable. A status that does not fit is dropped with a warning. */
type Parsed<T> = Outcome<T | null>;

export const parseSource = (object: KubeObject): Parsed<Source> => parse(sourceKind, object) as Parsed<Source>;
export const parseApp = (object: KubeObject): Parsed<App> => parse(appKind, object) as Parsed<App>;
export const parseInventory = (object: KubeObject): Parsed<Inventory> => parse(inventoryKind, object) as Parsed<Inventory>;
export const parseApproval = (object: KubeObject): Parsed<Approval> => parse(approvalKind, object) as Parsed<Approval>;
export const parseTargetCluster = (object: KubeObject): Parsed<TargetCluster> => parse(targetClusterKind, object) as Parsed<TargetCluster>;
export const parseChannel = (object: KubeObject): Parsed<Channel> => parse(channelKind, object) as Parsed<Channel>;
export const parsePlatform = (object: KubeObject): Parsed<Platform> => parse(platformKind, object) as Parsed<Platform>;

function parse(kind: Kind, object: KubeObject): Parsed<KubeObject> {
  const problems: Problem[] = [...identityProblems(kind, object)];
  const checking: Checking = { judge, problems };
  const given = object['spec'];
  const spec: Json = given === undefined || given === null ? {} : given;
  const checked = checkField(kind.spec, spec, { path: 'spec', checking });
  const named = { object: formatRef(refOf(object)) };
  const status = checkStatus(kind, object, problems);
  const about = problems.map((problem) => ({ ...named, ...problem }));
  if (about.some(isError)) return { value: null, problems: about };
  const unchanged = checked === given && status === object['status'];
  return { value: unchanged ? object : withParts(object, checked, status), problems: about };
}

function withParts(object: KubeObject, spec: Json, status: Json | undefined): KubeObject {
  const { status: _dropped, ...rest } = object;
  return { ...rest, spec, ...(status === undefined ? {} : { status }) };
}

function* identityProblems(kind: Kind, object: KubeObject): Generator<Problem> {
  if (object.apiVersion !== API_VERSION || object.kind !== kind.kind)
    yield {
      code: 'InvalidSpec',
      field: 'apiVersion',
      message: `expected ${API_VERSION} ${kind.kind}, found ${String(object.apiVersion)} ${String(object.kind)}`,
    };
  const meta: unknown = object.metadata;
  const named = isObject(meta) && typeof meta['name'] === 'string' && meta['name'] !== '';
  if (!named) yield { code: 'InvalidSpec', field: 'metadata.name', message: 'is required' };
  if (kind.scope === 'Namespaced' && !(isObject(meta) && typeof meta['namespace'] === 'string' && meta['namespace'] !== ''))
    yield {
      code: 'InvalidSpec',
      field: 'metadata.namespace',
      message: 'is required',
      hint: `an object of kind ${kind.kind} lives in a namespace`,
    };
  if (kind === platformKind && named && meta['name'] !== 'default')
    yield {
      code: 'InvalidSpec',
      field: 'metadata.name',
      message: 'the Platform is named "default"',
      hint: 'there is one Platform per installation',
    };
}

/** Status is written by us, but anyone with the right may have damaged it: then it is worked out anew. */
function checkStatus(kind: Kind, object: KubeObject, problems: Problem[]): Json | undefined {
  const status = object['status'];
  if (kind.status === undefined || status === undefined || status === null) return undefined;
  const checking: Checking = { judge, problems: [] };
  const checked = checkField(kind.status, status, { path: 'status', checking });
  const first = checking.problems[0];
  if (first === undefined) return checked;
  problems.push({ ...first, severity: 'warning', message: `${first.message}; the status is worked out anew` });
  return undefined;
}
