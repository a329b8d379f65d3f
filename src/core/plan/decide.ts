/**
 * observe → decide → act: this is decide. Pure and total: whatever was seen, the answer is a plan; what must not happen is in it as a refusal.
 */
import { deprecationOf } from '../kube/deprecations/index.ts';
import { type KubeObject, formatRef, refKey, refOf } from '../object/index.ts';
import { digestOf } from './digest/index.ts';
import type { Desired, Observed, Policy, Seen, WantedObject } from './observed.ts';
import { comparePlaces, orderForApply, phaseOf } from './order.ts';
import { appKey } from './owner/index.ts';
import { decidePrunes } from './prune.ts';
import type { Plan, PlanItem, Reason } from './types.ts';
import { type WantedVerdict, decideWanted } from './wanted.ts';

const unseen: Seen = { served: 'unknown', live: null };

/** What has to happen so that the cluster is as the App's revision says, in order, with every refusal and its rule. */
export function decide(desired: Desired, observed: Observed, policy: Policy): Plan {
  const wanted = decideAll(desired, observed, policy);
  const refused = wanted.flatMap((item) => (item.operation === 'refuse' ? item.reasons : []));
  const held = refused.length > 0 ? { ...desired, incomplete: true } : desired;
  const prunes = orderPrunes(decidePrunes(held, observed, policy), desired.cause, wanted.at(-1)?.step ?? -1);
  const decided = markWaiting([...wanted, ...prunes], desired, policy);
  const items = policy.closed === undefined ? decided : decided.map((item) => untilOpen(item, policy.closed ?? ''));
  return {
    app: appKey(desired.app),
    uid: desired.uid,
    revision: desired.revision,
    cause: desired.cause,
    items,
    refused,
    warnings: [],
    digest: planDigest(desired.uid, decided),
  };
}

/** What a person has to say yes to waits for that first. */
function untilOpen(item: PlanItem, closed: string): PlanItem {
  if (item.operation !== 'prune' || item.waits) return item;
  const reason = { rule: 'sync.windows', code: 'WindowClosed', message: `${formatRef(item.ref)} is pruned later: ${closed}` };
  return { ...item, operation: 'skip', owned: true, reasons: [...item.reasons, reason] };
}

function decideAll(desired: Desired, observed: Observed, policy: Policy): readonly PlanItem[] {
  return orderForApply(desired.objects).map(({ item, step, gate }) => {
    const seen = observed.objects.get(refKey(refOf(item.object))) ?? unseen;
    const verdict = decideServed(item, seen, () => decideWanted(item, seen, { desired, observed, policy }));
    return wantedItem(item, { seen, verdict, step, gate, cause: desired.cause });
  });
}

/** An object whose kind is not served yet can be wanted only if something foretold that it will be (its CRD is in the same plan). */
function decideServed(wanted: WantedObject, seen: Seen, decideIt: () => WantedVerdict): WantedVerdict {
  if (seen.served === 'yes' || seen.prediction !== undefined) return decideIt();
  const ref = refOf(wanted.object);
  const { apiVersion } = wanted.object;
  const message = seen.served === 'no' ? unservedMessage(apiVersion, ref.kind, seen) : `${apiVersion} ${ref.kind} cannot be discovered now`;
  const code = seen.served === 'no' ? 'UnknownKind' : 'DiscoveryFailed';
  const where = wanted.file === undefined ? '' : ` (${wanted.file})`;
  const reason = { rule: 'S3g', code, message: `${ref.kind} ${ref.name}: ${message}${where}` };
  return { operation: 'refuse', basis: 'local', changes: [], reasons: [reason], irreversible: false };
}

function unservedMessage(apiVersion: string, kind: string, { servedAs }: Seen): string {
  const message = `the cluster serves no ${apiVersion} ${kind}`;
  if (servedAs !== undefined) return `${message}, but as ${servedAs}`;
  const gone = deprecationOf(apiVersion, kind);
  if (gone === undefined || gone.removed === '') return message;
  const place = gone.replacement === '' ? 'and nothing takes its place' : `${gone.replacement} takes its place`;
  return `${message}: Kubernetes ${gone.removed} removed it, ${place}`;
}

interface ItemScene {
  readonly seen: Seen;
  readonly verdict: WantedVerdict;
  readonly step: number;
  readonly gate: boolean;
  readonly cause: PlanItem['cause'];
}

function wantedItem(wanted: WantedObject, { seen, verdict, step, gate, cause }: ItemScene): PlanItem {
  const { live } = seen;
  const elsewhere = verdict.operation === 'skip' && verdict.reasons.some(({ code }) => code === 'Shared' || code === 'Ignored');
  return {
    ref: refOf(wanted.object),
    apiVersion: wanted.object.apiVersion,
    cause,
    step,
    gate,
    ...(live === null ? {} : { live: liveMark(live), before: before(wanted, live, verdict) }),
    after: wanted.digest,
    waits: false,
    owned: verdict.operation !== 'refuse' && !elsewhere,
    ...verdict,
  };
}

const liveMark = (live: KubeObject): { readonly uid: string; readonly resourceVersion: string } => ({
  uid: live.metadata.uid ?? '',
  resourceVersion: live.metadata.resourceVersion ?? '',
});

/** An object that is as wanted has the wanted digest; otherwise what differs, on this very object, tells states apart. */
function before(wanted: WantedObject, live: KubeObject, verdict: WantedVerdict): string {
  if (verdict.operation === 'keep') return wanted.digest;
  return digestOf([live.metadata.uid ?? '', verdict.changes.map(({ path, before: value = null }) => [path, value])]);
}

/** Reverse order of application: custom resources before their operator, the operator before its CRD, namespaces last (S3f). */
function orderPrunes(prunes: readonly PlanItem[], cause: PlanItem['cause'], lastStep: number): readonly PlanItem[] {
  const placed = prunes
    .map((item) => ({ item, ref: item.ref, place: { wave: 0, phase: phaseOf(item.ref) } }))
    .sort((a, b) => comparePlaces(b, a));
  let step = lastStep;
  let phase = -1;
  return placed.map(({ item, place }) => {
    if (place.phase !== phase) step += 1;
    phase = place.phase;
    return { ...item, cause, step };
  });
}

/** `approve: always` is manual sync: everything but healing waits. `approve: prune`: every prune waits. An approved digest waits for nothing. */
function markWaiting(items: readonly PlanItem[], desired: Desired, policy: Policy): readonly PlanItem[] {
  if (policy.approved.size > 0 && policy.approved.has(planDigest(desired.uid, items))) {
    return items.map((item) => (item.waits ? { ...item, waits: false } : item));
  }
  const approved = (item: PlanItem): boolean => policy.approved.size > 0 && policy.approved.has(itemDigest(item));
  const engine = desired.cause === 'engine' && policy.engine === 'approve';
  const { downgrade } = desired;
  const manual: Reason =
    downgrade !== undefined
      ? { rule: 'S16', code: 'DowngradeNeedsApproval', message: downgrade }
      : {
          rule: engine ? 'S12' : 'S2',
          code: 'ApprovalNeeded',
          message: engine ? 'only a new version of Lockstep changed it' : 'sync.approve: this waits for a person',
        };
  const asks = (item: PlanItem): boolean => {
    if (item.waits || item.operation === 'keep' || item.operation === 'skip' || item.operation === 'refuse') return false;
    return policy.approve === 'always' || engine || downgrade !== undefined
      ? item.cause !== 'drift'
      : policy.approve === 'prune' && item.operation === 'prune';
  };
  return items.map((item) =>
    approved(item) ? { ...item, waits: false } : asks(item) ? { ...item, waits: true, reasons: [...item.reasons, manual] } : item,
  );
}

/**
 * Over everything that is to be done: which object (and which living one), what, to which manifest. Revision and resourceVersions are left out, so that
 * an unrelated commit or a status update does not void an approval; a refusal is part of it.
 */
export function planDigest(uid: string, items: readonly PlanItem[]): string {
  const done = items.filter(({ operation }) => operation !== 'keep' && operation !== 'skip');
  return digestOf([uid, done.map(itemDigest)]);
}

/** One decision: which object (and which living one), what, to which manifest. */
export const itemDigest = (item: PlanItem): string =>
  digestOf([refKey(item.ref), item.operation, item.live?.uid ?? '', item.after ?? '', item.before ?? '']);

/** What is still to do once some of a plan's objects are done; its digest is the one a person approves then. */
export function remaining(plan: Plan, done: ReadonlySet<string>): Plan {
  const items = plan.items.filter((item) => !done.has(refKey(item.ref)));
  return { ...plan, items, digest: planDigest(plan.uid, items) };
}
