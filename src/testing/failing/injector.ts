/** Decides which call of a scenario goes wrong, and how. One injector counts over all ports it wraps, so that "every call k = 1…N" is one loop. */

/**
 * `error`: refused, nothing happened. `timeout`: no answer, nothing happened. `lostAnswer`: it happened, but the answer never came.
 * `crashBefore`, `crashAfter`: the process ends at this call, before or after its effect. `{ status }`: the API server answers so, nothing happened.
 */
export type Fault = 'error' | 'timeout' | 'lostAnswer' | 'crashBefore' | 'crashAfter' | { readonly status: number };

export interface Call {
  readonly port: 'kube' | 'git' | 'ledger' | 'charts';
  /** `PATCH /api/v1/namespaces/shop/configmaps/a`, `fetch`, `append`, … */
  readonly what: string;
}

export interface FaultPlan {
  /** The number of the call that fails, from 1; 0: none. */
  readonly at: number;
  readonly fault: Fault;
  /** Which calls count. Default: all. */
  readonly counts?: (call: Call) => boolean;
}

/** An answer that never comes: what a dead process gets. */
const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

export class FaultInjector {
  readonly #plan: FaultPlan;
  readonly #seen: Call[] = [];
  #dead = false;
  #crash: () => void = () => undefined;
  /** Resolves when the process has "ended": from then on no call of this injector has an effect or an answer. */
  readonly crashed: Promise<void>;

  constructor(plan: FaultPlan) {
    this.#plan = plan;
    this.crashed = new Promise((resolve) => {
      this.#crash = resolve;
    });
  }

  /** The calls that counted, in order. */
  get calls(): readonly Call[] {
    return this.#seen;
  }

  /** Runs one call: `perform` has the effect, `fail` turns the fault into what this port answers. */
  async run<T>(
    call: Call,
    perform: () => Promise<T>,
    fail: (fault: Exclude<Fault, 'crashBefore' | 'crashAfter'>) => T | Promise<T>,
  ): Promise<T> {
    if (this.#dead) return never();
    const fault = this.#faultOf(call);
    if (fault === undefined) return this.#alive(await perform());
    if (fault === 'crashAfter' || fault === 'lostAnswer') await perform();
    if (fault !== 'crashBefore' && fault !== 'crashAfter') return fail(fault);
    this.#dead = true;
    this.#crash();
    return never();
  }

  /** A call that was under way when the process ended has its effect, but nobody learns of it. */
  #alive<T>(answer: T): T | Promise<T> {
    return this.#dead ? never() : answer;
  }

  #faultOf(call: Call): Fault | undefined {
    if (this.#plan.counts !== undefined && !this.#plan.counts(call)) return undefined;
    this.#seen.push(call);
    return this.#seen.length === this.#plan.at ? this.#plan.fault : undefined;
  }
}
