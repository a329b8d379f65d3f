/** What a request is answered with, before it is put on the wire: entries keep their bytes so that they are sent as they are stored. */
import type { Json, JsonObject } from '../../core/object/index.ts';
import type { Resource } from '../../core/kube/resource/index.ts';
import type { Entry } from '../store/index.ts';
import type { WatchFeed } from '../watch/index.ts';

export interface ListMeta {
  readonly resourceVersion: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

export type ReadyAnswer =
  | { readonly kind: 'json'; readonly status: number; readonly value: Json; readonly headers?: Readonly<Record<string, string>> }
  | { readonly kind: 'entry'; readonly status: number; readonly resource: Resource; readonly entry: Entry }
  | { readonly kind: 'object'; readonly status: number; readonly resource: Resource; readonly value: JsonObject }
  | { readonly kind: 'list'; readonly resource: Resource; readonly entries: readonly Entry[]; readonly meta: ListMeta }
  | { readonly kind: 'watch'; readonly resource: Resource; readonly feed: WatchFeed }
  | { readonly kind: 'bytes'; readonly status: number; readonly bytes: Uint8Array; readonly headers: Readonly<Record<string, string>> }
  | {
      readonly kind: 'stream';
      /** Absent: 200. */
      readonly status?: number;
      readonly chunks: AsyncIterable<Uint8Array>;
      readonly headers: Readonly<Record<string, string>>;
    };

/** Everything of the cluster's own is answered at once; only what is behind a Service takes its time. */
export type Answer = ReadyAnswer | { readonly kind: 'later'; readonly answer: Promise<ReadyAnswer> };
