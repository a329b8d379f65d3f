/** Who changes fields: people through their tools, or controllers (S8). managedFields name a manager, not a person (S26). */
import { type KubeObject, getKey } from '../../core/object/index.ts';
import type { RecordKind } from '../../core/release/store/index.ts';

/** Ours, for everything that is no Helm release. */
const ownManager = 'lockstep';

/** Objects of a release are applied as Helm applies them, so that the real Helm goes on with them unaided (ADR 0042). */
const releaseManager = 'helm';

/** As which field manager a target is applied. */
export const managerOf = ({ render }: { readonly render: { readonly release?: { readonly kind: RecordKind } } }): string =>
  managerFor(render.release?.kind);

export const managerFor = (kind: RecordKind | undefined): string => (kind === 'helm' ? releaseManager : ownManager);

/** The manager an App would have in the other of its two modes: what is left of it becomes ours. */
const otherManager = (manager: string): string => (manager === ownManager ? releaseManager : ownManager);

/** Whether a living object of ours was applied in the other mode, or by client-side apply and the server is to merge from now on. */
export const isLeftOver = (live: KubeObject, { manager, byServer }: { readonly manager: string; readonly byServer: boolean }): boolean =>
  (live.metadata.managedFields ?? []).some((entry) => {
    if (getKey(entry, 'subresource') !== undefined) return false;
    const by = getKey(entry, 'manager');
    const isUpdate = getKey(entry, 'operation') === 'Update';
    if (by === otherManager(manager)) return by === releaseManager || !isUpdate;
    return by === releaseManager && by === manager && isUpdate && byServer;
  });

/** Managers whose fields become ours with the first apply. */
export const supersededBy = (manager: string): readonly string[] =>
  manager === releaseManager ? [ownManager, releaseManager] : [releaseManager];

/** Tools that act at a person's hand. Whatever is not in this list counts as a controller. */
const peoplesTools =
  /^(kubectl|helm|lens|k9s|kubernetes-dashboard|dashboard|headlamp|rancher|octant|Mozilla|openlens|lockstep-cli|curl|node-fetch)/i;

export const isPeoplesTool = (manager: string): boolean => peoplesTools.test(manager);
