/**
 * Proof of ownership on objects (S5).
 * In: objects and App identities. Out: the App that is proved to own an object, a stamped copy. Never: decides what follows.
 */
export { type AppId, appKey, appLabel, isApp, isAppRef, provenOwner, sameApp, stampOwner } from './owner.ts';
