/** The manifests of one App at two revisions, object by object and field by field; secret values are fingerprints. */
import type { App } from '../../api/index.ts';
import type { Comparison } from '../../api/http/index.ts';
import { compareObjects } from '../../core/diff/index.ts';
import { gvkOf, type Json, type KubeObject, refKey, refOf } from '../../core/object/index.ts';
import { builtinSchema } from '../../core/schema/index.ts';
import type { Manifests, River } from '../ports.ts';
import type { Mask, Masks } from './object/index.ts';
import { when } from './when.ts';

export interface ManifestParts {
  readonly river: River;
  readonly masks: Masks;
}

/** Applied revisions; empty: nothing was applied. */
export interface Revisions {
  readonly before: string;
  readonly after: string;
}

type ObjectChange = Comparison['objects'][number];

const MOST_FIELDS = 500;
/** Longer values are clipped: a comparison says that a long text changed, Git says how. */
const LONGEST_VALUE = 2000;

const NOTHING: Manifests = { objects: [], secrets: [] };

/** Undefined: one of the revisions cannot be rendered any more. */
export async function compareManifests(
  app: App,
  { before, after }: Revisions,
  { river, masks }: ManifestParts,
): Promise<readonly ObjectChange[] | undefined> {
  const at = (revision: string): Promise<Manifests | undefined> =>
    revision === '' ? Promise.resolve(NOTHING) : river.wantedAt(app, revision);
  const [old, now] = [await at(before), await at(after)];
  if (old === undefined || now === undefined) return undefined;
  const mask = await masks.of(app, undefined, [...old.secrets, ...now.secrets]);
  const [left, right] = [byKey(old), byKey(now)];
  return [...new Set([...left.keys(), ...right.keys()])].sort().flatMap((key) => changeOf(left.get(key), right.get(key), mask));
}

const byKey = ({ objects }: Manifests): ReadonlyMap<string, KubeObject> =>
  new Map(objects.map(({ object }) => [refKey(refOf(object)), object]));

function changeOf(before: KubeObject | undefined, after: KubeObject | undefined, mask: Mask): readonly ObjectChange[] {
  const object = after ?? before;
  if (object === undefined) return [];
  const change = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed';
  const fields = before === undefined || after === undefined ? [] : fieldsOf(mask.object(before), mask.object(after));
  return change === 'changed' && fields.length === 0 ? [] : [{ ref: refOf(object), change, fields }];
}

function fieldsOf(before: KubeObject, after: KubeObject): ObjectChange['fields'] {
  const type = builtinSchema().typeOf(gvkOf(after));
  const changes = compareObjects(before as unknown as Json, after as unknown as Json, type === undefined ? {} : { type });
  return changes.slice(0, MOST_FIELDS).map((change) => ({
    path: change.path.replace(/^\./, ''),
    ...when('before', textOf(change.before)),
    ...when('after', textOf(change.after)),
  }));
}

function textOf(value: Json | undefined): string | undefined {
  const text = value === undefined ? undefined : JSON.stringify(value);
  return text === undefined || text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE)}…`;
}
