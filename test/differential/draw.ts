/** Drawing from one seed: the whole run follows from it. */

export type Draw = () => number;

/** mulberry32 */
export function seeded(seed: number): Draw {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export const pick = <T>(draw: Draw, list: readonly T[]): T => list[Math.floor(draw() * list.length)] as T;
export const chance = (draw: Draw, probability: number): boolean => draw() < probability;

/** The entries of `fields` that the draw keeps, each with its own probability. */
export function some<T>(draw: Draw, fields: Readonly<Record<string, readonly [probability: number, value: () => T]>>): Record<string, T> {
  const kept: Record<string, T> = {};
  for (const [name, [probability, value]] of Object.entries(fields)) if (chance(draw, probability)) kept[name] = value();
  return kept;
}
