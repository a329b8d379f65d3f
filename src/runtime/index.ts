/**
 * The machinery under controllers: driving engines, queues, informers, leases. Knows no GitOps.
 * In: ports. Out: facts, keys to work on, objects as they change. Never: decides what a key means.
 */
export { answer, answerDigest, type Answer, type Answered, type Answerer, type AnswerOptions, type TraceEntry } from './ask.ts';
export { composeAnswerer, type AnswerParts, type Tree } from './answerer.ts';
