/** Which objects go when Git no longer has them, under the guards of S3 and the moves of S4. */
import { type KubeObject, type ObjectRef, formatRef, refKey, refOf } from '../object/index.ts';
import { isOfRelease, isShared, pruneMark } from './marks/index.ts';
import type { Claims, Desired, Observed, Policy, Seen } from './observed.ts';
import { appKey, provenOwner, sameApp } from './owner/index.ts';
import type { InventoryEntry, PlanItem, Reason } from './types.ts';

/** Up to this many prunes, or this share of the inventory, need no person (S3a). */
const freePrunes = 5;
const freeShare = 0.3;

const dataKinds = new Set(['/Namespace', 'apiextensions.k8s.io/CustomResourceDefinition', '/PersistentVolume', '/PersistentVolumeClaim']);

/** Groups that Kubernetes itself serves; everything else is a custom resource, and its deletion may destroy what an operator keeps. */
const builtInGroups = new Set(
  ['', 'apps', 'batch', 'autoscaling', 'policy', 'extensions'].concat(
    'admissionregistration,apiextensions,apiregistration,certificates,coordination,discovery,events,flowcontrol.apiserver,networking,node'
      .concat(',rbac.authorization,resource,scheduling,storage')
      .split(',')
      .map((group) => `${group}.k8s.io`),
  ),
);

export const isDataKind = (ref: ObjectRef): boolean => dataKinds.has(`${ref.group}/${ref.kind}`);

const isCustom = (ref: ObjectRef): boolean => !builtInGroups.has(ref.group);

type Verdict = Pick<PlanItem, 'operation' | 'owned' | 'waits' | 'reasons'> & { readonly other?: string };

const leaves = (reason: Reason, other?: string): Verdict => ({
  operation: other === undefined ? 'skip' : 'transfer',
  owned: false,
  waits: false,
  reasons: [reason],
  ...(other === undefined ? {} : { other }),
});

const stays = (operation: 'skip' | 'refuse', reason: Reason): Verdict => ({ operation, owned: true, waits: false, reasons: [reason] });

const goes = (reasons: readonly Reason[]): Verdict => ({ operation: 'prune', owned: false, waits: reasons.length > 0, reasons });

/** Everything in the inventory that is not wanted any more, in reverse order of application. */
export function decidePrunes(desired: Desired, observed: Observed, policy: Policy): readonly PlanItem[] {
  const wanted = new Set(desired.objects.map(({ object }) => refKey(refOf(object))));
  const candidates = observed.inventory.filter((entry) => !wanted.has(refKey(entry)));
  const judged = candidates.map((entry) => {
    const seen = observed.objects.get(refKey(entry)) ?? { served: 'unknown', live: null };
    return { entry, seen, verdict: judge(entry, seen, { desired, observed, policy }) };
  });
  const mass = massReason(judged.filter(({ verdict }) => verdict.operation === 'prune').length, desired, observed);
  return judged.map(({ entry, seen, verdict }) => toItem(entry, seen, mass === undefined ? verdict : withMass(verdict, mass), desired));
}

interface Scene {
  readonly desired: Desired;
  readonly observed: Observed;
  readonly policy: Policy;
}

function judge(entry: InventoryEntry, seen: Seen, scene: Scene): Verdict {
  const name = formatRef(entry);
  if (seen.served === 'unknown') {
    return stays('skip', {
      rule: 'S3g',
      code: 'DiscoveryFailed',
      message: `${name}: its kind cannot be discovered now, so it is unknown, not gone`,
    });
  }
  if (seen.served === 'no' || seen.live === null) return leaves({ rule: 'S6', code: 'Gone', message: `${name} is gone` });
  if (entry.origin === 'createNamespace' || entry.origin === 'crds') {
    return leaves({ rule: 'S3d', code: 'NeverDeleted', message: `${name} was made along the way and is never deleted by Lockstep` });
  }
  const owner = provenOwner(seen.live);
  const { app } = scene.desired;
  // The real Helm leaves our mark out; its own marks prove it as well (S20).
  if (owner === undefined && !isOfRelease(seen.live, scene.desired.release)) {
    return leaves({ rule: 'S5', code: 'NotOwned', message: `${name} carries no proof that this App owns it and is left alone` });
  }
  if (owner !== undefined && !sameApp(owner, app)) {
    return leaves({ rule: 'S4', code: 'Moved', message: `${name} now belongs to App ${appKey(owner)}` }, appKey(owner));
  }
  return judgeOurs(entry, seen.live, { ...scene, seen });
}

function judgeOurs(entry: InventoryEntry, live: KubeObject, scene: Scene & { readonly seen: Seen }): Verdict {
  const name = formatRef(entry);
  const { desired, observed, policy } = scene;
  if (observed.protectedKeys.has(refKey(entry))) {
    return stays('refuse', { rule: 'S3c', code: 'PruneRefused', message: `${name} is what this App works from; Lockstep never prunes it` });
  }
  const mark = pruneMark(live);
  if (mark === 'disabled')
    return leaves({ rule: 'S3', code: 'PruneDisabled', message: `${name} is annotated to be kept and is left in the cluster` });
  const heir = observed.claims.claimants(refKey(entry)).find((key) => key !== appKey(desired.app));
  if (heir !== undefined) {
    const rule = isShared(live) ? 'S13' : 'S4';
    const message = `${name} is rendered by App ${heir} at this revision and is handed over, not deleted`;
    return { operation: 'transfer', owned: true, waits: false, other: heir, reasons: [{ rule, code: 'HandedOver', message }] };
  }
  if (!policy.prune) return stays('skip', { rule: 'S3', code: 'PruneOff', message: `${name} would be pruned, but sync.prune is false` });
  if (desired.incomplete) {
    return stays('skip', { rule: 'S3e', code: 'PassIncomplete', message: `${name} is not pruned while something of this revision fails` });
  }
  const pending = pendingReason(observed.claims, name);
  return pending === undefined ? judgeGuards(entry, live, scene) : stays('skip', pending);
}

function pendingReason(claims: Claims, name: string): Reason | undefined {
  const pending = claims.pending();
  if (pending.length === 0) return undefined;
  const first = pending.slice(0, 3).join(', ');
  return { rule: 'S4', code: 'WaitingForApps', message: `${name}: waiting until it is known whether ${first} took it over` };
}

function judgeGuards(entry: InventoryEntry, live: KubeObject, { seen }: { readonly seen: Seen }): Verdict {
  const name = formatRef(entry);
  const holds = seen.holds ?? [];
  if (holds.length > 0) {
    const list = holds.slice(0, 10).map(formatRef).join(', ');
    const more = holds.length > 10 ? ` and ${holds.length - 10} more` : '';
    return stays('refuse', {
      rule: 'S3b',
      code: 'PruneRefused',
      message: `${name} still holds what this App does not remove: ${list}${more}`,
    });
  }
  if (seen.required !== undefined)
    return stays('refuse', {
      rule: 'S21',
      code: 'PruneRefused',
      message: `${name} provides what others require: ${seen.required.message}`,
      hint: seen.required.remedy,
    });
  const mark = pruneMark(live);
  if (mark === 'confirm' || (isDataKind(entry) && mark !== 'allowed')) {
    const hint = `approve the plan, or annotate it with lockstep.dev/prune: allowed in Git`;
    return goes([{ rule: 'S3b', code: 'PruneNeedsApproval', message: `deleting ${name} needs approval`, hint }]);
  }
  return goes([]);
}

/** S3a: nothing rendered, or more than max(5, 30 %) of the inventory. */
function massReason(prunes: number, desired: Desired, observed: Observed): Reason | undefined {
  if (prunes === 0 || desired.cause === 'deletion') return undefined;
  if (desired.objects.length === 0) {
    return { rule: 'S3a', code: 'PruneNeedsApproval', message: `this revision renders nothing; ${prunes} objects would be pruned` };
  }
  const total = observed.inventory.length;
  if (prunes <= Math.max(freePrunes, total * freeShare)) return undefined;
  return { rule: 'S3a', code: 'PruneNeedsApproval', message: `${prunes} of ${total} objects would be pruned at once` };
}

const withMass = (verdict: Verdict, mass: Reason): Verdict =>
  verdict.operation === 'prune' ? { ...verdict, waits: true, reasons: [mass, ...verdict.reasons] } : verdict;

const apiVersionOf = ({ group, version = 'v1' }: InventoryEntry): string => (group === '' ? version : `${group}/${version}`);

function toItem(entry: InventoryEntry, seen: Seen, verdict: Verdict, desired: Desired): PlanItem {
  const { live } = seen;
  const ref: ObjectRef = { group: entry.group, kind: entry.kind, namespace: entry.namespace, name: entry.name };
  const { uid = '', resourceVersion = '' } = live?.metadata ?? {};
  return {
    ref,
    apiVersion: live?.apiVersion ?? apiVersionOf(entry),
    basis: 'local',
    cause: desired.cause,
    step: 0,
    gate: false,
    ...(live === null ? {} : { live: { uid, resourceVersion }, before: `live:${uid}` }),
    changes: [],
    irreversible: verdict.operation === 'prune' && (isDataKind(ref) || isCustom(ref)),
    ...verdict,
  };
}
