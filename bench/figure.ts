/** One line of the benchmark report: a figure beside the baseline measured (or recorded, when it says so) in the same run. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  /** `ops/s`, `ms`, `MB`, `Apps/s`, … */
  readonly unit: string;
  readonly baseline?: { readonly name: string; readonly value: number };
  readonly note?: string;
}

/** Median milliseconds of `runs` calls after one that is not counted. */
export async function medianTime(runs: number, body: () => unknown): Promise<number> {
  await body();
  const times: number[] = [];
  for (let index = 0; index < runs; index++) {
    const started = performance.now();
    await body();
    times.push(performance.now() - started);
  }
  return times.sort((a, b) => a - b)[Math.floor(runs / 2)] ?? 0;
}
