/** Turns what client-side apply owned by updates into what a server-side applier owns. Source: client-go util/csaupgrade/upgrade.go. */
import { type JsonObject, type KubeObject, record } from '../../object/index.ts';
import { fromFieldsV1, toFieldsV1 } from '../fieldset/index.ts';
import { withManagedFields } from './managed-fields.ts';

export interface CsaUpgrade {
  /** Managers whose updates are taken over, for example `kubectl-client-side-apply`. */
  readonly from: readonly string[];
  /** The applier that owns the fields from now on. */
  readonly to: string;
  readonly subresource?: string;
}

/** The object with migrated managedFields; itself when there is nothing to migrate. Throws a plain Error for unreadable entries. */
export function upgradeManagedFields(object: KubeObject, upgrade: CsaUpgrade): KubeObject {
  const before = object.metadata.managedFields;
  if (before === undefined) return object;
  let entries: readonly JsonObject[] = before;
  for (const name of upgrade.from) entries = migrate(entries, name, upgrade);
  return entries === before ? object : withManagedFields(object, entries);
}

function migrate(entries: readonly JsonObject[], csaManager: string, upgrade: CsaUpgrade): readonly JsonObject[] {
  const subresource = upgrade.subresource ?? '';
  const isHere = (entry: JsonObject): boolean => (entry.subresource ?? '') === subresource;
  const isCsa = (entry: JsonObject): boolean => entry.manager === csaManager && entry.operation === 'Update' && isHere(entry);
  const isSsa = (entry: JsonObject): boolean => entry.manager === upgrade.to && entry.operation === 'Apply' && isHere(entry);
  const known = entries.findIndex(isSsa);
  const index = known >= 0 ? known : entries.findIndex(isCsa);
  const target = entries[index];
  if (target === undefined || !entries.some(isCsa)) return entries;
  const owner = known >= 0 ? target : entry(target, { manager: upgrade.to, operation: 'Apply' });
  // Only the fields of the same version are added; entries in other versions are dropped.
  const others = entries.filter((other, at) => isCsa(other) && at !== index && other.apiVersion === owner.apiVersion);
  const fields = fromFieldsV1(owner.fieldsV1 ?? {}).union(fromFieldsV1(others[0]?.fieldsV1 ?? {}));
  const merged = entry(owner, { fieldsV1: toFieldsV1(fields) });
  return entries.flatMap((other, at) => (at === index ? [merged] : isCsa(other) ? [] : [other]));
}

const entry = (from: JsonObject, changes: JsonObject): JsonObject =>
  record(Object.entries({ ...from, ...changes }) as [string, JsonObject][]);
