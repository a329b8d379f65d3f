/** Locations that need no database. Go: time/zoneinfo.go. */
import type { GoLocation } from '../value/index.ts';

/** `time.UTC`. */
export const utc: GoLocation = Object.freeze({
  name: 'UTC',
  zoneAt: () => ({ name: 'UTC', offset: 0 }),
  offsetOf: (abbreviation: string) => (abbreviation === 'UTC' ? 0 : undefined),
});

/** `time.FixedZone`: the same offset (seconds east of UTC) at all times. */
export function fixedZone(name: string, offset: number): GoLocation {
  const zone = Object.freeze({ name, offset });
  return { name, zoneAt: () => zone, offsetOf: (abbreviation) => (abbreviation === name ? offset : undefined) };
}
