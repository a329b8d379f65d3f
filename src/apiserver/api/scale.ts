/** The scale subresource of workloads and custom resources. Kubernetes: pkg/registry/apps/deployment/storage ScaleREST. */
import { formatSelector, selectorOf } from '../../core/object/selector/index.ts';
import { type Json, type JsonObject, type KubeObject, isObject, withKey } from '../../core/object/index.ts';
import { fieldError, invalid, refuse } from '../../core/kube/status/index.ts';
import type { Answer } from './answer.ts';
import { goKind, mediaTypeOf, readBody, readObject } from './body.ts';
import type { KindLogic } from './kind-logic.ts';
import type { Objects } from './objects.ts';
import { writeOptions } from './options.ts';
import type { PatchEngines } from './patch.ts';
import type { ResourceRequest } from './request.ts';

export interface ScaleParts {
  readonly objects: Objects;
  readonly logic: KindLogic;
  readonly engines: PatchEngines;
}

interface Paths {
  readonly spec: readonly string[];
  readonly status: readonly string[];
  readonly selector: string;
}

const scaleType = { group: 'autoscaling', version: 'v1', kind: 'Scale' };
const objectAt = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});

const pathOf = (value: Json | undefined): readonly string[] =>
  typeof value === 'string' ? value.split('.').filter((step) => step !== '') : [];

const at = (object: JsonObject, path: readonly string[]): Json | undefined =>
  path.reduce<Json | undefined>((value, step) => (isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined), object);

function put(object: JsonObject, path: readonly string[], value: Json): JsonObject {
  const [step, ...rest] = path;
  if (step === undefined) return object;
  return withKey(object, step, rest.length === 0 ? value : put(objectAt(object[step]), rest, value));
}

export class Scales {
  readonly #parts: ScaleParts;

  constructor(parts: ScaleParts) {
    this.#parts = parts;
  }

  handle(request: ResourceRequest): Answer {
    const { objects } = this.#parts;
    const live = objects.get(request.resource, request.namespace, request.name);
    const now = this.#scaleOf(request, live.graph);
    if (request.verb === 'get' || request.verb === 'watch') return { kind: 'object', status: 200, resource: request.resource, value: now };
    const options = writeOptions(request, request.verb === 'patch' ? 'PatchOptions' : 'UpdateOptions', 'other');
    const wanted = this.#wanted(request, now);
    const replicas = objectAt(wanted.spec).replicas ?? 0;
    const { name, namespace, resource } = request;
    if (typeof replicas !== 'number' || !Number.isInteger(replicas)) throw refuse.badRequest('spec.replicas must be an integer');
    if (replicas < 0) throw invalid(scaleType, name, [fieldError.invalid('spec.replicas', replicas, 'must be greater than or equal to 0')]);
    const sentVersion = objectAt(wanted.metadata).resourceVersion;
    const version = typeof sentVersion === 'string' && sentVersion !== '' ? sentVersion : (live.graph.metadata.resourceVersion ?? '');
    const changed = put(live.graph, this.#paths(request).spec, replicas) as KubeObject;
    const next = { ...changed, metadata: { ...changed.metadata, resourceVersion: version } };
    const as = { user: request.user, manager: options.manager, dryRun: options.dryRun };
    const written = objects.update({ resource, subresource: 'scale', namespace, name }, live, next, as);
    return { kind: 'object', status: 200, resource, value: this.#scaleOf(request, written.object) };
  }

  #wanted(request: ResourceRequest, now: JsonObject): JsonObject {
    if (request.verb === 'update') {
      const { value } = readObject(request, 'Scale');
      if (!isObject(value)) throw refuse.badRequest('the body is not a Scale');
      const { replicas = 0 } = objectAt(value.spec);
      if (typeof replicas !== 'number' && replicas !== null)
        throw refuse.badRequest(
          `Scale in version "v1" cannot be handled as a Scale: json: cannot unmarshal ${goKind(replicas)} into Go struct field ScaleSpec.spec.replicas of type int32`,
        );
      return value;
    }
    const media = mediaTypeOf(request);
    const { engines } = this.#parts;
    const engine = media.includes('json-patch') ? engines.json : engines.merge;
    const patched = engine(now, readBody(request, media, 'Scale').value, undefined);
    if ('refusal' in patched) throw patched.refusal;
    return objectAt(patched.value);
  }

  #paths(request: ResourceRequest): Paths {
    const scale = this.#parts.logic.customType(request.resource)?.scale;
    if (scale === undefined) return { spec: ['spec', 'replicas'], status: ['status', 'replicas'], selector: '' };
    return {
      spec: pathOf(scale.specReplicasPath),
      status: pathOf(scale.statusReplicasPath),
      selector: pathOf(scale.labelSelectorPath).join('.'),
    };
  }

  #selector(request: ResourceRequest, object: KubeObject): string {
    const { selector } = this.#paths(request);
    if (selector !== '') {
      const found = at(object, selector.split('.'));
      return typeof found === 'string' ? found : '';
    }
    if (request.resource.custom) return '';
    const spec = objectAt(objectAt(object.spec).selector);
    // Replication controllers select by a plain map.
    const parsed = selectorOf(request.resource.table === 'replicationcontrollers' ? { matchLabels: spec } : spec);
    return parsed.ok && parsed.value !== 'nothing' ? formatSelector(parsed.value) : '';
  }

  #scaleOf(request: ResourceRequest, object: KubeObject): JsonObject {
    const { name = '', namespace = '', uid = '', resourceVersion = '', creationTimestamp = '' } = object.metadata;
    const paths = this.#paths(request);
    const selector = this.#selector(request, object);
    const wanted = at(object, paths.spec);
    return {
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
      spec: wanted === undefined || wanted === 0 ? {} : { replicas: wanted },
      status: { replicas: at(object, paths.status) ?? 0, ...(selector === '' ? {} : { selector }) },
    };
  }
}
