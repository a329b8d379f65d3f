/** The operations of a resource type. Clients read from them which options a verb takes (kubectl: dryRun, fieldValidation) and which kind a path has. */
import type { JsonObject } from '../../object/index.ts';
import type { Resource } from '../resource/index.ts';

const query = (name: string, type: string): JsonObject => ({ name, in: 'query', schema: { type, uniqueItems: true } });
const inPath = (name: string): JsonObject => ({ name, in: 'path', required: true, schema: { type: 'string', uniqueItems: true } });

const writeParameters = [query('dryRun', 'string'), query('fieldManager', 'string'), query('fieldValidation', 'string')];
const deleteParameters = [
  query('dryRun', 'string'),
  query('gracePeriodSeconds', 'integer'),
  query('orphanDependents', 'boolean'),
  query('propagationPolicy', 'string'),
];
const listParameters = [
  query('allowWatchBookmarks', 'boolean'),
  query('continue', 'string'),
  query('fieldSelector', 'string'),
  query('labelSelector', 'string'),
  query('limit', 'integer'),
  query('resourceVersion', 'string'),
  query('resourceVersionMatch', 'string'),
  query('sendInitialEvents', 'boolean'),
  query('timeoutSeconds', 'integer'),
  query('watch', 'boolean'),
];

const STATUS = 'io.k8s.apimachinery.pkg.apis.meta.v1.Status';
const PATCH = 'io.k8s.apimachinery.pkg.apis.meta.v1.Patch';
const DELETE_OPTIONS = 'io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions';

/** Definition names of the types an operation speaks of. */
export interface OperationTypes {
  readonly object: string;
  readonly list: string | undefined;
}

interface Operation {
  readonly action: string;
  readonly verb: string;
  readonly returns: string;
  readonly takes?: string;
  readonly parameters?: readonly JsonObject[];
}

const reference = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` });

const patchTypes = [
  'application/apply-patch+yaml',
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
];

function operation(resource: Resource, spec: Operation): JsonObject {
  const { group, version, kind } = resource;
  const content = { 'application/json': { schema: reference(spec.returns) } };
  const types = spec.action === 'patch' ? patchTypes.filter((type) => !resource.custom || !type.includes('strategic')) : ['*/*'];
  const taken = spec.takes;
  const body =
    taken === undefined
      ? {}
      : { requestBody: { content: Object.fromEntries(types.map((type) => [type, { schema: reference(taken) }])), required: true } };
  const scope = resource.namespaced ? 'Namespaced' : '';
  const camel = `${group.split('.')[0] ?? ''}_${version}`.replaceAll(/(^|_)(\w)/g, (_match, _sep, letter: string) => letter.toUpperCase());
  return {
    tags: [group === '' ? `core_${version}` : `${group.replace(/\.k8s\.io$/, '').replaceAll(/[.-]/g, '')}_${version}`],
    operationId: `${spec.verb}${group === '' ? `CoreV${version.slice(1)}` : camel}${scope}${kind}`,
    ...(spec.parameters === undefined ? {} : { parameters: spec.parameters }),
    ...body,
    responses: { '200': { description: 'OK', content }, '401': { description: 'Unauthorized' } },
    'x-kubernetes-action': spec.action,
    'x-kubernetes-group-version-kind': { group, version, kind },
  };
}

function itemOperations(resource: Resource, types: OperationTypes, verbs: readonly string[]): JsonObject {
  const { object } = types;
  const force = query('force', 'boolean');
  const all: Readonly<Record<string, readonly [string, Operation]>> = {
    get: ['get', { action: 'get', verb: 'read', returns: object }],
    update: ['put', { action: 'put', verb: 'replace', returns: object, takes: object, parameters: writeParameters }],
    delete: ['delete', { action: 'delete', verb: 'delete', returns: STATUS, takes: DELETE_OPTIONS, parameters: deleteParameters }],
    patch: ['patch', { action: 'patch', verb: 'patch', returns: object, takes: PATCH, parameters: [...writeParameters, force] }],
    create: ['post', { action: 'post', verb: 'create', returns: object, takes: object, parameters: writeParameters }],
  };
  return Object.fromEntries(verbs.flatMap((verb) => (all[verb] === undefined ? [] : [[all[verb][0], operation(resource, all[verb][1])]])));
}

function collectionOperations(resource: Resource, types: OperationTypes): JsonObject {
  const { verbs } = resource;
  const list = types.list ?? types.object;
  return {
    ...(verbs.includes('list')
      ? { get: operation(resource, { action: 'list', verb: 'list', returns: list, parameters: listParameters }) }
      : {}),
    ...(verbs.includes('create') ? itemOperations(resource, types, ['create']) : {}),
    ...(verbs.includes('deletecollection')
      ? {
          delete: operation(resource, {
            action: 'deletecollection',
            verb: 'deleteCollection',
            returns: STATUS,
            takes: DELETE_OPTIONS,
            parameters: [...deleteParameters, ...listParameters],
          }),
        }
      : {}),
  };
}

/** All paths of a resource type. */
export function resourcePaths(resource: Resource, types: OperationTypes): readonly (readonly [string, JsonObject])[] {
  const root = resource.group === '' ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`;
  const scope = resource.namespaced ? '/namespaces/{namespace}' : '';
  const collection = `${root}${scope}/${resource.resource}`;
  const item = `${collection}/{name}`;
  const space = resource.namespaced ? [inPath('namespace')] : [];
  const itemVerbs = resource.verbs.filter((verb) => ['get', 'update', 'patch', 'delete'].includes(verb));
  const subresources = resource.subresources
    .filter((sub) => sub.kind === resource.kind)
    .map(
      (sub) => [`${item}/${sub.name}`, { ...itemOperations(resource, types, sub.verbs), parameters: [inPath('name'), ...space] }] as const,
    );
  const everywhere =
    resource.namespaced && resource.verbs.includes('list')
      ? [[`${root}/${resource.resource}`, allNamespaces(resource, types)] as const]
      : [];
  return [
    ...everywhere,
    [collection, { ...collectionOperations(resource, types), parameters: space }],
    ...(itemVerbs.length === 0
      ? []
      : [[item, { ...itemOperations(resource, types, itemVerbs), parameters: [inPath('name'), ...space] }] as const]),
    ...subresources,
  ];
}

const allNamespaces = (resource: Resource, types: OperationTypes): JsonObject => ({
  get: operation(resource, { action: 'list', verb: 'list', returns: types.list ?? types.object }),
  parameters: listParameters,
});

/** Types every document refers to. */
export const commonTypes = [STATUS, PATCH, DELETE_OPTIONS];
