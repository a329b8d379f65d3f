/**
 * Core asks, it never calls. An engine is a synchronous function of an `Ask`; whatever it wants from outside is a request value.
 * In: a function and the facts known so far. Out: its value, or the requests still to be answered. Never: performs I/O.
 *
 * A missing fact is answered with an offline value, so that one pass collects many requests; the output of such a pass is thrown away.
 */
export { requestKey, step, type Ask, type AtHand, type Facts, type Step } from './step.ts';
export { fileFound } from './file-found.ts';
export type {
  AnswerOf,
  CapabilitiesAnswer,
  FileAnswer,
  FileFound,
  ListAnswer,
  LookupAnswer,
  ReleaseAnswer,
  RemoteAnswer,
  Request,
  TreeEntry,
  WebFileAnswer,
} from './requests.ts';
