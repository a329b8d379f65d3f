/**
 * What people and other tools wrote on objects.
 * In: objects. Out: what the marks say, in our words. Never: decides what follows.
 */
export {
  type ApplyMark,
  type PruneMark,
  applyMark,
  explicitWave,
  healDisabled,
  isPatchedBySealed,
  isShared,
  moveAllowed,
  pruneMark,
  recreateAllowed,
  replacedApp,
  takesSealed,
} from './marks.ts';
export { type ForeignTool, foreignTool, isOfRelease } from './tools.ts';
