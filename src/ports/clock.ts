/** Time as a port, so that tests and rehearsals run on a clock of their own. */
export interface Timer {
  /** Does nothing if the timer already fired. */
  cancel(): void;
}

export interface Clock {
  /** Milliseconds since the Unix epoch. May jump; use `monotonic` for durations. */
  now(): number;
  /** Milliseconds on a scale that never goes back. */
  monotonic(): number;
  /** Calls `action` once after `delay` milliseconds (at the earliest on the next turn). */
  after(delay: number, action: () => void): Timer;
  /** Resolves after `delay` milliseconds, or at once when `signal` aborts (it never rejects). */
  sleep(delay: number, signal?: AbortSignal): Promise<void>;
  /**
   * For whoever has much to do without ever waiting: undefined while this turn of the event loop is young, else a promise of the next one, so that
   * timers, sockets and leases are let in. To be awaited between pieces of work of a few milliseconds.
   */
  turn(): Promise<void> | undefined;
}
