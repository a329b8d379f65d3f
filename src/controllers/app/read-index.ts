/**
 * Who read what (S1): from changed paths to the Apps whose last render could see the change. The App's own path plays no part in it.
 * A miss is a read like any other: a file that appears where an App looked for one is a reason to render.
 */
import type { TraceEntry } from '../../runtime/index.ts';
import type { TreeDiff } from '../source/tree-diff.ts';

export class ReadIndex {
  /** Key: head key, kind of read, path. */
  readonly #readers = new Map<string, Set<string>>();
  readonly #reads = new Map<string, readonly string[]>();

  /** Replaces what `app` read. `headOf` names the head that a source name of the trace stands for. */
  set(app: string, trace: readonly TraceEntry[], headOf: (source: string) => string | undefined): void {
    this.delete(app);
    const keys = new Set<string>();
    for (const { request } of trace) {
      if (request.kind !== 'file' && request.kind !== 'list') continue;
      const head = headOf(request.source);
      if (head === undefined) continue;
      const kind = request.kind === 'file' ? 'file' : request.recursive ? 'tree' : 'list';
      keys.add(`${head}\0${kind}\0${request.path}`);
      keys.add(`${head}\0any`);
    }
    this.#reads.set(app, [...keys]);
    for (const key of keys) {
      const readers = this.#readers.get(key);
      if (readers === undefined) this.#readers.set(key, new Set([app]));
      else readers.add(app);
    }
  }

  delete(app: string): void {
    for (const key of this.#reads.get(app) ?? []) {
      const readers = this.#readers.get(key);
      readers?.delete(app);
      if (readers?.size === 0) this.#readers.delete(key);
    }
    this.#reads.delete(app);
  }

  /** Apps that could see a difference; all readers of the head when the difference cannot be told, or when links may lead anywhere. */
  affected(head: string, diff: TreeDiff | undefined): ReadonlySet<string> {
    if (diff === undefined || diff.links) return new Set(this.#readers.get(`${head}\0any`));
    const found = new Set<string>();
    const collect = (kind: string, path: string): void => {
      for (const app of this.#readers.get(`${head}\0${kind}\0${path}`) ?? []) found.add(app);
    };
    for (const path of diff.changed) collect('file', path);
    for (const path of diff.listed) {
      collect('list', parentOf(path));
      for (let at = parentOf(path); ; at = parentOf(at)) {
        collect('tree', at);
        if (at === '') break;
      }
    }
    return found;
  }
}

const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));
