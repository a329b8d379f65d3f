/**
 * Renders in threads of their own: the controllers go on meanwhile, and a hostile chart ends with its thread.
 * In: what to build, and who answers its questions. Out: what was built, or the limit it hit. Never: decides what an App means.
 */
export { renderLimitsOf } from './limits.ts';
export { renderThreads, type RenderLimits, type RenderThreads } from './threads.ts';
