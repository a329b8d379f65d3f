/** The manifests of a rehearsed system, and how they differ from those of another revision. Secret values never leave here (S18). */
import { maskText } from '../../controllers/index.ts';
import { compareObjects } from '../../core/diff/index.ts';
import { formatRef, type Json, type KubeObject, refOf } from '../../core/object/index.ts';
import type { Changes, ObjectChange } from '../../core/rehearsal/index.ts';
import type { Delivered } from './examine.ts';
import type { Stage } from './stage.ts';

export interface Manifest {
  readonly object: KubeObject;
  /** Texts that nobody may see. */
  readonly secrets: readonly string[];
}

/** By `App: Kind/namespace/name`: an object that moves to another App is another one. */
export type Manifests = ReadonlyMap<string, Manifest>;

export function manifestsOf(stage: Stage, all: readonly Delivered[]): Manifests {
  const found = new Map<string, Manifest>();
  for (const { app, key } of all) {
    const wanted = stage.controllers.wanted(app.metadata);
    for (const { object } of wanted?.objects ?? [])
      found.set(`${key}: ${formatRef(refOf(object))}`, { object, secrets: wanted?.secrets ?? [] });
  }
  return found;
}

export function changesFrom(base: { readonly label: string; readonly manifests: Manifests }, now: Manifests): Changes {
  const changed = [...now].flatMap(([name, manifest]): readonly ObjectChange[] => {
    const before = base.manifests.get(name);
    const fields = before === undefined ? [] : fieldsOf(before, manifest);
    return fields.length === 0 ? [] : [{ object: name, fields }];
  });
  return {
    base: base.label,
    created: [...now.keys()].filter((name) => !base.manifests.has(name)).toSorted(),
    removed: [...base.manifests.keys()].filter((name) => !now.has(name)).toSorted(),
    changed: changed.toSorted((a, b) => (a.object < b.object ? -1 : 1)),
  };
}

const LONGEST = 120;

/** Differences for people: values of Secrets are hidden. */
export function fieldsOf(before: Manifest, after: Manifest): ObjectChange['fields'] {
  const isSecret = after.object.kind === 'Secret';
  const secrets = [...before.secrets, ...after.secrets];
  const shown = (path: string, value: Json | undefined): string => {
    if (value === undefined) return '(nothing)';
    if (isSecret && /^\.(?:data|stringData)\b/.test(path)) return '***';
    const text = maskText(typeof value === 'string' ? value : JSON.stringify(value), secrets);
    return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  };
  return compareObjects(before.object, after.object).map(({ path, before: from, after: to }) => ({
    path,
    from: shown(path, from),
    to: shown(path, to),
  }));
}
