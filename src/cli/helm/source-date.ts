/** The time of reproducible outputs. */
import { UsageError } from '../errors.ts';
import type { Io } from '../io.ts';

/** Milliseconds of SOURCE_DATE_EPOCH; undefined when it is not set. @throws UsageError when it is no number */
export function sourceDate({ env }: Io): number | undefined {
  const epoch = env['SOURCE_DATE_EPOCH'];
  if (epoch === undefined || epoch === '') return undefined;
  if (!/^\d{1,11}$/.test(epoch)) throw new UsageError(`SOURCE_DATE_EPOCH is not a number of seconds: ${epoch}`);
  return Number(epoch) * 1000;
}
