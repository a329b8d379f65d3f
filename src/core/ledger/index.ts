/**
 * History as values: what an event says, when versions ran and ran together, which event set a field.
 * In: events and runs as stored. Out: answers for people. Never: stores, reads a clock, or changes an event.
 */
export {
  changesWhatRuns,
  commitOf,
  namespaceOfSubject,
  type CommitNote,
  type LedgerEvent,
  type Touched,
  type VersionEntry,
} from './event.ts';
export { joinRuns, matchesVersion, parseNameVersion, together, type NameVersion, type Run, type Together } from './runs.ts';
export { blame, type Blame } from './blame.ts';
export { versionsOf, type Ingredients } from './versions.ts';
export { imagesOf } from './images.ts';
