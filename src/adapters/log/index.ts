/**
 * Where log lines go: JSON for machines, plain lines for people, nowhere.
 * In: a level, a stream. Out: the port Log. Never: decides what is worth logging.
 */
export { consoleLog } from './console.ts';
export { jsonLog } from './json.ts';
export { silentLog } from './silent.ts';
export type { LogLevel } from './level.ts';
