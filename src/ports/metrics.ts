/** Metrics as a port. Names follow Prometheus conventions and carry the prefix `lockstep_`. */
export type Labels = Readonly<Record<string, string>>;

export interface Metrics {
  count(name: string, labels?: Labels, by?: number): void;
  gauge(name: string, value: number, labels?: Labels): void;
  /** `value` in the unit that the name ends in (`_seconds`, `_bytes`). */
  observe(name: string, value: number, labels?: Labels): void;
  /** Removes a gauge's series, for example when its object is deleted. */
  forget(name: string, labels: Labels): void;
}
