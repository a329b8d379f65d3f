/** How views read: live topics of the stream, and single answers that are asked for once (and again when told to). */
import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { call, type ApiError } from './http.ts';
import { LiveClient, type Connection, type LiveView } from './live.ts';
import { topicOf, type AnswerOf, type RouteName, type Target } from './routes.ts';

/** The one stream of this page. */
export const liveClient = new LiveClient();
const nothing = (): (() => void) => () => {};
const LOADING: LiveView = { state: 'loading', items: [], meta: {}, error: undefined };

export const useConnection = (): Connection =>
  useSyncExternalStore(
    (listener) => liveClient.watch(listener),
    () => liveClient.connection,
  );

/** A topic of the stream; undefined subscribes to nothing. */
export function useLive<Item>(topic: string | undefined): LiveView<Item> {
  const subscribe = useCallback(
    (listener: () => void) => (topic === undefined ? nothing() : liveClient.subscribe(topic, listener)),
    [topic],
  );
  const view = useSyncExternalStore(subscribe, () => (topic === undefined ? LOADING : liveClient.view(topic)));
  return view as LiveView<Item>;
}

/** One answer. `version` asks again when it changes; the old answer stays on screen meanwhile. */
export function useAnswer<N extends RouteName>(
  name: N,
  target: Target<N> & { readonly enabled?: boolean; readonly version?: string } = {},
): UseQueryResult<AnswerOf<N>, ApiError> {
  const { enabled = true, version = '' } = target;
  return useQuery<AnswerOf<N>, ApiError>({
    queryKey: [topicOf(name, target), version],
    queryFn: ({ signal }) => call(name, { ...target, signal }),
    enabled,
    placeholderData: keepPreviousData,
  });
}

/** The value, but only after it stayed the same for a while: what somebody types becomes a query when they pause. */
export function useSettled<T>(value: T, delay = 120): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), delay);
    return () => clearTimeout(timer);
  }, [value, delay]);
  return settled;
}
