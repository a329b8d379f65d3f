/** How well delivery works, from the ledger: how often, how fast, how often not, how fast again. Each App counts for itself. */
import type { DeliveryView, QueryOf } from '../../api/http/index.ts';
import { namespaceOfSubject } from '../../core/ledger/index.ts';
import type { Ledger, LedgerEvent } from '../../ports/index.ts';
import type { Visible } from '../access/access.ts';
import { eventsOf, isFailure, LOOKED_AT } from './timeline.ts';
import { when } from './when.ts';

const DAY = 86_400_000;

export interface DeliveryAsked {
  readonly visible: Visible;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export async function delivery(ledger: Ledger, query: QueryOf<'delivery'>, { visible, now }: DeliveryAsked): Promise<DeliveryView> {
  const from = now - query.days * DAY;
  const events: LedgerEvent[] = [];
  let looked = 0;
  for await (const event of eventsOf(ledger, { ...when('subject', query.app), since: from })) {
    looked += 1;
    if (visible(namespaceOfSubject(event.subject))) events.push(event);
  }
  const tally = new Tally();
  // The oldest first.
  for (const event of events.toReversed()) tally.add(event);
  tally.close(now);
  return {
    from: new Date(from).toISOString(),
    to: new Date(now).toISOString(),
    ...tally.figures(query.days),
    truncated: looked >= LOOKED_AT,
  };
}

interface Day {
  deployments: number;
  failures: number;
}

/** What is known of one App on the way through its events. */
interface Standing {
  revision: string | undefined;
  /** The revision whose failure was counted; it is counted once however often it is tried. */
  failed: string | undefined;
  brokenSince: number | undefined;
  /** Of the newest change: when its commit was written, until it is known when it was healthy. */
  committed: number | undefined;
  /** When that was applied. */
  appliedAt: number;
  /** As it was told last; undefined: nothing was told, as of Apps that never were anything but healthy. */
  healthy: boolean | undefined;
}

/** A change that makes an App unhealthy does so within this time of its apply; later trouble has another cause. */
const GRACE = 60_000;

class Tally {
  readonly #days = new Map<string, Day>();
  readonly #apps = new Map<string, Standing>();
  readonly #restores: number[] = [];
  readonly #leads: number[] = [];

  add(event: LedgerEvent): void {
    // Sources fail too, but deliver nothing.
    if (event.kind !== undefined && event.kind !== 'App') return;
    const app = this.#app(event.subject);
    if (event.type === 'Applied') this.#applied(event, app);
    else if (event.type === 'HealthChanged') this.#health(event, app);
    else if (isFailure(event.type)) this.#failed(event, app);
  }

  /** What was applied and stayed healthy was healthy when it was applied. */
  close(now: number): void {
    for (const app of this.#apps.values()) if (now - app.appliedAt > GRACE) this.#settle(app);
  }

  figures(days: number): Omit<DeliveryView, 'from' | 'to' | 'truncated'> {
    const all = [...this.#days.values()];
    const deployments = all.reduce((sum, day) => sum + day.deployments, 0);
    const failures = all.reduce((sum, day) => sum + day.failures, 0);
    const attempts = deployments + failures;
    return {
      deployments,
      perDay: Math.round((deployments * 1000) / days),
      failureRate: attempts === 0 ? 0 : Math.round((failures * 1000) / attempts),
      ...when('leadTime', median(this.#leads)),
      ...when('restoreTime', median(this.#restores)),
      days: [...this.#days].map(([day, figures]) => ({ day, ...figures })),
    };
  }

  #applied({ at, revision, commit }: LedgerEvent, app: Standing): void {
    const first = app.revision === undefined;
    if (revision === app.revision) return;
    this.#settle(app);
    app.appliedAt = at;
    app.revision = revision;
    this.#day(at).deployments += 1;
    // What was there before the App was is no change that somebody waited for.
    app.committed = first ? undefined : commit?.at;
    this.#restored(at, app, 'applied');
  }

  #settle(app: Standing): void {
    if (app.committed === undefined || app.healthy === false) return;
    this.#leads.push(Math.max(0, app.appliedAt - app.committed));
    app.committed = undefined;
  }

  #health({ at, message }: LedgerEvent, app: Standing): void {
    const healthy = /→ Healthy/.test(message);
    if (!healthy && at - app.appliedAt > GRACE) this.#settle(app);
    app.healthy = healthy;
    if (healthy) {
      if (app.committed !== undefined) this.#leads.push(Math.max(0, at - app.committed));
      app.committed = undefined;
      this.#restored(at, app, 'healthy');
    } else if (/→ (?:Degraded|Missing)/.test(message)) app.brokenSince ??= at;
  }

  #failed({ at, revision }: LedgerEvent, app: Standing): void {
    app.brokenSince ??= at;
    const attempt = revision ?? '';
    if (app.failed === attempt) return;
    app.failed = attempt;
    this.#day(at).failures += 1;
  }

  /** An apply alone ends what failed before it came to an apply; what was unhealthy ends with health. */
  #restored(at: number, app: Standing, by: 'applied' | 'healthy'): void {
    if (app.brokenSince === undefined || (by === 'applied' && app.failed === undefined)) return;
    this.#restores.push(at - app.brokenSince);
    app.brokenSince = undefined;
    app.failed = undefined;
  }

  #app(subject: string): Standing {
    const known = this.#apps.get(subject);
    if (known !== undefined) return known;
    const made: Standing = {
      revision: undefined,
      failed: undefined,
      brokenSince: undefined,
      committed: undefined,
      appliedAt: 0,
      healthy: undefined,
    };
    this.#apps.set(subject, made);
    return made;
  }

  #day(at: number): Day {
    const key = new Date(at).toISOString().slice(0, 10);
    const known = this.#days.get(key);
    if (known !== undefined) return known;
    const made = { deployments: 0, failures: 0 };
    this.#days.set(key, made);
    return made;
  }
}

function median(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.toSorted((a, b) => a - b)[values.length >> 1];
}
