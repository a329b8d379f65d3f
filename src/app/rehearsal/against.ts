/** A rehearsed system held against a real cluster: what differs, what is missing there, what is there besides. Reads only, as whoever asks. */
import { appLabel } from '../../core/plan/owner/index.ts';
import { formatRef, type KubeObject, type ObjectRef, parseApiVersion, refKey, refOf } from '../../core/object/index.ts';
import { settled, type Against } from '../../core/rehearsal/index.ts';
import type { ApiResource, KubeClient } from '../../ports/index.ts';
import { err, ok, type Result } from '../../std/index.ts';
import { fieldsOf } from './manifests.ts';

/** An object of the rehearsed cluster. */
export interface Built {
  /** `namespace/name` of the App that delivers it. */
  readonly app: string;
  readonly object: KubeObject;
  /** Texts that nobody may see. */
  readonly secrets: readonly string[];
}

export interface RealCluster {
  readonly kube: KubeClient;
  /** What people call it. */
  readonly name: string;
}

/** Kinds that only carry the others. */
const isOurs = (object: KubeObject): boolean => parseApiVersion(object.apiVersion).group === 'lockstep.dev';

/** The error is a sentence for a person. */
export async function compareWith({ kube, name }: RealCluster, built: readonly Built[]): Promise<Result<Against, string>> {
  const [served, version] = [await kube.discover({ refresh: true }), await kube.version()];
  if (!served.ok) return err(`${name} does not answer: ${served.error.message}`);
  const wanted = built.filter(({ object }) => !isOurs(object));
  const kinds = new Map(wanted.map(({ object }) => [`${object.apiVersion} ${object.kind}`, object]));
  const live = new Map<string, KubeObject>();
  const unread: string[] = [];
  for (const { apiVersion, kind } of kinds.values()) {
    const { group, version: wantedVersion } = parseApiVersion(apiVersion);
    const resource = served.value.resources.find(
      (one) => one.group === group && one.version === wantedVersion && one.kind === kind && !one.resource.includes('/'),
    );
    const listed = resource === undefined ? undefined : await listAll(kube, resource);
    if (listed === undefined) unread.push(`${kind}: ${name} does not serve ${apiVersion}`);
    else if (!listed.ok) unread.push(`${kind}: ${listed.error}`);
    else for (const object of listed.value) live.set(refKey(refOf({ ...object, apiVersion, kind })), { ...object, apiVersion, kind });
  }
  return ok({ cluster: name, kubernetes: version.ok ? version.value : 'unknown', unread, ...differences(wanted, live) });
}

async function listAll(kube: KubeClient, resource: ApiResource): Promise<Result<readonly KubeObject[], string>> {
  const listed = await kube.list(resource);
  return listed.ok ? ok(listed.value.items) : err(listed.error.message);
}

function differences(
  built: readonly Built[],
  live: ReadonlyMap<string, KubeObject>,
): Pick<Against, 'same' | 'differ' | 'missing' | 'extra'> {
  const pairs = built.map((one) => ({ ...one, ref: refOf(one.object), real: live.get(refKey(refOf(one.object))) }));
  const compared = pairs.flatMap(({ object, secrets, ref, real }) => {
    if (real === undefined) return [];
    const fields = fieldsOf({ object: settled(real), secrets }, { object: settled(object), secrets });
    return [{ object: formatRef(ref), fields }];
  });
  const known = new Set(pairs.map(({ ref }) => refKey(ref)));
  const extra = [...live.values()].filter(
    (object) => !known.has(refKey(refOf(object))) && object.metadata.labels?.[appLabel] !== undefined,
  );
  const byName = (refs: readonly ObjectRef[]): readonly string[] => refs.map(formatRef).toSorted();
  return {
    same: compared.filter(({ fields }) => fields.length === 0).length,
    differ: compared.filter(({ fields }) => fields.length > 0).toSorted((a, b) => (a.object < b.object ? -1 : 1)),
    missing: byName(pairs.filter(({ real }) => real === undefined).map(({ ref }) => ref)),
    extra: byName(extra.map(refOf)),
  };
}
