/** What a rebuild needs beyond Git (S26): the bootstrap, credentials, keys, versions that float, the content of volumes. */
import type { Source } from '../../api/index.ts';
import { formatRef, type JsonObject, type KubeObject, refOf } from '../../core/object/index.ts';
import type { Absence } from '../../core/rehearsal/index.ts';
import { MADE_BY } from '../../core/kube/workload/index.ts';
import { imagesOf } from '../../core/ledger/index.ts';
import type { ApiResource, KubeClient } from '../../ports/index.ts';
import type { Delivered } from './examine.ts';
import type { NamespacedName } from './layout.ts';

export interface Brought {
  /** Sources that stand for the repository and are not in it. */
  readonly sources: readonly NamespacedName[];
  readonly root: string;
  /** Objects of the kit. */
  readonly kit: readonly KubeObject[];
  /** Secrets that stand for what programs make at run time. */
  readonly madeUp: readonly KubeObject[];
}

export function absences(all: readonly Delivered[], sources: readonly Source[], brought: Brought): readonly Absence[] {
  const found = [
    ...bootstrapOf(brought),
    ...sources.flatMap(sourceAbsences),
    ...all.flatMap(appAbsences),
    ...madeUpSecrets(brought),
    ...floatingImages(all),
  ];
  const unique = new Map(found.map((one) => [`${one.what} ${one.subject}`, one]));
  return [...unique.values()];
}

function bootstrapOf({ sources, root, kit }: Brought): readonly Absence[] {
  return [
    { what: 'bootstrap', subject: `App/${root}`, message: 'the first App, which applies all others' },
    ...sources.map(({ namespace, name }): Absence => ({
      what: 'bootstrap',
      subject: `Source/${namespace}/${name}`,
      message: 'taken to be this repository',
    })),
    ...kit.map((object): Absence => ({ what: 'bootstrap', subject: formatRef(refOf(object)), message: 'from the kit' })),
  ];
}

const SECRETS: ApiResource = { group: '', version: 'v1', kind: 'Secret', resource: 'secrets', namespaced: true, verbs: [] };

/** Secrets that the simulated cluster made up because something that runs would make them. */
export async function madeUp(kube: KubeClient): Promise<readonly KubeObject[]> {
  const listed = await kube.list(SECRETS);
  const all = listed.ok ? listed.value.items : [];
  return all
    .filter(({ metadata }) => metadata.annotations?.[MADE_BY] !== undefined)
    .map((secret) => ({ ...secret, apiVersion: 'v1', kind: 'Secret' }));
}

const madeUpSecrets = ({ madeUp }: Brought): readonly Absence[] =>
  madeUp.map((secret) => ({
    what: 'run time',
    subject: formatRef(refOf(secret)),
    message: `made by ${secret.metadata.annotations?.[MADE_BY] ?? ''} when it runs: simulated here, and its content is not known`,
  }));

function sourceAbsences({ metadata, spec }: Source): readonly Absence[] {
  const subject = `Source/${metadata.namespace}/${metadata.name}`;
  const secret = spec.auth?.secretRef?.name;
  const { git, oci } = spec;
  const floats =
    git !== undefined && git.ref?.commit === undefined && git.ref?.tag === undefined
      ? `follows ${git.ref?.semver ?? git.ref?.branch ?? 'the default branch'}`
      : oci !== undefined && oci.ref?.digest === undefined
        ? `follows ${oci.ref?.semver ?? oci.ref?.tag ?? 'latest'}`
        : undefined;
  return [
    ...(secret === undefined
      ? []
      : [{ what: 'credential', subject: `Secret/${metadata.namespace}/${secret}`, message: `${subject} is read with it` } as const]),
    ...(floats === undefined ? [] : [{ what: 'floating version', subject, message: floats } as const]),
  ];
}

function appAbsences({ app, key, objects }: Delivered): readonly Absence[] {
  const { version, chart } = app.spec.source;
  const keys = (app.spec.decrypt?.keys ?? []).map(({ secretRef, platformKey }): Absence => ({
    what: 'key',
    subject: secretRef === undefined ? `key ${platformKey ?? ''} of the platform` : `Secret/${app.metadata.namespace}/${secretRef.name}`,
    message: `App ${key} decrypts with it`,
  }));
  const floats: readonly Absence[] =
    chart === undefined || /^v?\d+\.\d+\.\d+/.test(version ?? '')
      ? []
      : [{ what: 'floating version', subject: `App/${key}`, message: `takes chart ${chart} ${version ?? 'in its newest version'}` }];
  return [...keys, ...floats, ...objects.flatMap(({ live }) => (live === undefined ? [] : objectAbsences(live)))];
}

function objectAbsences(live: KubeObject): readonly Absence[] {
  const subject = formatRef(refOf(live));
  if (live.kind === 'SealedSecret') return [{ what: 'key', subject, message: 'the sealing key that opens it' }];
  if (live.kind === 'PersistentVolumeClaim') return [{ what: 'volume', subject, message: 'its content comes from a backup' }];
  const templates = (live['spec'] as JsonObject | undefined)?.['volumeClaimTemplates'];
  if (live.kind === 'StatefulSet' && Array.isArray(templates) && templates.length > 0)
    return [{ what: 'volume', subject, message: 'the content of its volumes comes from a backup' }];
  return [];
}

/** A tag that is moved on purpose, or none at all. */
const isFloating = (image: string): boolean => {
  if (image.includes('@')) return false;
  const tag = /:([^/:]+)$/.exec(image)?.[1];
  return tag === undefined || /^(?:latest|stable|main|master|edge|nightly|dev)$/.test(tag);
};

const floatingImages = (all: readonly Delivered[]): readonly Absence[] =>
  all
    .flatMap(({ objects }) => objects.flatMap(({ live }) => (live === undefined ? [] : imagesOf([live]))))
    .filter(isFloating)
    .map((image) => ({ what: 'image', subject: image, message: 'names no version: tomorrow it may be another' }));
