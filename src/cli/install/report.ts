/** Runs an installation's step and says what stopped it. */
import { InstallError } from '../../app/installer/index.ts';
import { CommandError } from '../errors.ts';

/** @throws CommandError */
export async function reportingFailure<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof InstallError) throw new CommandError(error.message, error.hint);
    throw error;
  }
}
