/**
 * Controllers as pure functions. In: a view of the cluster. Out: changes, and when to look again. Never: reads a clock, writes anything.
 */
export {
  type Change,
  type Controller,
  controllerOf,
  type EventText,
  keyOf,
  nothing,
  type ObjectKey,
  type Outcome,
  type View,
} from './controller.ts';
