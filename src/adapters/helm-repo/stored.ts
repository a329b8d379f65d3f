/** What is kept of an index between looks, so that it is transferred only when it has changed. */
export interface StoredIndex {
  readonly bytes: Uint8Array;
  readonly etag?: string;
  readonly lastModified?: string;
}

export interface IndexStore {
  get(url: string): Promise<StoredIndex | undefined>;
  put(url: string, index: StoredIndex): Promise<void>;
}
