/** The schema of the Kubernetes release this product embeds. */
import { KUBERNETES_DESCRIPTIONS } from './generated/descriptions.table.ts';
import { KUBERNETES_TABLE } from './generated/kubernetes.table.ts';
import type { Schema } from './schema.ts';
import { type SchemaTable, decodeTable } from './table.ts';

/** A new schema object over the shipped table. Make one and keep it: each call parses the table (about 2 ms) and shares no nodes with others. */
export const builtinSchema = (): Schema => decodeTable(JSON.parse(KUBERNETES_TABLE) as SchemaTable, { strictKeys: true });

/** What a type (empty `field`) or one of its fields is for; empty when nobody says. */
export type Descriptions = (type: string, field: string) => string;

/** The descriptions of the shipped types. Each call parses them (about 3 ms). */
export function builtinDescriptions(): Descriptions {
  const all = JSON.parse(KUBERNETES_DESCRIPTIONS) as Readonly<Record<string, Readonly<Record<string, string>>>>;
  const usual = new Map(Object.entries(all[''] ?? {}));
  const types = new Map(Object.entries(all).map(([name, fields]) => [name, new Map(Object.entries(fields))]));
  return (type, field) => types.get(type)?.get(field) ?? usual.get(field) ?? '';
}
