/** What a worker says when it is done with a key: when to look again is part of the type, never a side effect. */
export type Outcome =
  /** Nothing more to do until something changes. */
  | { readonly kind: 'Done' }
  /** Look again after this many milliseconds, whatever happens in between. */
  | { readonly kind: 'After'; readonly ms: number }
  /** Look again when one of these topics is woken (`WorkQueue.wake`). No worker and no timer is held. */
  | { readonly kind: 'Waiting'; readonly on: readonly string[]; readonly atLatest?: number }
  /** Nobody but a person can help; look again only when the key is added. */
  | { readonly kind: 'Stalled'; readonly reason: string }
  /** It failed and may work later: again with growing delays. `notBefore` is what the other side asked for, in milliseconds. */
  | { readonly kind: 'Retry'; readonly reason: string; readonly notBefore?: number };

/** The outcomes by name. */
export const outcome = {
  done: (): Outcome => ({ kind: 'Done' }),
  after: (ms: number): Outcome => ({ kind: 'After', ms }),
  /** `atLatest`: a safety net in milliseconds. */
  waiting: (on: readonly string[], atLatest?: number): Outcome => ({ kind: 'Waiting', on, ...(atLatest !== undefined && { atLatest }) }),
  stalled: (reason: string): Outcome => ({ kind: 'Stalled', reason }),
  retry: (reason: string, notBefore?: number): Outcome => ({ kind: 'Retry', reason, ...(notBefore !== undefined && { notBefore }) }),
} as const;
