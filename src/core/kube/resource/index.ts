/**
 * Served resource types. In: the schema's discovery facts. Out: `Resource` values. Never: an object's content.
 */
export { apiVersionOf, builtinResources, type Resource, servedResource } from './resource.ts';
