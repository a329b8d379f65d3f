/** How Helm 3 logs: each line begins with the place in its source. The words are those of Helm 4, which took the messages over. */

/** Beginning of a message → where Helm 3.21 says it. */
const places: readonly (readonly [start: string, place: string])[] = [
  ['warning: skipping globals because destination', 'coalesce.go:138'],
  ['warning: skipping globals because source', 'coalesce.go:145'],
  ['Conflict: cannot merge map onto non-map', 'coalesce.go:161'],
  ['key ', 'coalesce.go:175'],
  ['warning: skipped value for', 'coalesce.go:237'],
  ['warning: cannot overwrite table', 'coalesce.go:316'],
  ['warning: destination for', 'coalesce.go:319'],
  ['Warning: Dependencies are handled in Chart.yaml', 'load.go:120'],
  ['Warning: Dependency locking is handled in Chart.lock', 'load.go:138'],
];

/** The line of a message; undefined for those that Helm 3 has other words for. */
export function helm3Line(message: string): string | undefined {
  if (message === 'this chart is deprecated') return 'WARNING: This chart is deprecated\n';
  const place = places.find(([start]) => message.startsWith(start));
  return place === undefined ? undefined : `${place[1]}: ${message}\n`;
}
