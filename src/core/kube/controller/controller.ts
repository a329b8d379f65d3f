/**
 * The form of a controller: a pure function from what the cluster holds to what has to change. Runs again whenever something it looked at changes.
 */
import type { JsonObject, KubeObject } from '../../object/index.ts';
import type { Scenario } from '../scenario/index.ts';

/** What a controller may read. Objects are frozen. */
export interface View {
  get(table: string, namespace: string, name: string): KubeObject | undefined;
  /** Objects of a namespace, or of all for the empty one, in order of name. */
  list(table: string, namespace: string): readonly KubeObject[];
  /** Objects of a table that name `uid` among their owners. */
  owned(table: string, uid: string): readonly KubeObject[];
  /** The scenarios of a namespace, the one that counts first. */
  scenarios(namespace: string): readonly Scenario[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export type Change =
  | {
      readonly kind: 'create';
      readonly table: string;
      readonly object: JsonObject;
      /** Said once it exists, when its generated name is known. */
      readonly announce?: { readonly about: KubeObject; readonly event: (name: string) => EventText };
      /** What is done instead when the server refuses it; what was to follow is then left out, and all is tried again later. */
      readonly refused?: (why: string) => readonly Change[];
    }
  /** Replaces metadata and spec. */
  | { readonly kind: 'update'; readonly table: string; readonly object: KubeObject }
  /** Replaces the status. */
  | { readonly kind: 'status'; readonly table: string; readonly object: KubeObject }
  | { readonly kind: 'delete'; readonly table: string; readonly object: KubeObject; readonly graceSeconds?: number }
  /** Puts a Pod on a node. */
  | { readonly kind: 'bind'; readonly object: KubeObject; readonly node: string; readonly annotations: Readonly<Record<string, string>> }
  /** Adds annotations, past all rules: the simulation's own notes. */
  | {
      readonly kind: 'annotate';
      readonly table: string;
      readonly object: KubeObject;
      readonly annotations: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'event'; readonly about: KubeObject; readonly event: EventText };

export interface EventText {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  /** The component that reports it, named as in a real cluster. */
  readonly from: string;
}

export interface Outcome {
  readonly changes: readonly Change[];
  /** Milliseconds after which to look again even if nothing changes. */
  readonly again?: number;
}

export const nothing: Outcome = { changes: [] };

export interface ObjectKey {
  readonly namespace: string;
  readonly name: string;
}

export interface Controller {
  readonly name: string;
  /** The table of the objects it is responsible for. */
  readonly table: string;
  /** Which of its objects a change elsewhere concerns, by table. */
  readonly related: Readonly<Record<string, (changed: KubeObject, view: View) => readonly ObjectKey[]>>;
  /** `object` is undefined when it is gone. */
  reconcile(object: KubeObject, view: View): Outcome;
}

export const keyOf = (object: KubeObject): ObjectKey => ({ namespace: object.metadata.namespace ?? '', name: object.metadata.name ?? '' });

/** The owner of the given kind that controls an object. */
export function controllerOf(object: KubeObject, kind: string): readonly ObjectKey[] {
  const owner = object.metadata.ownerReferences?.find((reference) => reference.controller === true && reference.kind === kind);
  return owner === undefined ? [] : [{ namespace: object.metadata.namespace ?? '', name: owner.name }];
}
