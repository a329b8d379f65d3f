/**
 * The machinery under controllers: driving engines, queues, informers, leases. Knows no GitOps.
 * In: ports. Out: facts, keys to work on, objects as they change. Never: decides what a key means.
 */
export {
  answer,
  answerDigest,
  checkRounds,
  TooManyRounds,
  type Answer,
  type Answered,
  type Answerer,
  type AnswerOptions,
  traceOf,
  type TraceEntry,
} from './ask.ts';
export { composeAnswerer, type AnswerParts, type Tree } from './answerer.ts';
export { backoffDelay } from './backoff.ts';
export { Delays } from './delays.ts';
export { outcome, type Outcome } from './outcome.ts';
export { createWorkQueue, type QueueOptions, type QueuePorts, type WorkQueue } from './queue.ts';
export { createController, type Controller, type ControllerOptions } from './controller.ts';
export { createInformers, type Informer, type InformerOptions, type Informers, type InformerSettings } from './informers.ts';
export type { ReflectorPorts } from './reflector.ts';
export type { Change, IndexBy } from './store.ts';
export { createElector, type Elector, type ElectorOptions, type ElectorPorts } from './elector.ts';
export { stopInOrder, type Stoppable } from './stop.ts';
export { createBreaker, type Breaker } from './breaker.ts';
export { fenced } from './fence.ts';
