/** How a build fails inside this folder: one error with the original's words, turned into a problem at the face. */

/** What is known about where a build failed; filled in on the way up, innermost first. */
export interface Place {
  readonly file?: string;
  readonly field?: string;
  readonly object?: string;
}

export class KustomizeError extends Error {
  place: Place;
  /** `malformed`: the text was no YAML; then a file is certainly meant, not a directory. `web`: so it is when its server says no. */
  readonly reason: 'malformed' | 'nodeKind' | 'web' | 'other';

  constructor(message: string, place: Place = {}, reason: KustomizeError['reason'] = 'other') {
    super(message);
    this.place = place;
    this.reason = reason;
  }
}

/** `prefix: cause`, as Go programs wrap errors; a place that is not known yet is added. */
export function wrapped(error: unknown, prefix: string, place: Place = {}): KustomizeError {
  if (!(error instanceof KustomizeError)) throw error;
  return new KustomizeError(`${prefix}: ${error.message}`, { ...place, ...error.place }, error.reason);
}

/** Runs and puts `prefix` in front of what fails. */
export function within<T>(prefix: () => string, run: () => T, place: Place = {}): T {
  try {
    return run();
  } catch (error) {
    throw wrapped(error, prefix(), place);
  }
}

/** Runs and names the place of what fails, words unchanged. */
export function about<T>(place: Place, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof KustomizeError) error.place = { ...place, ...error.place };
    throw error;
  }
}
