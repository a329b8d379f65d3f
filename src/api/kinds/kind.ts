/** What a kind is, beyond its fields: names, scope, the columns people see. The group and version are the same for all. */
import type { Field, Presence } from '../schema/field.ts';

export const GROUP = 'lockstep.dev';
export const VERSION = 'v1';
export const API_VERSION = 'lockstep.dev/v1';

export interface Column {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'date' | 'boolean';
  readonly path: string;
  /** Shown only with `-o wide`. */
  readonly wide?: true;
}

export interface Kind {
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortName: string;
  readonly scope: 'Namespaced' | 'Cluster';
  readonly doc: string;
  readonly spec: Field<unknown, Presence>;
  /** Absent when the kind has no status subresource. */
  readonly status?: Field<unknown, Presence>;
  readonly columns: readonly Column[];
  /** A five-line example for the reference page. */
  readonly example: string;
  /** Rules over the whole object (`self.metadata.name` is readable there). */
  readonly rules?: readonly { readonly rule: string; readonly message: string; readonly hint?: string }[];
}

/** Age is last in every kind, as in Kubernetes' own. */
export const AGE: Column = { name: 'Age', type: 'date', path: '.metadata.creationTimestamp' };

/** Columns read from a condition. */
export const conditionColumn = (name: string, type: string, field: 'status' | 'reason' | 'message'): Column => ({
  name,
  type: 'string',
  path: `.status.conditions[?(@.type=="${type}")].${field}`,
  ...(field === 'message' ? { wide: true as const } : {}),
});
