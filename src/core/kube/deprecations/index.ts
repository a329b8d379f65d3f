/**
 * API versions of Kubernetes that are going away, and what takes their place.
 * In: an API version and a kind. Out: since when, until when, the replacement. Never: says what a cluster serves.
 */
export { type Deprecation, deprecationOf } from './deprecations.ts';
