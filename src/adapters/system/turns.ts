/**
 * Turns of the event loop. What never waits for anything outside lets nobody else in: no timer, no browser, no lease. There is one loop, so all who ask
 * here share the memory of when its turn began.
 */

/** Milliseconds of one turn. Far below what anybody notices. */
const LONGEST = 8;

let began: number | undefined;
let next: Promise<void> | undefined;

/** Undefined while this turn is young; else the next one. */
export function turn(): Promise<void> | undefined {
  const now = performance.now();
  if (began === undefined) {
    began = now;
    setImmediate(() => {
      began = undefined;
      next = undefined;
    });
    return undefined;
  }
  return now - began <= LONGEST ? undefined : (next ??= new Promise((resolve) => setImmediate(resolve)));
}
