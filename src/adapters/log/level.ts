/** How urgent a line is, and which lines are wanted. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

const order: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** Whether a line of `level` is written when `least` is wanted. */
export const isWanted = (level: LogLevel, least: LogLevel): boolean => order.indexOf(level) >= order.indexOf(least);
