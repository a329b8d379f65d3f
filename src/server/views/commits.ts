/** The commit behind an App: what the ledger noted of it. A commit never changes, so what was found once is remembered. */
import type { App } from '../../api/index.ts';
import type { AppDetail } from '../../api/http/index.ts';
import type { Ledger } from '../../ports/index.ts';
import { commitView } from './timeline.ts';

const MOST_REMEMBERED = 2000;

export class Commits {
  readonly #ledger: Ledger;
  readonly #known = new Map<string, AppDetail['commit']>();

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** Of its newest attempt, else of what it runs; undefined: it is made from no commit, or nobody noted it. */
  async of({ metadata: { namespace, name }, spec, status }: App): Promise<AppDetail['commit']> {
    const revision = (status?.attempted?.inputs ?? status?.applied?.inputs)?.[0]?.revision ?? '';
    const id = /sha(?:1|256):([0-9a-f]{40,64})$/.exec(revision)?.[1];
    if (id === undefined) return undefined;
    const key = `${namespace}/${spec.source.name} ${id}`;
    if (this.#known.has(key)) return this.#known.get(key);
    const found = (await this.#find(id, `${namespace}/${name}`)) ?? (await this.#find(id, `${namespace}/${spec.source.name}`));
    // Not found may only be too early.
    if (found === undefined) return undefined;
    if (this.#known.size >= MOST_REMEMBERED) this.#known.clear();
    this.#known.set(key, found);
    return found;
  }

  async #find(id: string, subject: string): Promise<AppDetail['commit']> {
    const { events } = await this.#ledger.find({ subject, commit: id, limit: 20 });
    return commitView(events.find(({ commit }) => commit !== undefined)?.commit);
  }
}
