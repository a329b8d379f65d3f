/**
 * Mutations that depend on other objects. In: the object and what admission looked up. Out: the object as admission leaves it. Never: looks anything up.
 */
export { accountOf, admitPod, type PodFacts, withDefaultTolerations } from './pod.ts';
export { allocateService, familyErrors, preparedService, type Stock, stockErrors } from './service.ts';
