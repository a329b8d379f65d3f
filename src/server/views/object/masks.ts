/** What must not be seen of one App: values of the Secrets it delivers and of those its render read. Gathered once, kept for a few seconds. */
import { LRUCache } from 'lru-cache';
import type { App, InventoryEntry } from '../../../api/index.ts';
import { maskSecret } from '../../../core/diff/index.ts';
import { provenOwner } from '../../../core/plan/owner/index.ts';
import type { Json, KubeObject } from '../../../core/object/index.ts';
import type { ApiResource } from '../../../ports/index.ts';
import type { Informer } from '../../../runtime/index.ts';
import type { Masking, River } from '../../ports.ts';
import type { Clusters } from '../clusters.ts';
import { inventoryOf } from './inventory.ts';

export interface Mask {
  readonly object: (object: KubeObject) => KubeObject;
  readonly text: (text: string) => string;
  /** A view about the App: the same shape, every text in it masked. */
  readonly view: <T>(view: T) => T;
}

export interface MaskParts {
  readonly clusters: Clusters;
  readonly river: River;
  readonly masking: Masking;
  readonly inventories: Informer;
}

const SECRETS: ApiResource = { group: '', version: 'v1', kind: 'Secret', resource: 'secrets', namespaced: true, verbs: [] };
const KEPT = 10_000;
/** An App with more Secrets than this is masked by the first ones and by what its render read. */
const MOST_SECRETS = 200;

export class Masks {
  readonly #parts: MaskParts;
  readonly #texts = new LRUCache<string, Promise<readonly string[]>>({ max: 500, ttl: KEPT });

  constructor(parts: MaskParts) {
    this.#parts = parts;
  }

  /** `object`: what is looked at; another App may deliver it, with secrets of its own. `more`: texts that must not be seen besides. */
  async of(app: App, object?: KubeObject, more: readonly string[] = []): Promise<Mask> {
    const key = app.metadata.uid ?? '';
    const texts = this.#texts.get(key) ?? this.#gather(app);
    this.#texts.set(key, texts);
    const owner = object === undefined ? undefined : provenOwner(object);
    const others = owner === undefined ? [] : (this.#parts.river.wanted(owner)?.secrets ?? []);
    return this.#mask([...new Set([...(await texts), ...others, ...more])]);
  }

  #mask(texts: readonly string[]): Mask {
    const { masking } = this.#parts;
    return {
      object: (object) => {
        const masked = masking.maskValue(maskSecret(object, masking.key) as unknown as Json, texts, masking.key) as unknown as KubeObject;
        // A name is what it is found by; a secret that is somebody's name is none.
        return { ...masked, apiVersion: object.apiVersion, kind: object.kind, metadata: { ...masked.metadata, ...named(object) } };
      },
      text: (text) => masking.maskText(text, texts),
      view: (view) => (texts.length === 0 ? view : (maskTexts(view, (text) => masking.maskText(text, texts)) as typeof view)),
    };
  }

  async #gather(app: App): Promise<readonly string[]> {
    const { clusters, river, masking, inventories } = this.#parts;
    const secrets = inventoryOf(app, inventories).filter(({ kind, group = '' }) => kind === 'Secret' && group === '');
    const place = clusters.placeOf(app);
    const read = async ({ namespace = '', name }: InventoryEntry): Promise<readonly string[]> => {
      const secret = place.ok ? await place.value.kube.get(SECRETS, namespace, name) : undefined;
      return secret?.ok === true ? masking.secretTexts(secret.value) : [];
    };
    const live = await Promise.all(secrets.slice(0, MOST_SECRETS).map(read));
    const texts = new Set([...(river.wanted(app.metadata)?.secrets ?? []), ...live.flat()]);
    return masking.untold(texts, namesOf(app, inventoryOf(app, inventories)));
  }
}

/** What everybody sees who sees the App at all: a secret that is part of its names is none, and hiding it would only break addresses. */
const namesOf = ({ metadata: { namespace, name }, spec: { source } }: App, inventory: readonly InventoryEntry[]): readonly string[] => [
  namespace,
  name,
  source.name,
  source.path ?? '',
  source.chart ?? '',
  ...inventory.flatMap((entry) => [entry.kind, entry.namespace ?? '', entry.name]),
];

function maskTexts(value: unknown, mask: (text: string) => string): unknown {
  if (typeof value === 'string') return mask(value);
  if (Array.isArray(value)) return value.map((item) => maskTexts(item, mask));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, maskTexts(item, mask)]));
}

const named = ({ metadata: { name, namespace, uid } }: KubeObject): Pick<KubeObject['metadata'], 'name' | 'namespace' | 'uid'> => ({
  ...(name === undefined ? {} : { name }),
  ...(namespace === undefined ? {} : { namespace }),
  ...(uid === undefined ? {} : { uid }),
});
