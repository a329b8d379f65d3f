/** Pieces of table cells. Kubernetes: pkg/printers/internalversion/printers.go. */
import { formatSelector, selectorOf } from '../../object/selector/index.ts';
import { type Json, type JsonObject, type KubeObject, objectAt, objects, texts } from '../../object/index.ts';
import { humanDuration, parseTime } from '../time/index.ts';

export const text = (value: Json | undefined, whenAbsent = ''): string => (typeof value === 'string' && value !== '' ? value : whenAbsent);
export const number = (value: Json | undefined): number => (typeof value === 'number' ? value : 0);

export const specOf = (object: KubeObject): JsonObject => objectAt(object.spec);
export const statusOf = (object: KubeObject): JsonObject => objectAt(object.status);

/** How long ago a timestamp was. */
export function since(value: Json | undefined, now: number): string {
  const time = typeof value === 'string' ? parseTime(value) : undefined;
  return time === undefined ? '<unknown>' : humanDuration(now - time);
}

export const age = (object: KubeObject, now: number): string => since(object.metadata.creationTimestamp, now);

/** `a=b,c=d`, sorted; `<none>` when empty. */
export function labelText(labels: Json | undefined): string {
  const entries = Object.entries(objectAt(labels));
  return entries.length === 0
    ? '<none>'
    : entries
        .map(([key, value]) => `${key}=${String(value)}`)
        .sort()
        .join(',');
}

/** A label selector as text. Kubernetes: metav1.FormatLabelSelector. */
export function selectorText(selector: Json | undefined): string {
  const parsed = selectorOf(selector);
  if (!parsed.ok) return '<error>';
  const shown = parsed.value === 'nothing' ? '' : formatSelector(parsed.value);
  return shown === '' ? '<none>' : shown;
}

export const containersText = (template: Json | undefined): readonly [names: string, images: string] => {
  const containers = objects(objectAt(objectAt(template).spec).containers);
  return [containers.map((container) => text(container.name)).join(','), containers.map((container) => text(container.image)).join(',')];
};

/** The first three, and how many more there are. */
export function firstThree(list: readonly string[], whenEmpty: string): string {
  if (list.length === 0) return whenEmpty;
  return list.length <= 3 ? list.join(',') : `${list.slice(0, 3).join(',')} + ${list.length - 3} more...`;
}

const modes: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};

export const accessModes = (value: Json | undefined): string => {
  const present = new Set(texts(value));
  return Object.entries(modes)
    .filter(([mode]) => present.has(mode))
    .map(([, short]) => short)
    .join(',');
};

export const hasCondition = (object: KubeObject, type: string): boolean =>
  objects(statusOf(object).conditions).some((condition) => condition.type === type && condition.status === 'True');
