/**
 * Commits that Lockstep makes in the repositories of Apps: reverts, rollbacks, and changes that a person asks for.
 * In: an App, what it read, and where it is to go back to or what is to be different. Out: one commit on the branch it follows, or on a branch to be
 * reviewed. Never: a force push, a file the App does not read, a change of somebody else's newer work.
 */
export { CommitDesk } from './desk.ts';
export { revertIn } from './message.ts';
export { type ChartAsked, chartWhereabouts } from './chart-whereabouts.ts';
export { whereabouts, type Whereabouts, type WherePorts } from './whereabouts.ts';
