/**
 * Contracts (S21): whether the versions of all Apps of an environment fit together, the order in which they can get there, the smallest change that would
 * mend it. In: what each App provides and requires, wanted and running. Out: findings that name both sides. Never: knows a cluster, guesses what is provided.
 */
export type { Contracts, Finding, FindingKind, Party, Provision, Requirement, Scope } from './types.ts';
export { noContracts } from './types.ts';
export { type Market, marketOf, type Offer, offersFor, reaches, satisfies } from './market.ts';
export { leftBehind } from './leaving.ts';
export { judgeSet } from './set.ts';
export { judgeStep, sameContracts, type Steps, stepsOf } from './steps.ts';
export { chartContracts, combined } from './declared.ts';
