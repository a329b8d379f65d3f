/**
 * Maintenance windows: when new revisions and prunes may go through.
 * In: windows with their schedules, a moment. Out: whether it is open, and the moment at which that changes. Never: looks at a clock.
 */
export { type Opening, type Window, judgeWindows } from './windows.ts';
