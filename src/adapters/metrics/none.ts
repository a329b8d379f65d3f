/** For tests and short commands. */
import type { Metrics } from '../../ports/index.ts';

const nothing = (): void => {};

/** Drops every measurement. */
export const noMetrics = (): Metrics => ({ count: nothing, gauge: nothing, observe: nothing, forget: nothing });
