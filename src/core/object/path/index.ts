/**
 * Field paths as text, the way the API server writes them in conflicts: `.spec.containers[name="c"].image`.
 * In: steps. Out: text. Never: looks at an object.
 */
import type { Json } from '../json.ts';
import { goQuote } from '../value/index.ts';

export interface KeyField {
  readonly name: string;
  readonly value: Json;
}

/** A field; an item by its key fields (sorted by name), by its value, or by its place. */
export type FieldStep =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'key'; readonly fields: readonly KeyField[] }
  | { readonly kind: 'value'; readonly value: Json }
  | { readonly kind: 'index'; readonly index: number };

/** `.spec.ports[port=80,protocol="TCP"]`, `.metadata.finalizers[="x"]`, `.args[0]`. */
export const formatFieldPath = (steps: readonly FieldStep[]): string => steps.map(formatStep).join('');

function formatStep(step: FieldStep): string {
  switch (step.kind) {
    case 'field':
      return `.${step.name}`;
    case 'key':
      return `[${step.fields.map((field) => `${field.name}=${formatValue(field.value)}`).join(',')}]`;
    case 'value':
      return `[=${formatValue(step.value)}]`;
    case 'index':
      return `[${step.index}]`;
  }
}

function formatValue(value: Json): string {
  if (typeof value === 'string') return goQuote(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map((item) => formatValue(item as Json)).join(',')}]`;
  return Object.entries(value)
    .map(([key, item]) => `${key}=${formatValue(item ?? null)}`)
    .join('');
}
