/** Which paths of its own repository an App has read: the only ones a commit made for it may touch (S7). */
import type { TraceEntry } from '../../runtime/index.ts';

export interface Change {
  readonly path: string;
  /** It appears, vanishes or changes type: what a listing shows. */
  readonly listed: boolean;
}

export class Reads {
  readonly #files = new Set<string>();
  readonly #folders = new Set<string>();
  readonly #trees = new Set<string>();
  readonly #folder: string | undefined;

  /** `folder` counts as read whole: for when it is not known what was read there once. */
  constructor(traces: readonly (readonly TraceEntry[])[], folder?: string) {
    this.#folder = folder;
    for (const { request } of traces.flat()) {
      if ((request.kind !== 'file' && request.kind !== 'list') || request.source !== '') continue;
      if (request.kind === 'file') this.#files.add(request.path);
      else (request.recursive ? this.#trees : this.#folders).add(request.path);
    }
  }

  /** Whether the App could see this change. */
  sees({ path, listed }: Change): boolean {
    if (this.#files.has(path) || (this.#folder !== undefined && path.startsWith(`${this.#folder}/`))) return true;
    return listed && (this.#folders.has(parentOf(path)) || this.#below(path));
  }

  #below(path: string): boolean {
    for (let at = parentOf(path); ; at = parentOf(at)) {
      if (this.#trees.has(at)) return true;
      if (at === '') return false;
    }
  }
}

export const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));
