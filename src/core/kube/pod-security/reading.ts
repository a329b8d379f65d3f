/** What the checks look at in a Pod, and how they name what they found. */
import { type JsonObject, objectAt, objects, text } from '../../object/index.ts';

export interface PodParts {
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: JsonObject;
}

/** A broken rule; `detail` says where. */
export interface Finding {
  readonly reason: string;
  readonly detail: string;
}

/** Containers in the order in which they are looked at. */
export const containersOf = ({ spec }: PodParts): readonly JsonObject[] => [
  ...objects(spec.initContainers),
  ...objects(spec.containers),
  ...objects(spec.ephemeralContainers),
];

export const securityOf = (holder: JsonObject): JsonObject => objectAt(holder.securityContext);

export const isWindows = ({ spec }: PodParts): boolean => objectAt(spec.os).name === 'windows';

export const plural = (word: string, count: number): string => (count === 1 ? word : `${word}s`);
export const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');
export const sorted = (names: Iterable<string>): readonly string[] => [...new Set(names)].sort();

const namesOf = (holders: readonly JsonObject[]): readonly string[] => holders.map((holder) => text(holder.name));

/** `container "a"`, `volumes "v", "w"`. */
export const listed = (word: string, holders: readonly JsonObject[]): string =>
  `${plural(word, holders.length)} ${quoted(namesOf(holders))}`;

/** Who set something: the Pod itself and some of its containers. */
export function setters(pod: PodParts, sets: (security: JsonObject) => boolean): readonly string[] {
  const containers = containersOf(pod).filter((container) => sets(securityOf(container)));
  return [...(sets(securityOf(pod.spec)) ? ['pod'] : []), ...(containers.length === 0 ? [] : [listed('container', containers)])];
}

/** All security contexts of a Pod. */
export const securityContexts = (pod: PodParts): readonly JsonObject[] => [
  securityOf(pod.spec),
  ...containersOf(pod).map((container) => securityOf(container)),
];
