/** Server-side apply of a partial object. Source: apimachinery pkg/util/managedfields/internal (fieldmanager.go and its chain of managers). */
import { type KubeObject, isObject } from '../../object/index.ts';
import { type FieldSet, formatPath } from '../fieldset/index.ts';
import { formatTypedErrors, validate, validFieldSet } from '../typed/index.ts';
import { allowedByLastApplied, syncLastApplied } from './last-applied.ts';
import { type Managed, decodeManagedFields, describeManager, encodeManagedFields, managerId, withManagedFields } from './managed-fields.ts';
import { updated } from './record-update.ts';
import { type Conflict, type UpdateOutcome, type VersionedSet, apply } from './updater.ts';
import { type WriteRules, describeObject, rulesOf, stripped } from './write.ts';

export interface AppliedWrite {
  /** The object as it is stored; absent: it does not exist yet. */
  readonly live: KubeObject | undefined;
  /** What the manager wants: every field it mentions. */
  readonly config: KubeObject;
  readonly manager: string;
  readonly force?: boolean;
}

/** A cause of a 409 answer. */
export interface ConflictCause {
  readonly reason: 'FieldManagerConflict';
  /** `conflict with "alice" using apps/v1` */
  readonly message: string;
  /** `.spec.replicas` */
  readonly field: string;
}

export type ApplyResult =
  /** `object` is `live` itself when neither it nor its managedFields changed. Defaulting is the caller's. */
  | { readonly kind: 'applied'; readonly object: KubeObject }
  | { readonly kind: 'conflicts'; readonly message: string; readonly causes: readonly ConflictCause[] }
  | { readonly kind: 'refused'; readonly code: 400 | 500; readonly message: string };

const refused = (code: 400 | 500, message: string): ApplyResult => ({ kind: 'refused', code, message });

/** The kubectl command takes over what client-side apply wrote, and keeps its annotation up to date. Others do not. */
const KUBECTL = 'kubectl';

export function serverSideApply(write: AppliedWrite, rules: WriteRules): ApplyResult {
  const { live, config } = write;
  const sent = config.metadata?.managedFields;
  if (sent !== undefined && sent !== null) return refused(400, 'metadata.managedFields must be nil');
  const decoded = decodeManagedFields(live?.metadata.managedFields, rules.cache);
  if (typeof decoded === 'string') return refused(500, `failed to decode managed fields: ${decoded}`);
  const fields = validFieldSet(rules.type, config);
  const invalid = fields === undefined ? validate(rules.type, config) : [];
  if (invalid.length > 0)
    return refused(500, `failed to create typed patch object (${describeObject(config)}): ${formatTypedErrors(invalid)}`);
  const broken = live === undefined ? undefined : check(live, rules);
  if (broken !== undefined && live !== undefined)
    return refused(500, `failed to create typed live object (${describeObject(live)}): ${broken}`);
  const managed = decoded.sets.size > 0 || live === undefined ? decoded : firstApply(live, decoded, rules);
  if (managed === undefined) return refused(500, 'failed to create manager for existing fields');
  return applied({ ...write, fields }, managed, rules);
}

/** Errors of a live object against its type; undefined when it has none. Objects that passed before are not walked again. */
function check(live: KubeObject, rules: WriteRules): string | undefined {
  if (rules.cache?.valid.get(live) === rules.type) return undefined;
  const errors = validate(rules.type, live, { allowDuplicates: true });
  if (errors.length > 0) return formatTypedErrors(errors);
  rules.cache?.valid.set(live, rules.type);
  return undefined;
}

/** What is applied, with the fields of its config where they are known. */
type Read = AppliedWrite & { readonly fields: FieldSet | undefined };

/** An object that nobody's ownership was recorded for: all it has belongs to whoever came before. */
function firstApply(live: KubeObject, decoded: Managed, rules: WriteRules): Managed | undefined {
  return updated({ live: undefined, object: live, manager: 'before-first-apply' }, decoded, rules);
}

function applied(write: Read, managed: Managed, rules: WriteRules): ApplyResult {
  const id = managerId({
    manager: write.manager === '' ? 'unknown' : write.manager,
    operation: 'Apply',
    apiVersion: '',
    subresource: rules.subresource ?? '',
  });
  const outcome = attempt(write, { id, sets: managed.sets }, rules);
  if (outcome.kind === 'error') return refused(500, outcome.message);
  if (outcome.kind === 'conflicts') return conflictAnswer(outcome.conflicts);
  const next = outcome.object.value;
  if (!isObject(next)) return refused(500, `failed to convert new typed object (${describeObject(write.config)}) to object`);
  const changed = next !== write.live;
  const times = changed ? new Map(managed.times).set(id, rules.now) : managed.times;
  const entries = encodeManagedFields({ sets: stripped(outcome.managers, id), times, entries: managed.entries }, rules.cache);
  const merged = withManagedFields(next as KubeObject, entries);
  const object = write.manager === KUBECTL ? syncLastApplied(merged, write.config) : merged;
  if (object !== write.live) rules.cache?.valid.set(object, rules.type);
  return { kind: 'applied', object };
}

function attempt(write: Read, at: { id: string; sets: ReadonlyMap<string, VersionedSet> }, rules: WriteRules): UpdateOutcome {
  const { live, config, manager, force, fields } = write;
  const { type } = rules;
  const request = {
    live: { type, value: live ?? null },
    object: { type, value: config },
    version: config.apiVersion,
    managers: at.sets,
    manager: at.id,
    force: force === true,
    ...(fields === undefined ? {} : { fields }),
  };
  const options = rulesOf(rules);
  const outcome = apply(request, options);
  if (outcome.kind !== 'conflicts' || manager !== KUBECTL || live === undefined) return outcome;
  const allowed = allowedByLastApplied(live, type);
  if (allowed === undefined) return outcome;
  const left = outcome.conflicts.filter((conflict) => !allowed.has(conflict.path));
  return left.length > 0 ? { kind: 'conflicts', conflicts: left } : apply({ ...request, force: true }, options);
}

function conflictAnswer(conflicts: readonly Conflict[]): ApplyResult {
  const causes = conflicts.map(({ manager, path }): ConflictCause => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${describeManager(manager)}`,
    field: formatPath(path),
  }));
  return { kind: 'conflicts', message: conflictMessage(conflicts), causes };
}

function conflictMessage(conflicts: readonly Conflict[]): string {
  const [first] = conflicts;
  if (first !== undefined && conflicts.length === 1) {
    return `Apply failed with 1 conflict: conflict with ${describeManager(first.manager)}: ${formatPath(first.path)}`;
  }
  const lines: string[] = [];
  for (const [index, { manager, path }] of conflicts.entries()) {
    if (conflicts[index - 1]?.manager !== manager) lines.push(`conflicts with ${describeManager(manager)}:`);
    lines.push(`- ${formatPath(path)}`);
  }
  return `Apply failed with ${conflicts.length} conflicts: ${lines.join('\n')}`;
}
