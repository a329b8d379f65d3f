/** "Ignore this field" and "adopt this value": the change to make in Git, as text. Nothing is changed here. */
import type { App } from '../../../api/index.ts';
import type { Proposal } from '../../../api/http/index.ts';
import { formatRef, isObject, type Json, type KubeObject, type ObjectRef, refKey, refOf } from '../../../core/object/index.ts';
import { encode, sigsYaml } from '../../../core/yaml/index.ts';
import { err, ok, type Result } from '../../../std/index.ts';
import { badInput, refused, type Refused } from '../../http/refused.ts';
import type { River } from '../../ports.ts';
import { findPath, onlyAt } from './field-path.ts';
import type { Opened } from './objects.ts';

const yamlOf = (value: Json): string => encode(value, { variant: sigsYaml });

const noSuchField = (path: string): Refused => badInput({ field: 'path', message: `leads nowhere in this object: ${path}` });

/** An entry of `spec.sync.ignore`: the field is neither compared nor written from then on. */
export function ignoreField(app: App, { ref, live }: Opened, path: string): Result<Proposal, Refused> {
  const found = live === undefined ? undefined : findPath(live as unknown as Json, path);
  if (found === undefined) return err(noSuchField(path));
  const { group, kind, namespace, name } = ref;
  const rule = {
    ...(group === '' ? {} : { group }),
    kind,
    name,
    ...(namespace === '' ? {} : { namespace }),
    paths: [found.pointer],
  };
  const ignore = [...((app.spec.sync.ignore ?? []) as unknown as readonly Json[]), rule];
  const { namespace: home, name: own } = app.metadata;
  return ok({
    title: `Ignore ${path} of ${formatRef(ref)}`,
    file: '',
    yaml: yamlOf({ apiVersion: 'lockstep.dev/v1', kind: 'App', metadata: { name: own, namespace: home }, spec: { sync: { ignore } } }),
    patch: '',
    command: `kubectl patch apps.lockstep.dev ${own} -n ${home} --type merge -p ${shellQuote(JSON.stringify({ spec: { sync: { ignore } } }))}`,
  });
}

/** The live value, written where the manifest of the object is. */
export function adoptField(
  app: App,
  opened: Opened,
  { path, river }: { readonly path: string; readonly river: River },
): Result<Proposal, Refused> {
  const { ref, live, mask } = opened;
  const masked = live === undefined ? undefined : (mask.object(live) as unknown as Json);
  const found = masked === undefined ? undefined : findPath(masked, path);
  if (live === undefined || found?.value === undefined) return err(noSuchField(path));
  if (JSON.stringify(found.value).includes('masked:'))
    return err(refused.unsupported('this value is a secret', 'change it where the secret is kept'));
  const wanted = river.wanted(app.metadata)?.objects.find(({ object }) => refKey(refOf(object)) === refKey(ref));
  const fragment = onlyAt(live as unknown as Json, found.steps, found.value) as Readonly<Record<string, Json>>;
  return ok({
    title: `Adopt ${path} of ${formatRef(ref)}`,
    file: wanted?.file ?? '',
    yaml: yamlOf(document(live, ref, fragment)),
    patch: '',
    command: '',
  });
}

/** A field of `metadata` (a label, an annotation) stays beside the name. */
function document(live: KubeObject, { name, namespace }: ObjectRef, fragment: Readonly<Record<string, Json>>): Json {
  const { metadata } = fragment;
  const named = namespace === '' ? { name } : { name, namespace };
  return { ...fragment, apiVersion: live.apiVersion, kind: live.kind, metadata: { ...named, ...(isObject(metadata) ? metadata : {}) } };
}

/** For a POSIX shell: nothing in it is read as anything but text. */
export const shellQuote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
