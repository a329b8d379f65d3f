/**
 * Lockstep's own HTTP doors: metrics and health for machines, the dashboard and its API for people.
 * In: ports, and what to report. Out: listening servers. Never: lends a visitor the controller's rights, decides anything about Apps.
 */
export { listenStatus, type StatusSources } from './status.ts';
export { listenHooks } from './hooks/listen.ts';
export { listenService } from './service-door.ts';
export type { Hook, Hooks } from './hooks/receiver.ts';
export { startDashboard, type Dashboard, type DashboardSettings } from './dashboard.ts';
export type { DashboardPorts, Masking, River } from './ports.ts';
export { identityOf } from './access/doorman.ts';
export { hashPassword } from './access/passwords.ts';
export type { Mount } from './http/frame.ts';
