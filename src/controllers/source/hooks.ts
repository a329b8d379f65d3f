/** The addresses at which pushes may be announced: one for each Source that wants one, and those of the Platform, which are about every Source. */
import { type Moved, type Source, concerns, parseSource } from '../../api/index.ts';
import { digestOf } from '../../core/plan/digest/index.ts';
import type { KubeObject } from '../../core/object/index.ts';
import type { Informer } from '../../runtime/index.ts';
import type { PlatformView } from '../platform.ts';
import { sourceOf } from './source-of.ts';

/** What is announced at an address, and which Secret signs it. */
export interface AnnouncedAt {
  readonly name: string;
  readonly sender?: NonNullable<Source['spec']['webhook']>['sender'];
  readonly secret: { readonly namespace: string; readonly name: string };
  /** The one repository it is about. */
  readonly url?: string;
}

const PLATFORM = '/hooks/platform/';
const INDEX = 'webhook';

/** Of one Source; it says nothing about it, and grants nothing without a signature. */
export const webhookPathOf = ({ metadata }: Pick<KubeObject, 'metadata'>): string =>
  `/hooks/${digestOf([metadata.uid ?? '', 'webhook']).slice(7, 39)}`;

export class SourceHooks {
  readonly #sources: Informer;
  readonly #platform: PlatformView;
  readonly #ownNamespace: string;

  constructor(sources: Informer, platform: PlatformView, ownNamespace: string) {
    this.#sources = sources;
    this.#platform = platform;
    this.#ownNamespace = ownNamespace;
    sources.addIndex(INDEX, (object) => [webhookPathOf(object)]);
  }

  find(path: string): AnnouncedAt | undefined {
    if (path.startsWith(PLATFORM)) return this.#ofPlatform(path.slice(PLATFORM.length));
    const object = this.#sources.byIndex(INDEX, path)[0];
    const source = object === undefined ? undefined : parseSource(object).value;
    if (source?.spec.webhook === undefined) return undefined;
    const { sender, secretRef } = source.spec.webhook;
    const { namespace, name } = source.metadata;
    return {
      name: `Source/${namespace}/${name}`,
      secret: { namespace, name: secretRef.name },
      url: urlOf(object),
      ...(sender === undefined ? {} : { sender }),
    };
  }

  #ofPlatform(name: string): AnnouncedAt | undefined {
    const hook = this.#platform.webhooks.find((each) => each.name === name);
    if (hook === undefined) return undefined;
    const { sender, secretRef } = hook;
    const secret = { namespace: this.#ownNamespace, name: secretRef.name };
    return { name: `Platform/${name}`, secret, ...(sender === undefined ? {} : { sender }) };
  }

  /** The Sources that read what has moved. */
  concerned(moved: Moved): readonly KubeObject[] {
    return [...this.#sources.values()].filter((object) => concerns(urlOf(object), moved));
  }
}

function urlOf(object: KubeObject | undefined): string {
  const { git, helm, oci } = (object === undefined ? undefined : sourceOf(object)) ?? {};
  return git?.url ?? helm?.url ?? oci?.url ?? '';
}
