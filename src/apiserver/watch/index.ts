/**
 * Watches of the embedded cluster. In: a table and a filter. Out: a feed of items sharing the stored entries. Never: encodes anything.
 */
export { WatchFeed, type WatchItem, type WatchRequest } from './feed.ts';
