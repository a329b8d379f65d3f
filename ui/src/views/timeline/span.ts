/** How far back the timeline looks: one of a few spans, or from one moment to another, kept in the address. */
import { useMemo } from 'react';
import type { Place } from '../../data/place.ts';

export const SPANS = [
  { name: '1h', label: '1 h', length: 3_600_000 },
  { name: '6h', label: '6 h', length: 21_600_000 },
  { name: '24h', label: '1 day', length: 86_400_000 },
  { name: '7d', label: '7 days', length: 604_800_000 },
  { name: '30d', label: '30 days', length: 2_592_000_000 },
] as const;

/** Without a choice: the last day, drawn as close as what happened in it. */
const USUAL = '';

export interface Span {
  /** Empty: from one moment to another. */
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly from: number;
  /** Undefined: it goes on. */
  readonly to: number | undefined;
}

/** The beginning stays where it is while the page is open; only the end moves with the clock. */
export function useSpan(place: Place): Span {
  const [name, from, to] = [place.get('span') || USUAL, place.get('from'), place.get('to')];
  return useMemo(() => {
    if (from !== '') return { name: '', from: Date.parse(from), to: to === '' ? undefined : Date.parse(to) };
    const { length } = SPANS.find((each) => each.name === name) ?? SPANS[2];
    return { name, from: Math.floor((Date.now() - length) / 60_000) * 60_000, to: undefined };
  }, [name, from, to]);
}

const MINUTE = 60_000;

/** Where the axis begins: with a chosen span at its beginning, else a little before the first thing that happened. */
export function axisFrom(span: Span, oldest: number, to: number): number {
  if (span.name !== USUAL || span.to !== undefined || Number.isNaN(oldest)) return span.from;
  return Math.max(span.from, oldest - Math.max(MINUTE, (to - oldest) * 0.04));
}
