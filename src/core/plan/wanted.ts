/** What happens to one wanted object: ownership first (S5, S9, S13), then its special life (S10), then the foretold difference. */
import { type KubeObject, type ObjectRef, formatRef, getKey, refKey, refOf } from '../object/index.ts';
import { applyMark, foreignTool, healDisabled, isOfRelease, isShared, recreateAllowed, takesSealed } from './marks/index.ts';
import type { Desired, Observed, Policy, Seen, WantedObject } from './observed.ts';
import { type AppId, appKey, provenOwner, sameApp } from './owner/index.ts';
import { isDataKind } from './prune.ts';
import type { FieldChange, Operation, PlanItem, Reason } from './types.ts';

/** Stands on Jobs and bare Pods and says which manifest they are a run of (S10). */
export const runAnnotation = 'lockstep.dev/run';

export type WantedVerdict = Pick<PlanItem, 'operation' | 'basis' | 'changes' | 'reasons' | 'irreversible'> & { readonly other?: string };

export interface WantedScene {
  readonly desired: Desired;
  readonly observed: Observed;
  readonly policy: Policy;
}

const plain = (operation: Operation, reasons: readonly Reason[] = []): WantedVerdict => ({
  operation,
  basis: 'local',
  changes: [],
  reasons,
  irreversible: false,
});

const refuse = (reason: Reason): WantedVerdict => plain('refuse', [reason]);

/** A run-to-completion object: its absence is not drift once it is done, and a changed manifest runs it again. */
export const isRun = (ref: ObjectRef): boolean => (ref.group === 'batch' && ref.kind === 'Job') || (ref.group === '' && ref.kind === 'Pod');

export function decideWanted(wanted: WantedObject, seen: Seen, scene: WantedScene): WantedVerdict {
  const { object } = wanted;
  if (applyMark(object) === 'ignore') {
    return plain('skip', [{ rule: 'S8', code: 'Ignored', message: `${formatRef(refOf(object))} is annotated to be left alone` }]);
  }
  if (seen.live === null) return decideAbsent(wanted, seen, scene);
  const claim = decideOwner(wanted, seen.live, scene);
  if (claim.operation !== 'change') return claim;
  return decidePresent(wanted, seen.live, { ...scene, seen, claim });
}

function decideAbsent(wanted: WantedObject, seen: Seen, scene: WantedScene): WantedVerdict {
  const { object } = wanted;
  const ref = refOf(object);
  const { prediction } = seen;
  if (prediction?.kind === 'refused') return { ...refuse(prediction.reason), basis: prediction.basis };
  const entry = scene.observed.inventory.find((candidate) => refKey(candidate) === refKey(ref));
  if (isRun(ref) && entry?.digest === wanted.digest) {
    return plain('skip', [{ rule: 'S10', code: 'Finished', message: `${formatRef(ref)} ran to its end for this manifest` }]);
  }
  const rival = entry === undefined ? firstClaimant(ref, scene) : undefined;
  if (rival !== undefined) return isShared(object) ? plain('skip', [sharedWith(ref, rival)]) : refuse(claimedBy(ref, rival, scene));
  if (scene.desired.cause === 'drift' && (scene.policy.heal === 'report' || healDisabled(object))) {
    return plain('skip', [
      { rule: 'S8', code: 'HealOff', message: `${formatRef(ref)} is missing and would be created again, but healing is off` },
    ]);
  }
  return { ...plain('create'), basis: prediction?.basis ?? 'local' };
}

/** Another App that wants the same new object and has the older claim; deterministic, so that two Apps never both create it. */
function firstClaimant(ref: ObjectRef, { desired, observed }: WantedScene): string | undefined {
  const own = appKey(desired.app);
  const others = observed.claims.claimants(refKey(ref)).filter((key) => key !== own);
  return others.find((key) => {
    const other = observed.claims.app(key);
    if (other === undefined) return false;
    return other.createdAt < desired.createdAt || (other.createdAt === desired.createdAt && key < own);
  });
}

const sharedWith = (ref: ObjectRef, other: string): Reason => ({
  rule: 'S13',
  code: 'Shared',
  message: `${formatRef(ref)} is shared and kept by App ${other}`,
});

function claimedBy(ref: ObjectRef, other: string, { desired, observed }: WantedScene): Reason {
  const at = observed.claims.app(other)?.revision ?? 'an unknown revision';
  return {
    rule: 'S13',
    code: 'OwnedByOther',
    message: `${formatRef(ref)} is rendered by App ${other} (${at}) and by App ${appKey(desired.app)} (${desired.revision}); the first keeps it`,
    hint: 'remove it from one of the two, or annotate it with lockstep.dev/shared: "true" in both',
  };
}

const sealedHint = 'annotate the existing Secret with sealedsecrets.bitnami.com/managed: "true" (replaced) or .../patch: "true" (added to)';

/** Who owns what is there. `change` means: it is ours (or becomes ours), go on. */
function decideOwner(wanted: WantedObject, live: KubeObject, scene: WantedScene): WantedVerdict {
  const { object } = wanted;
  const { app } = scene.desired;
  const owner = provenOwner(live);
  if (owner !== undefined && sameApp(owner, app)) return plain('change');
  if (owner === undefined && isHelms(refOf(object), live, scene)) return plain('change');
  if (owner !== undefined && owner.installation !== app.installation && scene.policy.adopt !== 'any') {
    const message = `${formatRef(refOf(object))} belongs to App ${appKey(owner)} of Lockstep installation ${owner.installation}`;
    return refuse({ rule: 'S9', code: 'OwnedByOther', message, hint: 'remove it there first, or set sync.adopt: any' });
  }
  return owner !== undefined && owner.installation === app.installation
    ? decideSibling(object, owner, scene)
    : decideUnowned(wanted, live, scene);
}

/** The real Helm applied our release and left our mark out: the inventory and Helm's own marks prove that it is ours (S20). */
const isHelms = (ref: ObjectRef, live: KubeObject, { desired, observed }: WantedScene): boolean =>
  isOfRelease(live, desired.release) && observed.inventory.some((entry) => refKey(entry) === refKey(ref));

/** The live owner is another App of this installation. */
function decideSibling(object: KubeObject, owner: AppId, scene: WantedScene): WantedVerdict {
  const ref = refOf(object);
  const key = appKey(owner);
  const other = scene.observed.claims.app(key);
  if (other === undefined || scene.policy.replaces === key) return { ...plain('change'), other: key };
  if (!other.current) {
    const message = `${formatRef(ref)}: waiting until App ${key} is rendered at this revision`;
    return { ...refuse({ rule: 'S4', code: 'WaitingForOwner', message }), other: key };
  }
  if (!scene.observed.claims.claimants(refKey(ref)).includes(key)) return { ...plain('change'), other: key };
  return isShared(object) ? plain('skip', [sharedWith(ref, key)]) : refuse(claimedBy(ref, key, scene));
}

function decideUnowned(wanted: WantedObject, live: KubeObject, { desired, policy, observed }: WantedScene): WantedVerdict {
  const { object } = wanted;
  const name = formatRef(refOf(object));
  const controller = live.metadata.ownerReferences?.find((reference) => reference.controller === true);
  const from = wanted.controller === undefined ? undefined : observed.objects.get(refKey(wanted.controller))?.live?.metadata.uid;
  const isOwn = controller !== undefined && controller.uid === from;
  if (wanted.controller !== undefined && !isOwn && controller === undefined && policy.adopt !== 'any' && !takesSealed(live)) {
    const message = `${name}: Resource "${live.metadata.name}" already exists and is not managed by ${wanted.controller.kind}`;
    return refuse({ rule: 'S9', code: 'AdoptionRefused', message, hint: sealedHint });
  }
  if (controller !== undefined && !isOwn) {
    const message = `${name} is controlled by ${controller.kind} ${controller.name}, which this App does not own`;
    return refuse({ rule: 'S8', code: 'AdoptionRefused', message, hint: 'remove it from Git, or delete its controller' });
  }
  if (policy.adopt === 'never') {
    const hint = 'delete it, or set sync.adopt: unowned';
    return refuse({ rule: 'S9', code: 'AdoptionRefused', message: `${name} exists and sync.adopt is never`, hint });
  }
  const tool = foreignTool(live);
  if (tool !== undefined && policy.adopt !== 'any' && !isOfRelease(live, desired.release)) {
    return refuse({
      rule: 'S9',
      code: 'AdoptionRefused',
      message: `${name} is managed by ${tool.name}`,
      hint: `hand it over with: ${tool.command}; then set sync.adopt: any`,
    });
  }
  return { ...plain('change'), other: '' };
}

interface PresentScene extends WantedScene {
  readonly seen: Seen;
  readonly claim: WantedVerdict;
}

function decidePresent(wanted: WantedObject, live: KubeObject, scene: PresentScene): WantedVerdict {
  const ref = refOf(wanted.object);
  if (live.metadata.deletionTimestamp !== undefined) {
    return plain('skip', [
      { rule: 'S3f', code: 'Terminating', message: `${formatRef(ref)} is being deleted; it is created again once it is gone` },
    ]);
  }
  const from = scene.claim.other;
  if (from === undefined && isRun(ref)) return decideRun(wanted, live, ref);
  if (from === undefined && applyMark(wanted.object) === 'ifNotPresent') return plain('keep');
  const difference = decideDifference(wanted, scene);
  if (from === undefined || difference.operation === 'refuse' || difference.operation === 'skip') return difference;
  const changes = difference.changes;
  return from === '' ? { ...difference, operation: 'adopt', changes } : { ...difference, operation: 'transfer', changes, other: from };
}

function decideRun(wanted: WantedObject, live: KubeObject, ref: ObjectRef): WantedVerdict {
  const ran = getKey(live.metadata.annotations ?? {}, runAnnotation);
  if (ran === wanted.digest) return plain('keep');
  const changes: FieldChange[] = [
    { path: `metadata.annotations["${runAnnotation}"]`, ...(ran === undefined ? {} : { before: ran }), after: wanted.digest },
  ];
  const reason: Reason = { rule: 'S10', code: 'RunAgain', message: `${formatRef(ref)} has a new manifest and runs again` };
  return { ...plain('recreate', [reason]), changes };
}

function decideDifference(wanted: WantedObject, scene: PresentScene): WantedVerdict {
  const { prediction } = scene.seen;
  const ref = refOf(wanted.object);
  if (prediction === undefined || prediction.kind === 'same') return { ...plain('keep'), basis: prediction?.basis ?? 'local' };
  const { basis } = prediction;
  switch (prediction.kind) {
    case 'refused':
      return { ...refuse(prediction.reason), basis };
    case 'conflict': {
      const fields = prediction.fields.map(({ path, manager }) => `${path} (${manager})`).join(', ');
      return { ...refuse({ rule: 'S8', code: 'FieldConflict', message: `${formatRef(ref)}: owned by others: ${fields}` }), basis };
    }
    case 'immutable':
      return decideRecreate(wanted, scene, prediction);
    case 'differs':
      return healsOff(wanted, scene) ?? { ...plain('change'), basis, changes: prediction.changes };
  }
}

/** With healing off, a difference that nobody wrote in Git is shown and left. */
function healsOff(wanted: WantedObject, { desired, policy, seen }: PresentScene): WantedVerdict | undefined {
  if (desired.cause !== 'drift' || seen.prediction?.kind !== 'differs') return undefined;
  if (policy.heal !== 'report' && !healDisabled(wanted.object) && !(seen.live !== null && healDisabled(seen.live))) return undefined;
  const message = `${formatRef(refOf(wanted.object))} differs from Git, but healing is off`;
  return { ...plain('skip', [{ rule: 'S8', code: 'HealOff', message }]), basis: seen.prediction.basis, changes: seen.prediction.changes };
}

function decideRecreate(
  wanted: WantedObject,
  { policy }: PresentScene,
  prediction: { readonly basis: PlanItem['basis']; readonly message: string; readonly changes: readonly FieldChange[] },
): WantedVerdict {
  const ref = refOf(wanted.object);
  const { basis, changes } = prediction;
  if (isDataKind(ref)) {
    const message = `${formatRef(ref)}: ${prediction.message}; objects of this kind are never recreated`;
    return { ...refuse({ rule: 'S10', code: 'ImmutableField', message }), basis, changes };
  }
  if (!policy.recreate && !recreateAllowed(wanted.object)) {
    const hint = 'undo the change, set sync.recreate: true, or annotate the object with lockstep.dev/recreate: allowed';
    return {
      ...refuse({ rule: 'S10', code: 'ImmutableField', message: `${formatRef(ref)}: ${prediction.message}`, hint }),
      basis,
      changes,
    };
  }
  return { ...plain('recreate'), basis, changes, irreversible: true };
}
