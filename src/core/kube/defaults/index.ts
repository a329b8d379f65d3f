/**
 * Defaulting of built-in kinds. In: an object in its Go shape and its type. Out: the object with everything the server would fill in by itself.
 * Never: looks at other objects, allocates anything.
 */
export { Defaulter } from './walk.ts';
