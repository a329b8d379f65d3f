/** Live pages of a list, as a hook. */
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { liveClient } from './hooks.ts';
import { type PagedList, Pages } from './pages.ts';

/** Live pages of a list. `topicAt` gives the topic of the page at a cursor; `identity` begins anew when it changes. */
export function usePages<Item>(
  topicAt: (cursor: string) => string,
  identity: string,
): PagedList<Item> & { readonly show: Pages<Item>['show'] } {
  // The function is new at every render; what it means is told by `identity`.
  const pages = useMemo(() => new Pages<Item>(liveClient, topicAt), [identity]);
  const list = useSyncExternalStore(pages.subscribe, pages.list);
  const [held, setHeld] = useState(list);
  const ready = list.state !== 'loading';
  useEffect(() => {
    if (ready) setHeld(list);
  }, [ready, list]);
  // While another query loads, the rows of the one before stay.
  return {
    ...(ready ? list : { ...held, state: held.items.length > 0 ? 'ready' : 'loading' }),
    show: pages.show,
  };
}
