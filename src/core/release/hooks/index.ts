/**
 * Running hooks and tests, one step at a time.
 * In: a hook's record, its living object, what is recorded of the run. Out: the next step. Never: carries it out.
 */
export { deletesWhen, hookRunAnnotation, hooksOf, hookStep, type HookScene, type HookStep } from './hooks.ts';
export { type Finish, finishOf } from './finish.ts';
