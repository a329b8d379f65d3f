/**
 * What the buttons do, plan first.
 * In: an App, who asks, what for. Out: what it would do, and after a confirmation what came of it. Never: acts with the server's own rights.
 */
export { type ActionCall, Actions } from './actions.ts';
export { authorOf, mayChange, toldOf } from './commit.ts';
export { offeredActions } from './offered.ts';
