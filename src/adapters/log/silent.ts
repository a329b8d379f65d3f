/** For tests and for commands whose output is the result. */
import type { Log } from '../../ports/index.ts';

const nothing = (): void => {};

/** A log that drops everything. */
export const silentLog = (): Log => {
  const log: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing, with: () => log };
  return log;
};
