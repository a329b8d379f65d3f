/**
 * Plain manifests: YAML and JSON files of a folder as objects, and which builder a folder asks for.
 * In: files through `ask`. Out: every object with the file and line it stands at, and every problem. Never: changes an object.
 */
export { builderIn, detectBuilder, marksOf, type Builder } from './detect.ts';
export { withGeneratedName } from './generated-name.ts';
export { readManifests, type RenderedObject } from './manifests.ts';
export { renderPlain, type PlainInput } from './render.ts';
