/**
 * Lockstep's controllers: Sources are fetched, Apps are kept as their Sources say.
 * In: ports and a few settings. Out: start, stop, a door for pushes, and whether there is work. Never: reads configuration, knows an adapter.
 */
export { createControllers, type Controllers, type ControllerPorts, type ControllerSettings } from './create.ts';
export { build, type BuildInput, type Builders, type Built, type RenderedObject } from './app/build.ts';
export { type Engine, engineHere, type Ran, standardBuilders } from './app/engine.ts';
export { formatPreviewError, previewApp, type PreviewError } from './preview.ts';
export { maskText, maskValue, secretTexts, untold } from './app/secret-texts.ts';
export { tell as tellNews } from './news/words.ts';
export { wants as wantsNews } from './news/filter.ts';
export { authOf } from './source/credentials.ts';
